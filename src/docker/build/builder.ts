import { ActionError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import { argumentsFor, type BuildxCommand } from '../buildx-command.ts'
import { execute, ProcessError, TimedOut } from '../exec.ts'
import { atLeast } from '../syntax/versions.ts'

/** A builder of buildx, as `docker buildx inspect` tells of it. */
export interface Builder {
  readonly name: string
  /** `docker`, `docker-container`, `kubernetes`, `remote`, `cloud`; `docker` too if the engine of the builder does not answer. */
  readonly driver: string
  /** The lowest of its nodes; null if none of them runs yet, or says it. */
  readonly buildkitVersion: string | null
  /** Why none of its nodes can build; null if one can, or can be started. */
  readonly problem: string | null
}

/**
 * What `docker buildx inspect` writes about a builder.
 * @param name null for the builder that docker uses by itself
 * @param env in which docker finds the user's builders
 * @throws ProcessError, TimedOut
 */
export type AskBuilder = (
  name: string | null,
  env: Readonly<Record<string, string>>,
  buildx: BuildxCommand,
) => Promise<string>

export const askBuilder: AskBuilder = async (name, env, buildx) => {
  const args = ['buildx', 'inspect', ...(name === null ? [] : [name])]
  const { stdout } = await execute(buildx.program, argumentsFor(buildx, args), {
    shownAs: buildx.shownAs,
    env: { ...env, ...buildx.env },
    limit: LIMITS.processMs,
  })
  return stdout
}

/** Asks about each builder once, and once more if it could not be asked. */
export function builderAskedOnce(ask: AskBuilder = askBuilder): AskBuilder {
  const known = new Map<string | null, Promise<string>>()
  return (name, env, buildx) => {
    const asked = known.get(name) ?? ask(name, env, buildx)
    known.set(name, asked)
    asked.catch(() => known.delete(name))
    return asked
  }
}

/**
 * @param name null for the builder that docker uses by itself
 * @param env in which docker finds the user's builders
 * @param ask asks buildx about it
 * @throws ActionError if there is none of that name
 */
export async function inspectBuilder(
  name: string | null,
  env: Readonly<Record<string, string>>,
  buildx: BuildxCommand,
  ask: AskBuilder = askBuilder,
): Promise<Builder> {
  try {
    return parseBuilder(await ask(name, env, buildx))
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error
    if (error instanceof TimedOut) throw builderUnreachable(name, null, error.message, error)
    const said = error.stderr.trim().split('\n').at(-1) ?? error.message
    const variable = env['BUILDX_BUILDER']
    throw new ActionError(
      name !== null
        ? `Input 'builder': '${name}': there is no such builder: ${said}`
        : variable
          ? `BUILDX_BUILDER in the environment is '${variable}': there is no such builder: ${said}`
          : `docker cannot tell which builder it would use: ${said}`,
      'make one with docker/setup-buildx-action in a step before this one, and give its output name as the input builder; docker buildx ls lists the builders that exist.',
      { cause: error, page: 'build.md#what-an-engine-must-have' },
    )
  }
}

/**
 * Starts a builder that the build would start, so that it says its version.
 * @throws ActionError if it does not start
 */
export async function startBuilder(
  { name }: Builder,
  env: Readonly<Record<string, string>>,
  buildx: BuildxCommand,
): Promise<Builder> {
  const args = ['buildx', 'inspect', '--bootstrap', name]
  try {
    const { stdout } = await execute(buildx.program, argumentsFor(buildx, args), {
      shownAs: buildx.shownAs,
      env: { ...env, ...buildx.env },
      limit: LIMITS.builderStartMs,
    })
    return parseBuilder(stdout)
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error
    const said = error.stderr.trim().split('\n').at(-1)
    throw new ActionError(
      `The builder '${name}' does not start: ${error instanceof TimedOut || !said ? error.message : said}`,
      'see that its nodes can run and pull the image of BuildKit (docker buildx inspect --bootstrap), or name another builder.',
      { cause: error },
    )
  }
}

/**
 * @param name the input; null if it is not given
 * @param found the name of the builder; null if it is not known
 */
export function builderUnreachable(
  name: string | null,
  found: string | null,
  reason: string,
  cause?: unknown,
): ActionError {
  const used = `The builder that docker would use${found === null ? '' : `, '${found}',`}`
  return new ActionError(
    `${name === null ? used : `Input 'builder': '${name}'`} does not answer: ${reason}`,
    'see that its nodes run and can be reached (docker buildx ls), or name another builder.',
    { cause },
  )
}

/** The output is for people, and has no other form; later versions have added lines and changed none of these. */
export function parseBuilder(text: string): Builder {
  const at = /^Nodes:$/m.exec(text)?.index ?? text.length
  const head = text.slice(0, at)
  const nodes = text
    .slice(at)
    .split(/^(?=Name:)/m)
    .slice(1)
  const driver = fieldOf(head, 'Driver') ?? 'docker'
  const problems = nodes.map((node) => whyNot(node, driver))
  return {
    name: fieldOf(head, 'Name') ?? '',
    driver,
    buildkitVersion: lowestVersion(text),
    problem: fieldOf(head, 'Error') ?? (problems.includes(null) ? null : (problems[0] ?? null)),
  }
}

function lowestVersion(text: string): string | null {
  const versions = [...text.matchAll(/^Build[Kk]it(?: version)?:[^\S\n]+v?(\S+)/gm)].map(
    ([, one = '']) => one,
  )
  return versions.reduce<string | null>(
    (lowest, one) => (lowest === null || !atLeast(one, lowest) ? one : lowest),
    null,
  )
}

/** A builder of these drivers is started by the build, if it does not run; nobody starts a remote one. */
function whyNot(node: string, driver: string): string | null {
  if (driver === 'remote' && fieldOf(node, 'Status') === 'inactive') {
    return `there is no BuildKit that answers at ${fieldOf(node, 'Endpoint') ?? 'its endpoint'}`
  }
  return fieldOf(node, 'Error')
}

function fieldOf(text: string, name: string): string | null {
  return new RegExp(`^${name}:[^\\S\\n]+(\\S.*)$`, 'm').exec(text)?.[1]?.trimEnd() ?? null
}
