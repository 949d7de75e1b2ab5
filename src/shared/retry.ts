/** How often something is attempted, and how long the waits between the attempts are. */
export interface RetryPolicy {
  readonly attempts: number
  /** The longest wait before the second attempt; it doubles from there. */
  readonly firstMs: number
  readonly longestMs: number
  /** A test brings one that does not wait. */
  readonly sleep: (milliseconds: number) => Promise<void>
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
 * Repeats what fails for a transient reason, up to the policy's number of attempts. Each wait is a random part of a
 * backoff that doubles (full jitter), so that the jobs of a matrix do not come back all at once.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param attempt gets the number of the attempt, from 0
 * @param transientFailure what is transient about a failure; null ends at once
 * @param onRetry hears of each retry before its wait
 * @returns what the first successful attempt returned
 * @throws what the last attempt threw, or the first failure that is not transient
 */
export async function withRetries<T, F extends TransientFailure>(
  { attempts, firstMs, longestMs, sleep }: RetryPolicy,
  attempt: (number: number) => Promise<T>,
  transientFailure: (error: unknown) => F | null,
  onRetry: (retry: Retry & F) => void,
): Promise<T> {
  for (let number = 0; ; number++) {
    try {
      return await attempt(number)
    } catch (error) {
      const failure = number + 1 < attempts ? transientFailure(error) : null
      if (failure === null) throw error
      const backoff = Math.random() * Math.min(longestMs, firstMs * 2 ** number)
      const waitMs = Math.max(backoff, failure.afterMs ?? 0)
      onRetry({ ...failure, attempt: number + 2, attempts, waitMs })
      await sleep(waitMs)
    }
  }
}

/**
 * A retry as the log tells it, whoever retries: `PUT https://… failed (503 Service Unavailable); retry after 2.3 s,
 * attempt 2 of 4`. It is true before the wait and, as the AWS SDK reports its retries only then, behind it.
 * @param what the thing that failed
 */
export function describeRetry(what: string, { reason, attempt, attempts, waitMs }: Retry): string {
  return `${what} failed (${reason}); retry after ${(waitMs / 1000).toFixed(1)} s, attempt ${attempt} of ${attempts}`
}
