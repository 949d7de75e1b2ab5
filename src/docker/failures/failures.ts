import { readFile } from 'node:fs/promises'
import { findKnownFailure, KNOWN_FAILURES } from '../../registry/known-failures.ts'
import { ActionError, type SourceLocation } from '../../shared/errors.ts'
import type { ProcessError } from '../exec.ts'
import type { BuildRequest } from '../port.ts'
import { type Annotate, annotateFindings, dockerfilePath } from './annotations.ts'
import { type FailingStep, lastError, locateInstruction, parseFailure, shortReason } from './failing-step.ts'
import { passingReason, phaseOf } from './passing.ts'

/**
 * What a build's output says of its failure: the step, its command, its last lines, and where in the Dockerfile.
 * @param error the process that failed; its output stands in the log already
 */
export async function explainBuildFailure(
  error: ProcessError,
  request: BuildRequest,
  {
    workspace,
    annotate,
    attempts,
  }: { readonly workspace: string; readonly annotate: Annotate; readonly attempts: number },
): Promise<ActionError> {
  if (request.call !== null) return explainCall(error, request, workspace, annotate)
  const failure = parseFailure(error.stderr, error.stdout)
  const reason = shortReason(failure.reason ?? error.message)
  const known = knownOf(failure)
  const place = await placeOf(failure, reason, request, workspace)
  const step = failure.name === null ? '' : ` at ${clip(failure.name)}`
  const what = known === undefined ? '' : ` ${known.what}.`
  const lines = failure.lines.map((line) => `\n    ${line}`).join('')
  const at = place === null ? '' : `\n  in ${place.file}, line ${place.line}`
  return new ActionError(
    `${phaseOf(failure) === 'push' ? 'The push' : 'The build'} failed${step}${inAttempts(attempts)}.${what}\n  ${reason}${at}${lines === '' ? '' : `\n  its last lines:${lines}`}`,
    known?.remedy ?? (phaseOf(failure) === null ? null : remedyForPassing(reason)) ?? remedyFor(failure),
    { cause: error, location: place },
  )
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

/** What is left to do when a registry stays away. */
function remedyForPassing(said: string): string | null {
  if (passingReason(said) === null) return null
  return 'run the job again; where it goes on, check that the engine reaches the registry (its proxy; in a VPC: the endpoint com.amazonaws.REGION.ecr.dkr and the gateway of S3), and the AWS Health Dashboard.'
}

function inAttempts(attempts: number): string {
  return attempts > 1 ? `, in ${attempts} attempts` : ''
}

function clip(text: string, max = 300): string {
  return text.length <= max ? text : `${text.slice(0, max)}…`
}

function remedyFor(failure: FailingStep): string {
  return isCommand(failure)
    ? 'correct what that command complains of; the same build can be run by hand with the command that the log shows.'
    : 'correct what it says; the same build can be run by hand with the command that the log shows.'
}

async function placeOf(
  failure: FailingStep,
  reason: string,
  request: BuildRequest,
  workspace: string,
): Promise<SourceLocation | null> {
  const file = dockerfilePath(request, workspace)
  if (file === null || request.file === null) return null
  const found = failure.source ?? (await findLines(failure, request.file))
  if (found === null) return null
  const message = [reason, ...failure.lines.slice(-5)].join('\n')
  return { file, line: found.line, endLine: found.endLine, message }
}

/** For a builder that does not show the lines itself. */
async function findLines({ name, reason }: FailingStep, file: string) {
  const parse = Number(/parse error (?:on )?line (\d+)/.exec(reason ?? '')?.[1])
  if (parse > 0) return { line: parse, endLine: parse }
  return name === null ? null : locateInstruction(await readFile(file, 'utf8').catch(() => ''), name)
}

/** `call: check` ends with 1 where it has found something, which its first line counts. */
function explainCall(
  error: ProcessError,
  request: BuildRequest,
  workspace: string,
  annotate: Annotate,
): ActionError {
  const summary = error.stdout.split(/\r?\n/).find((line) => /^Check complete, /.test(line))
  if (summary === undefined) return explainDockerFailure(`The call ${request.call}`, error)
  annotateFindings(error.stdout, request, workspace, annotate)
  return new ActionError(
    summary.trim(),
    'correct the lines of the Dockerfile that the log shows, or skip a rule with "# check=skip=RULE" in its first lines (https://docs.docker.com/reference/build-checks/).',
    { cause: error },
  )
}

/**
 * @param doing such as `The push of HOST/NAME:TAG`
 * @param error the process that failed; its output stands in the log already
 * @param attempts how often it was tried
 */
export function explainDockerFailure(doing: string, error: ProcessError, attempts = 1): ActionError {
  const reason = lastError(error.stderr) ?? lastError(error.stdout) ?? error.message
  const known = findKnownFailure(`${error.stderr}\n${error.stdout}`)
  if (known !== undefined) {
    const what = `${doing} failed${inAttempts(attempts)}. ${known.what}: ${reason}`
    return new ActionError(what, known.remedy, { cause: error })
  }
  return new ActionError(
    `${doing} failed${inAttempts(attempts)}: ${reason}`,
    remedyForPassing(reason) ??
      'read the output above; the same can be run by hand with the command shown there.',
    { cause: error },
  )
}
