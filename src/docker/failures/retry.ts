import { LIMITS } from '../../shared/limits.ts'
import { describeRetry, type RetryPolicy, withRetries } from '../../shared/retry.ts'
import { sleep } from '../../shared/time.ts'
import { ProcessError, TimedOut } from '../exec.ts'
import type { BuildHelp } from '../port.ts'
import { mayBeExpired, transientReason } from './transient.ts'

/**
 * Engines retry by themselves, within each of these attempts: BuildKit for 7 s after 5xx and lost connections, and not
 * at all after 429; dockerd for 50 s for a layer, and not at all for a manifest.
 */
const DOCKER_RETRIES: RetryPolicy = {
  attempts: LIMITS.dockerAttempts,
  firstMs: 2000,
  longestMs: 8000,
  sleep,
}

/** A failure of a docker command that a registry may be the reason of. */
export interface RegistryFailure {
  /** `The push of HOST/NAME:TAG` */
  readonly what: string
  /**
   * What docker was doing: a `push`, when everything is built; a `pull`, when a part of the build is missing; or a
   * `login`, when nothing has begun.
   */
  readonly phase: 'push' | 'pull' | 'login'
  /** docker's own last line. */
  readonly said: string
}

/**
 * Runs a docker command that talks to a registry, and retries it after a transient failure. If the registry calls the
 * token of a push expired, it is renewed, once.
 * @param run its argument says whether an earlier attempt has built everything
 * @param registryFailureOf null if the failure is not about a registry: it is not retried
 * @param explain makes the error of the last failure
 * @param help `renewal` is asked after a failed push only
 * @param unconfirmed what the command has achieved, if it failed once more after a failure that may have been the loss
 * of an answer only; null if it has not
 * @throws what `explain` makes, or what `run` throws and is no ProcessError
 */
export async function withDockerRetries<T>(
  run: (built: boolean) => Promise<T>,
  registryFailureOf: (error: ProcessError) => RegistryFailure | null,
  explain: (error: ProcessError, attempts: number) => Promise<Error> | Error,
  { log, renewal }: Pick<BuildHelp, 'log' | 'renewal'>,
  unconfirmed: () => Promise<T | null> = async () => null,
): Promise<T> {
  let built = false
  let renewed = false
  let attempts = 1
  /** Of the first failure that was retried: what it was about, and why. */
  const first: string[] = []
  const failureOf = (error: unknown) => (error instanceof ProcessError ? registryFailureOf(error) : null)

  const renewingOnce = async (): Promise<T> => {
    try {
      return await run(built)
    } catch (error) {
      const failure = failureOf(error)
      if (renewed || renewal === null || failure?.phase !== 'push' || !mayBeExpired(failure.said)) throw error
      renewed = true
      if (!(await renewal.renewExpired())) throw error
      log(
        `${failure.what} failed (the registry token has expired); retry with a new one${WITHOUT_REBUILDING}`,
      )
      built = true
      return run(built)
    }
  }

  try {
    return await withRetries(
      DOCKER_RETRIES,
      renewingOnce,
      (error) => {
        const failure = failureOf(error)
        // Whatever was silent for so long may answer the next time.
        const reason =
          failure === null ? null : error instanceof TimedOut ? failure.said : transientReason(failure.said)
        if (failure === null || reason === null) return null
        built ||= failure.phase === 'push'
        return { reason, afterMs: null, failure }
      },
      (retry) => {
        attempts = retry.attempt
        const { what, phase } = retry.failure
        first.push(`${what} was not confirmed (${retry.reason}), and is done`)
        log(`${describeRetry(what, retry)}${phase === 'push' ? WITHOUT_REBUILDING : ''}`)
      },
    )
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error
    // A registry may refuse what it has taken before its answer was lost, such as an immutable tag.
    const done = first[0] === undefined ? null : await unconfirmed()
    if (done === null) throw await explain(error, attempts)
    log(first[0] as string)
    return done
  }
}

const WITHOUT_REBUILDING = ', without rebuilding'
