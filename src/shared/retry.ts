/** How long and how often to try again. */
export interface Patience {
  readonly attempts: number
  /** The longest wait before the second attempt; it doubles from there. */
  readonly firstMs: number
  readonly longestMs: number
  readonly sleep: (milliseconds: number) => Promise<void>
}

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** A failure that can pass. */
export interface Passing {
  /** In a few words, for the log. */
  readonly reason: string
  /** How long the other side wants to be left alone; null where it does not say. */
  readonly afterMs: number | null
}

/** What is tried again, and when. */
export interface Retry extends Passing {
  /** The attempt that comes, from 2. */
  readonly attempt: number
  readonly attempts: number
  readonly waitMs: number
}

/**
 * Does what can fail for a moment, again and again within bounds. Each wait is a random part of one that doubles
 * (full jitter), which keeps the jobs of a matrix from coming back all at once.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param attempt gets the number of the attempt, from 0
 * @param passing what of a failure can pass; null ends at once
 * @param tell hears of each retry before its wait
 * @throws what the last attempt threw, or what does not pass
 */
export async function retrying<T, P extends Passing>(
  { attempts, firstMs, longestMs, sleep }: Patience,
  attempt: (number: number) => Promise<T>,
  passing: (error: unknown) => P | null,
  tell: (retry: Retry & P) => void,
): Promise<T> {
  for (let number = 0; ; number++) {
    try {
      return await attempt(number)
    } catch (error) {
      const found = number + 1 < attempts ? passing(error) : null
      if (found === null) throw error
      const backoff = Math.random() * Math.min(longestMs, firstMs * 2 ** number)
      const waitMs = Math.max(backoff, found.afterMs ?? 0)
      tell({ ...found, attempt: number + 2, attempts, waitMs })
      await sleep(waitMs)
    }
  }
}

/** `… failed (503 Service Unavailable); again in 2.3 s, attempt 2 of 4`: one line for the log. */
export function describeRetry(what: string, { reason, attempt, attempts, waitMs }: Retry): string {
  return `${what} failed (${reason}); again in ${(waitMs / 1000).toFixed(1)} s, attempt ${attempt} of ${attempts}`
}
