import { clip } from '../../shared/clip.ts'
import { ActionError, type SourceLocation } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import { argumentsFor, type BuildxCommand } from '../buildx-command.ts'
import { execute, ProcessError, TimedOut } from '../exec.ts'
import { lastError } from '../failures/failing-step.ts'
import { type BakePlan, parsePlan } from './plan.ts'
import type { BakeSource } from './port.ts'
import { gitAddress, pinned, planOfRemote } from './remote.ts'

/** What docker needs to read a definition. */
export interface BakeReading {
  readonly buildx: BuildxCommand
  readonly env: Readonly<Record<string, string>>
  /** The folder that docker runs in. */
  readonly workspace: string
  /** The job's environment, of which git gets what it needs. */
  readonly variables: Readonly<Record<string, string | undefined>>
}

/**
 * What docker itself needs of the job's environment to read a definition. A definition of another repository sees no other
 * variables: it could hand any of them to what it builds. Logins are needed for the build alone, which it does not see.
 */
const FOR_REMOTE =
  /^(?:DOCKER_(?!AUTH_CONFIG$).*|BUILDX_.*|BUILDKIT_.*|PATH|HOME|USER|LANG|LC_.*|TMPDIR|XDG_.*|LD_LIBRARY_PATH|KUBECONFIG|SSL_CERT_.*|SSH_AUTH_SOCK|SystemRoot|USERPROFILE|(?:https?|no|all)_proxy)$/i

/**
 * Asks buildx what a definition builds. Nothing is built; only for a definition of a Git repository is a builder needed,
 * which fetches it.
 * @throws ActionError if the definition, or what is asked for of it, is wrong
 */
export async function readDefinition(
  { remote: given, files, targets, set, vars, builder }: BakeSource,
  { buildx, env: whole, workspace, variables }: BakeReading,
): Promise<BakePlan> {
  const remote = given === null ? null : await pinned(given, variables)
  const token = remote?.token ? { BUILDX_BAKE_GIT_AUTH_TOKEN: remote.token } : {}
  const seen = Object.entries(whole).filter(([name]) => remote === null || FOR_REMOTE.test(name))
  const env = { ...Object.fromEntries(seen), ...token }
  const args = [
    'buildx',
    'bake',
    '--print',
    ...(remote === null || builder === null ? [] : [`--builder=${builder}`]),
    ...files.map((file) => `--file=${file}`),
    ...set.map((override) => `--set=${override}`),
    '--',
    ...(remote === null ? [] : [gitAddress(remote)]),
    ...targets,
  ]
  try {
    const { stdout } = await execute(buildx.program, argumentsFor(buildx, args), {
      shownAs: buildx.shownAs,
      env: { ...env, ...buildx.env, ...Object.fromEntries(vars) },
      limit: remote === null ? LIMITS.processMs : LIMITS.builderStartMs,
      kept: LIMITS.bakePlanBytes,
    })
    // What is longer has lost its beginning.
    if (Buffer.byteLength(stdout) >= LIMITS.bakePlanBytes) {
      throw new ActionError(
        `What the bake definition builds takes docker more than ${LIMITS.bakePlanBytes >> 20} MiB to tell.`,
        "name some of its targets in the input 'targets', and the others in another step.",
      )
    }
    const plan = parsePlan(stdout)
    return remote === null ? plan : planOfRemote(plan, remote)
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error
    throw notRead(error, workspace)
  }
}

/** `docker-bake.hcl:3,12-13: Unsupported operator; …` */
const AT_LINE = /^(?:ERROR: )?(?:failed to parse \S+: )*([^\s:]+):(\d+),\d+(?:-(?:(\d+),)?\d+)?: /

function notRead(error: ProcessError, workspace: string): ActionError {
  if (error instanceof TimedOut) {
    return new ActionError(
      `The bake definition cannot be read: ${error.message}.`,
      'run the job again; docker buildx bake --print does the same by hand.',
      { cause: error },
    )
  }
  const said = lastError(error.stderr) ?? error.message
  return new ActionError(
    `The bake definition cannot be read: ${clip(said.replace(/^ERROR: /, ''), 2000)}`,
    remedyForDefinition(said),
    { cause: error, location: locationIn(said, workspace), page: 'bake.md' },
  )
}

function remedyForDefinition(said: string): string {
  if (/couldn't find a bake definition/.test(said)) {
    return "name its files in the input 'files' (docker-bake.hcl, docker-bake.json, compose.yaml and the like are found by themselves in the workspace), and check the repository out in a step before this one (actions/checkout)."
  }
  if (/failed to find target|no such (?:target|group)/.test(said)) {
    return "correct the input 'targets', or give the definition that target, or a group 'default'; docker buildx bake --list=targets lists the targets."
  }
  const secret = /failed to stat ([A-Z][A-Z0-9_]*): /.exec(said)?.[1]
  if (secret !== undefined) {
    return `if that is a secret from a variable, write id=${secret},env=${secret} in the definition: docker gets a credential of the job only if it is named so, or by the input 'vars' (${secret}).`
  }
  if (/no such file or directory|could not find any target matching|invalid override key/.test(said)) {
    return "correct the inputs 'files' and 'set', or the path in the definition; paths start from the workspace."
  }
  return 'correct the definition; docker buildx bake --print shows the same by hand.'
}

function locationIn(said: string, workspace: string): SourceLocation | null {
  const [, file, line, endLine] = AT_LINE.exec(said) ?? []
  if (file === undefined || line === undefined) return null
  const relative = file.startsWith(`${workspace}/`) ? file.slice(workspace.length + 1) : file
  if (relative.startsWith('/') || relative.startsWith('..')) return null
  return { file: relative, line: Number(line), endLine: Number(endLine ?? line) }
}

/** Without a buildx there is nothing that reads a definition. */
export const noBuildx = () =>
  new ActionError(
    "bake needs buildx, which this runner's docker does not have.",
    'install it with docker/setup-buildx-action in a step before this one.',
    { page: 'bake.md#the-builder' },
  )
