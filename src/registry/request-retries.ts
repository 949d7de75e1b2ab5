import { logLine } from '../shared/log-line.ts'
import { describeRetry, type RetryPolicy, withRetries } from '../shared/retry.ts'
import { sleep } from '../shared/time.ts'
import { RegistryError } from './errors.ts'

export interface RetryOptions {
  readonly retryPolicy: RetryPolicy
  /** Gets one line for each retry. */
  readonly log?: ((line: string) => void) | undefined
  /** Gets the request behind that line. */
  readonly debug?: ((line: string) => void) | undefined
}

/** Requests are small, so they are retried more often than docker's pushes: for about half a minute. */
export const REQUEST_RETRY_POLICY: RetryPolicy = { attempts: 7, firstMs: 500, longestMs: 20_000, sleep }

/**
 * Retries requests that failed for a transient reason. If the registry says how long to wait, that is done.
 * @param attempt gets the number of the attempt, from 0
 * @throws RegistryError the last failure
 */
export function retryRequest<T>(
  { retryPolicy, log, debug }: RetryOptions,
  attempt: (number: number) => Promise<T>,
): Promise<T> {
  return withRetries(
    retryPolicy,
    attempt,
    (error) =>
      error instanceof RegistryError && error.transient
        ? { reason: error.reason, afterMs: error.retryAfterMs, error }
        : null,
    (retry) => {
      // The reason is the registry's text.
      log?.(logLine(describeRetry(retry.error.operation ?? 'A request', retry)))
      debug?.(retry.error.message)
    },
  )
}
