import { BuildFailure } from '../../shared/build-failure.ts'
import { combineErrors } from '../../shared/combine.ts'
import { ActionError } from '../../shared/errors.ts'
import { pushedDigest } from '../build/metadata.ts'
import { ProcessError, TimedOut } from '../exec.ts'
import type { Annotate } from '../failures/annotations.ts'
import { explainBuildFailure } from '../failures/explain.ts'
import type { BakeBuild } from './port.ts'
import { type Exports, failedTargets, progressOf } from './progress.ts'

/** A build of several targets that failed, and the images that are in the registry all the same. */
export class BakeFailed extends Error {
  override readonly name = 'BakeFailed'
  /** What failed, for a reader. */
  readonly failure: Error
  /** The digest by target, as the registry confirms it. */
  readonly pushed: ReadonlyMap<string, string>

  constructor(failure: Error, pushed: ReadonlyMap<string, string>) {
    super(failure.message, { cause: failure })
    this.failure = failure
    this.pushed = pushed
  }
}

/** The failure as it would be if the target had been built alone. */
export function ofTarget(error: ProcessError, target: string, names: readonly string[]): ProcessError {
  if (error instanceof TimedOut || names.length <= 1) return error
  const { message, exitCode, stdout, stderr } = error
  return new ProcessError(message, exitCode, stdout, progressOf(target, stderr, names), { cause: error })
}

/** What is known besides of a build that failed. */
interface Context {
  readonly workspace: string
  readonly annotate: Annotate
  readonly attempts: number
  readonly exports: Pick<Exports, 'of'>
}

/**
 * One error for all targets that failed, each with its step and the lines of its Dockerfile; and what the others had
 * pushed by then.
 */
export async function explainBakeFailure(
  error: ProcessError,
  build: BakeBuild,
  names: readonly string[],
  context: Context,
): Promise<BakeFailed> {
  const asked = build.images.map(async ({ name, request }): Promise<[string, string][]> => {
    const [reference = ''] = request.references
    const digest = pushedDigest(context.exports.of(name), reference)
    if (digest === null) return []
    const held = await build.held(name, `${reference}@${digest}`).catch(() => null)
    return held?.digest === digest ? [[name, digest]] : []
  })
  const pushed = new Map((await Promise.all(asked)).flat())
  const failed = failedTargets(error.stderr, names)
  const allowed = notAllowed(error)
  if (allowed !== null) return new BakeFailed(allowed, pushed)
  const failures = await Promise.all(
    (failed.length === 0 ? [null] : failed).map((name) => explainTarget(name, error, build, names, context)),
  )
  return new BakeFailed(combineErrors(failures) as Error, pushed)
}

async function explainTarget(
  name: string | null,
  error: ProcessError,
  { images, requests }: BakeBuild,
  names: readonly string[],
  context: Context,
): Promise<Error> {
  const first = images[0] ?? [...requests.values()].map((request) => ({ request }))[0]
  // What is of no target is in no Dockerfile that is known.
  const request =
    (name === null ? undefined : requests.get(name)) ?? (first && { ...first.request, file: null })
  const own = name === null ? error : ofTarget(error, name, names)
  if (request === undefined) return error
  const failure = await explainBuildFailure(own, request, { ...context, push: 'none' })
  if (name === null) return failure
  const { message, remedy, location, output } = failure
  const what = `Target '${name}': ${message}`
  const options = { cause: failure, location, output }
  return failure instanceof BuildFailure
    ? new BuildFailure(what, remedy, failure.details, options)
    : new ActionError(what, remedy, options)
}

/**
 * What a definition reaches that nobody has allowed: buildx asks on a terminal, and there is none.
 * https://github.com/docker/buildx/blob/v0.29.1/bake/entitlements.go (Prompt)
 * @returns null if it failed for another reason
 */
function notAllowed(error: ProcessError): ActionError | null {
  const [said] = /additional privileges requested.*/.exec(error.stderr) ?? []
  if (said === undefined) return null
  const wanted = [...new Set(error.stderr.match(/(?<=--allow[ =])[^\s"']+/g) ?? [])]
  const list = wanted.length === 0 ? 'what docker names above' : wanted.join(', ')
  return new ActionError(
    `The bake definition reaches what it is not allowed to reach: ${wanted.length === 0 ? said : wanted.join(', ')}.`,
    `see whether the build is to have that; then allow it with the input 'allow' (${list}).`,
    { cause: error, page: 'bake.md#what-a-definition-may-reach' },
  )
}
