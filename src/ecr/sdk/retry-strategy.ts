import { LIMITS } from '../../shared/limits.ts'
import { backoffMs, type Retry, TRANSIENT_BACKOFF } from '../../shared/retry.ts'
import { sleep } from '../../shared/time.ts'

/**
 * What every client is made with: a token bucket with client-side rate limiting, as many jobs of one matrix share the
 * account's quota. The attempts are the strategy's of this file.
 */
export const RETRIES = { retryMode: 'adaptive', maxAttempts: TRANSIENT_BACKOFF.attempts } as const

/** The retry strategy of a call, as the SDK asks for it: `RetryStrategyV2` of @smithy/types. */
export interface Strategy {
  acquireInitialRetryToken(scope: string): Promise<Token>
  /** @throws Error if there is to be no further attempt: the SDK then throws what the last one threw */
  refreshRetryTokenForRetry(token: Token, failure: Failure): Promise<Token>
  recordSuccess(token: Token): void
}

/** A rate limiter without a limit, for calls that are few. */
const NO_LIMITER: RateLimiter = {
  getSendToken: async () => undefined,
  updateClientSendingRate: () => undefined,
}

interface Token {
  getRetryCount(): number
  getRetryDelay(): number
  getRetryCost(): number | undefined
  /** No attempt begins later. */
  readonly until: number
}

interface Failure {
  readonly error?: unknown
  readonly errorType: string
  readonly retryAfterHint?: Date
}

/** The part of the SDK's adaptive strategy that is kept. */
interface RateLimiter {
  getSendToken(): Promise<void>
  updateClientSendingRate(response: object): void
}

/** The SDK takes this exception for throttling; but a quota that is used up will be so in a second, too. */
const QUOTA = 'LimitExceededException'

/**
 * The part of a call's time in which no attempt begins: it would be cut off by the end of the call, and hide what the
 * ones before it have met.
 */
const LAST_PART = 0.1

/** A retry that is about to be waited for. */
type Told = (error: unknown, retry: Omit<Retry, 'reason'>) => void

/**
 * Retries what is transient for longer than the SDK does: its six attempts are over within a second if ECR answers
 * 503, and its own count of retries may be used up before. For throttling, the SDK's rate limiter comes on top.
 * @param limiter of the SDK's adaptive strategy
 * @param pause a test brings one that does not wait
 */
export function outlastingStrategy(
  limiter: RateLimiter,
  pause = sleep,
  tell: Told = () => undefined,
  attempts: number = TRANSIENT_BACKOFF.attempts,
): Strategy {
  return {
    async acquireInitialRetryToken() {
      await limiter.getSendToken()
      return token(0, performance.now() + LIMITS.awsCallMs * (1 - LAST_PART))
    },
    async refreshRetryTokenForRetry(last, failure) {
      if (!isQuota(failure)) limiter.updateClientSendingRate(failure)
      const failures = last.getRetryCount()
      const asked = failure.retryAfterHint ? failure.retryAfterHint.getTime() - Date.now() : 0
      const waitMs = Math.min(
        Math.max(backoffMs(TRANSIENT_BACKOFF, failures), asked),
        TRANSIENT_BACKOFF.longestMs,
      )
      const late = performance.now() + waitMs >= last.until
      if (!isRetried(failure) || late || failures + 1 >= attempts) throw new Error('no further attempt')
      tell(failure.error, { attempt: failures + 2, attempts, waitMs })
      await pause(waitMs)
      await limiter.getSendToken()
      return token(failures + 1, last.until)
    },
    recordSuccess() {
      limiter.updateClientSendingRate({})
    },
  }
}

function isRetried(failure: Failure): boolean {
  return failure.errorType !== 'CLIENT_ERROR' && !isQuota(failure)
}

function isQuota({ error }: Failure): boolean {
  return (error as Error | undefined)?.name === QUOTA
}

function token(count: number, until: number): Token {
  return { getRetryCount: () => count, getRetryDelay: () => 0, getRetryCost: () => undefined, until }
}

/** The strategy for the clients that the SDK makes by itself to get credentials. */
export function strategyForCredentials(pause: typeof sleep | undefined, tell: Told): Strategy {
  return outlastingStrategy(NO_LIMITER, pause, tell)
}

/** Gives a client of the SDK, made with {@link RETRIES}, the strategy above; changed in place. */
export function useOutlastingStrategy(client: { readonly config: object }, pause?: typeof sleep): void {
  const config = client.config as {
    retryStrategy: () => Promise<unknown>
    readonly maxAttempts: () => Promise<number>
  }
  const given = config.retryStrategy
  let made: Promise<Strategy> | null = null
  config.retryStrategy = () => {
    made ??= given().then(async (adaptive) => {
      const { rateLimiter } = adaptive as { readonly rateLimiter: RateLimiter }
      return outlastingStrategy(rateLimiter, pause, undefined, await config.maxAttempts())
    })
    return made
  }
}
