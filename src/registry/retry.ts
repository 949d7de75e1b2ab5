import { RegistryError } from './errors.ts'

/** How long and how often to try again. */
export interface Patience {
  readonly attempts: number
  /** The wait before the second attempt; it doubles from there. */
  readonly firstMs: number
  readonly longestMs: number
  readonly sleep: (milliseconds: number) => Promise<void>
}

export const PATIENCE: Patience = {
  attempts: 7,
  firstMs: 300,
  longestMs: 20_000,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}

/**
 * Does what can fail for a moment, again and again within bounds. A random part of each wait keeps the jobs of a
 * matrix from coming back all at once; a registry that says when to come back is believed, up to the longest wait.
 * @param attempt gets the number of the attempt, from 0
 * @throws what the last attempt threw, or what does not pass
 */
export async function retrying<T>(patience: Patience, attempt: (number: number) => Promise<T>): Promise<T> {
  for (let number = 0; ; number++) {
    try {
      return await attempt(number)
    } catch (error) {
      if (number + 1 >= patience.attempts) throw error
      if (!(error instanceof RegistryError && error.transient)) throw error
      const ceiling = Math.min(patience.longestMs, patience.firstMs * 2 ** number)
      const backoff = ceiling * (0.5 + Math.random() / 2)
      await patience.sleep(Math.min(patience.longestMs, Math.max(backoff, error.retryAfterMs ?? 0)))
    }
  }
}
