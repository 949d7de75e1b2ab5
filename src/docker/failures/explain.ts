import { readFile } from 'node:fs/promises'
import { findKnownFailure, KNOWN_FAILURES } from '../../registry/known-failures.ts'
import { BuildFailure, linesInWords } from '../../shared/build-failure.ts'
import { clip } from '../../shared/clip.ts'
import { ActionError, type SourceLocation } from '../../shared/errors.ts'
import { inAttempts } from '../../shared/retry.ts'
import { type ProcessError, TimedOut } from '../exec.ts'
import type { BuildRequest } from '../port.ts'
import { Stalled, stalledPart } from '../stall/watch.ts'
import { type Annotate, annotateFindings, dockerfilePath } from './annotations.ts'
import { buildCause } from './build-causes.ts'
import { excerptOf } from './excerpt.ts'
import {
  asShown,
  type FailingStep,
  isCacheExport,
  lastError,
  parseFailure,
  registryPhaseOf,
  shortReason,
} from './failing-step.ts'
import { locateBaseImage, locateInstruction } from './instructions.ts'
import { BROKEN_STREAM, isLostEngine, lostEngine } from './lost-engine.ts'
import { baseImageOf, deniedPush } from './registry-causes.ts'
import { transientReason } from './transient.ts'

/**
 * What is known of the push of a build that has failed. `none`: the docker command that failed pushes nothing;
 * `not begun`: its output shows no push; `unconfirmed`: its output shows one, and the registry has another image or
 * does not say; an object: the registry has the image.
 */
export type PushBeforeFailure = 'none' | 'not begun' | 'unconfirmed'

/**
 * Makes the error of a failed build from its output: the step, its command, its last lines, and the lines of the
 * Dockerfile.
 * @param error the process that failed; its output is in the log already
 * @param context the workspace that paths are relative to, what shows annotations, how often the build was tried, and
 *   what is known of the push of what it has built
 */
export async function explainBuildFailure(
  error: ProcessError,
  request: BuildRequest,
  {
    workspace,
    annotate,
    attempts,
    push,
  }: {
    readonly workspace: string
    readonly annotate: Annotate
    readonly attempts: number
    readonly push: PushBeforeFailure | object
  },
): Promise<ActionError> {
  if (error instanceof Stalled) return explainStall(stalledPart(error, request), error, attempts)
  const failure = parseFailure(error.stderr, error.stdout)
  const isOfDockerfile = failure.name !== null || failure.source !== null
  if (request.call !== null && (hasFindings(error) || !isOfDockerfile))
    return explainCall(error, request, workspace, annotate)
  const reason = shortReason(failure.reason ?? error.message)
  const phase = registryPhaseOf(failure)
  const lost = isLost(failure, reason) ? lostEngine(push !== 'none', typeof push === 'object') : null
  const known = lost ?? buildCause(failure, error.stderr, request) ?? knownOf(failure)
  // Nor is a line of the Dockerfile the reason then.
  const location = lost ? null : await locationInDockerfile(failure, request, workspace)
  const step = failure.name === null ? '' : ` at ${clip(failure.name, 300)}`
  const what = known === undefined ? '' : ` ${known.what}.`
  const output = ['  The last lines of the step:', ...failure.lines.map((line) => `    ${line}`)].join('\n')
  const doing = isCacheExport(failure)
    ? 'The export of the cache'
    : phase === 'push'
      ? 'The push'
      : request.call === null
        ? 'The build'
        : `The call ${request.call}`
  const before = isCacheExport(failure) && typeof push === 'string' ? PUSH_BEFORE_CACHE[push] : ''
  const at = location === null ? '' : `\n  in ${location.file}, ${linesInWords(location)}`
  const details = {
    doing,
    step: failure.name,
    reason: what === '' ? reason : `${reason}\n${what.trim()}`,
    lines: failure.lines,
    excerpt: location === null || request.file === null ? null : await excerptOf(location, request.file),
  }
  return new BuildFailure(
    `${doing} failed${step}${inAttempts(attempts)}.${what}${before}\n  ${reason}${at}`,
    known?.remedy ?? (phase === null ? null : remedyForTransient(reason)) ?? remedyForBuild(failure),
    details,
    { cause: error, location, output: failure.lines.length === 0 ? '' : output, page: known?.page },
  )
}

/** Images are pushed before caches, unless docker pushes them when all is built, or the step itself does. */
const PUSH_BEFORE_CACHE: Readonly<Record<PushBeforeFailure, string>> = {
  none: '',
  'not begun': ' The image was not pushed.',
  unconfirmed: ' docker says that it has pushed the image before that, and the registry does not confirm it.',
}

/** What a command of the Dockerfile prints is its own, and goes where the legacy builder's own words do not. */
function isLost(failure: FailingStep, reason: string): boolean {
  if (!failure.legacy) return !isCommand(failure) && isLostEngine(reason)
  // A pull that breaks off ends with the same words.
  return isLostEngine(reason) || (reason === BROKEN_STREAM && registryPhaseOf(failure) === null)
}

/** What a command of the Dockerfile prints is its own: only a full disk looks the same there as elsewhere. */
function knownOf(failure: FailingStep) {
  const output = [...failure.lines, failure.reason].join('\n')
  return isCommand(failure)
    ? KNOWN_FAILURES.find(({ said, anywhere }) => anywhere && said.test(output))
    : findKnownFailure(output)
}

function isCommand({ name }: FailingStep): boolean {
  return name !== null && /^\[[^\]]*\] RUN\b/.test(name)
}

/** What a person can do if every attempt has failed for a transient reason; null if the reason is another. */
function remedyForTransient(said: string): string | null {
  if (transientReason(said) === null) return null
  return 'run the job again; if it keeps failing, check that the engine reaches the registry (its proxy; in a VPC: the endpoint com.amazonaws.REGION.ecr.dkr and the gateway of S3), and the AWS Health Dashboard.'
}

function remedyForBuild(failure: FailingStep): string {
  return isCommand(failure)
    ? 'correct what that command complains of; the same build can be run by hand with the command that the log shows.'
    : 'correct what it says; the same build can be run by hand with the command that the log shows.'
}

async function locationInDockerfile(
  failure: FailingStep,
  request: BuildRequest,
  workspace: string,
): Promise<SourceLocation | null> {
  const file = dockerfilePath(request, workspace)
  if (file === null || request.file === null) return null
  const found = failure.source ?? (await findLines(failure, request.file, request.buildArgs))
  if (found === null) return null
  return { file, line: found.line, endLine: found.endLine }
}

/** For a builder that does not show the lines. */
async function findLines({ name, reason }: FailingStep, file: string, buildArgs: readonly string[]) {
  const parse = Number(/parse error (?:on )?line (\d+)/.exec(reason ?? '')?.[1])
  if (parse > 0) return { line: parse, endLine: parse }
  if (name === null) return null
  const dockerfile = await readFile(file, 'utf8').catch(() => '')
  const image = baseImageOf({ name })
  return (
    locateInstruction(dockerfile, name) ??
    (image === null ? null : locateBaseImage(dockerfile, image, buildArgs))
  )
}

/** The first line of what `call: check` says: it counts the findings. */
const CHECKED = /^Check complete, /

const hasFindings = ({ stdout }: ProcessError) => stdout.split(/\r?\n/).some((line) => CHECKED.test(line))

/** `call: check` ends with exit code 1 if it has found something. */
function explainCall(
  error: ProcessError,
  request: BuildRequest,
  workspace: string,
  annotate: Annotate,
): ActionError {
  const lines = error.stdout.split(/\r?\n/)
  const at = lines.findIndex((line) => CHECKED.test(line))
  if (at < 0) return explainDockerFailure(`The call ${request.call}`, error)
  annotateFindings(error.stdout, dockerfilePath(request, workspace), annotate)
  const reason = (lines[at] as string).trim()
  const found = lines.slice(at + 1).map(asShown)
  const [from, to] = [found.findIndex(isWritten), found.findLastIndex(isWritten)]
  return new BuildFailure(
    reason,
    'correct the lines of the Dockerfile that the log shows, or skip a rule with "# check=skip=RULE" in its first lines (https://docs.docker.com/reference/build-checks/).',
    {
      doing: 'The check',
      step: null,
      reason,
      lines: from < 0 ? [] : found.slice(from, to + 1),
      linesAre: 'What it has found',
      excerpt: null,
    },
    // The log has the findings already.
    { cause: error, location: null },
  )
}

const isWritten = (line: string) => line.trim() !== ''

/** The process was ended by this step: what it printed at its end is not the reason. */
function explainStall(doing: string, error: TimedOut, attempts: number): ActionError {
  return new ActionError(
    `${doing} failed${inAttempts(attempts)}: ${error.message}, and docker was ended.`,
    'see that the engine answers (docker info) and reaches the registry (its proxy; in a VPC: the endpoint com.amazonaws.REGION.ecr.dkr and the gateway of S3), and run the job again; if that is silent too, restart the engine or the builder, as an old one may still wait for the first answer. A slower network needs a higher stall-timeout.',
    { cause: error, page: 'build.md#a-push-or-pull-that-is-silent' },
  )
}

/**
 * Makes the error of a docker command that failed, other than a build.
 * @param doing such as `The push of HOST/NAME:TAG`
 * @param error the process that failed; its output is in the log already
 * @param attempts how often it was tried
 */
export function explainDockerFailure(doing: string, error: ProcessError, attempts = 1): ActionError {
  if (error instanceof TimedOut) return explainStall(doing, error, attempts)
  const reason = shortReason(lastError(error.stderr) ?? lastError(error.stdout) ?? error.message)
  const pushed = /^The push of (\S+)$/.exec(doing)?.[1]
  const known = isLostEngine(reason)
    ? lostEngine(pushed !== undefined)
    : ((pushed === undefined ? null : deniedPush(reason, pushed)) ??
      findKnownFailure(`${error.stderr}\n${error.stdout}`))
  if (known !== undefined) {
    const what = `${doing} failed${inAttempts(attempts)}. ${known.what}: ${reason}`
    return new ActionError(what, known.remedy, { cause: error, page: known.page })
  }
  return new ActionError(
    `${doing} failed${inAttempts(attempts)}: ${reason}`,
    remedyForTransient(reason) ??
      'read the output above; the same can be run by hand with the command shown there.',
    { cause: error },
  )
}
