import { duration } from './duration.ts'
import { LIMITS } from './limits.ts'

/** How often something is attempted, and how long the waits between the attempts are. */
export interface RetryPolicy {
  readonly attempts: number
  /** The longest wait before the second attempt; it doubles from there. */
  readonly firstMs: number
  readonly longestMs: number
  /** Which part of each wait is random, from 0 to 1; by default all of it. */
  readonly randomPart?: number
  /**
   * All attempts and waits together, in milliseconds: the attempt at hand is aborted then, and none begins later. Waits
   * that the other side asked for come on top. By default there is no such limit.
   */
  readonly withinMs?: number
  /** A test brings one that does not wait. */
  readonly sleep: (milliseconds: number) => Promise<void>
}

/**
 * The one backoff for what is transient: AWS, the requests of the registry's client, names that are not resolved. It
 * outlasts a blip of half a minute: 12 attempts with 32 to 43 s between the first and the last.
 */
export const TRANSIENT_BACKOFF = {
  attempts: LIMITS.transientAttempts,
  firstMs: 500,
  longestMs: 5000,
  randomPart: 0.25,
} as const satisfies Omit<RetryPolicy, 'sleep'>

/**
 * The wait before the next attempt, in milliseconds.
 * @param failed how many attempts have failed before the one that has just failed
 */
export function backoffMs(
  { firstMs, longestMs, randomPart = 1 }: Pick<RetryPolicy, 'firstMs' | 'longestMs' | 'randomPart'>,
  failed: number,
): number {
  return Math.min(longestMs, firstMs * 2 ** failed) * (1 - randomPart * Math.random())
}

/** A failure after which the same attempt can succeed. */
export interface TransientFailure {
  /** In a few words, for the log. */
  readonly reason: string
  /** How long the other side asks to be left alone; null if it does not say. */
  readonly afterMs: number | null
}

/** What is about to be attempted once more, and when. */
export interface Retry extends Pick<TransientFailure, 'reason'> {
  /** The number of the next attempt, from 2. */
  readonly attempt: number
  readonly attempts: number
  /** The wait between the failure and the next attempt. */
  readonly waitMs: number
}

/**
 * Repeats what fails for a transient reason, up to the policy's number of attempts. Each wait doubles and is partly
 * random, so that the jobs of a matrix do not come back all at once.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param attempt gets the number of the attempt, from 0, and what aborts it if the policy has a limit for all of them
 * @param transientFailure what is transient about a failure; null ends at once
 * @param onRetry hears of each retry before its wait
 * @returns what the first successful attempt returned
 * @throws what the last attempt threw, or the first failure that is not transient
 */
export async function withRetries<T, F extends TransientFailure>(
  policy: RetryPolicy,
  attempt: (number: number, signal?: AbortSignal) => Promise<T>,
  transientFailure: (error: unknown) => F | null,
  onRetry: (retry: Retry & F) => void,
): Promise<T> {
  const { attempts, withinMs = null, sleep } = policy
  let deadline = withinMs === null ? Number.POSITIVE_INFINITY : performance.now() + withinMs
  for (let number = 0; ; number++) {
    const left = Math.max(1, Math.round(deadline - performance.now()))
    try {
      return await (withinMs === null ? attempt(number) : attempt(number, AbortSignal.timeout(left)))
    } catch (error) {
      const failure = number + 1 < attempts ? transientFailure(error) : null
      if (failure === null) throw error
      const afterMs = failure.afterMs ?? 0
      const waitMs = Math.max(backoffMs(policy, number), afterMs)
      deadline += afterMs
      if (performance.now() + waitMs >= deadline) throw error
      onRetry({ ...failure, attempt: number + 2, attempts, waitMs })
      await sleep(waitMs)
    }
  }
}

/** `, in 3 attempts`, behind what failed; nothing for a first attempt. */
export function inAttempts(attempts: number): string {
  return attempts > 1 ? `, in ${attempts} attempts` : ''
}

/**
 * A retry as the log tells it, whoever retries: `PUT https://… failed (503 Service Unavailable); retry after 2.3 s,
 * attempt 2 of 4`. It is true before the wait and, as the AWS SDK reports its retries only then, behind it.
 * @param what the thing that failed
 */
export function describeRetry(what: string, { reason, attempt, attempts, waitMs }: Retry): string {
  return `${what} failed (${reason}); retry after ${duration(waitMs / 1000)}, attempt ${attempt} of ${attempts}`
}
