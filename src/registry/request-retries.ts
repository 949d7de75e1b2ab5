import { LIMITS } from '../shared/limits.ts'
import { logLine } from '../shared/log-line.ts'
import { describeRetry, type RetryPolicy, TRANSIENT_BACKOFF, withRetries } from '../shared/retry.ts'
import { sleep } from '../shared/time.ts'
import { RegistryError } from './errors.ts'

export interface RetryOptions {
  readonly retryPolicy: RetryPolicy
  /** Gets one line for each retry. */
  readonly log?: ((line: string) => void) | undefined
  /** Gets the request behind that line. */
  readonly debug?: ((line: string) => void) | undefined
}

/** The one backoff for what is transient. */
export const REQUEST_RETRY_POLICY: RetryPolicy = { ...TRANSIENT_BACKOFF, sleep }

/**
 * Retries small requests that failed for a transient reason. If the registry says how long to wait, that is done, as
 * long as all that it asks for is within the limit.
 * @param attempt gets the number of the attempt, from 0, and what aborts it when the time for all of them is over
 * @throws RegistryError the last failure, which knows how many attempts there were
 */
export function retryRequest<T>(
  options: RetryOptions,
  attempt: (number: number, signal?: AbortSignal) => Promise<T>,
): Promise<T> {
  const retryPolicy = { ...options.retryPolicy, withinMs: LIMITS.questionMs }
  return retry({ ...options, retryPolicy }, attempt, Number.POSITIVE_INFINITY)
}

/**
 * Retries the transfer of a blob, or of a part of one. It may take as long as it takes, but each silent attempt costs
 * the time of its limit, so that few of those are made.
 * @throws RegistryError the last failure
 */
export function retryTransfer<T>(options: RetryOptions, attempt: (number: number) => Promise<T>): Promise<T> {
  return retry(options, attempt, LIMITS.silentTransferAttempts)
}

async function retry<T>(
  { retryPolicy, log, debug }: RetryOptions,
  attempt: (number: number, signal?: AbortSignal) => Promise<T>,
  maxSilent: number,
): Promise<T> {
  let attempts = 1
  let silent = 0
  let askedMs = 0
  try {
    return await withRetries(
      retryPolicy,
      attempt,
      (error) => {
        // With attempts, it is the failure of a part that has had its retries.
        if (!(error instanceof RegistryError) || !error.transient || error.attempts !== null) return null
        if (error.silent && ++silent >= maxSilent) return null
        askedMs += error.retryAfterMs ?? 0
        if (askedMs > LIMITS.retryAfterMs) return null
        return { reason: error.reason, afterMs: error.retryAfterMs, error }
      },
      (retried) => {
        attempts = retried.attempt
        // The reason is the registry's text.
        log?.(logLine(describeRetry(retried.error.operation ?? 'A request', retried)))
        debug?.(retried.error.message)
      },
    )
  } catch (error) {
    if (error instanceof RegistryError) error.attempts ??= attempts
    throw error
  }
}
