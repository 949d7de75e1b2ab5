import { isNamed } from './calls.ts'

/** A token bucket with client-side rate limiting: many jobs of one matrix share the account's quota. */
export const RETRIES = { retryMode: 'adaptive', maxAttempts: 6 } as const

/**
 * How long a call may take: node's own handler waits for ever for an endpoint that swallows what it gets.
 * https://github.com/smithy-lang/smithy-typescript/tree/main/packages/node-http-handler
 */
export const TIMEOUTS = {
  connectionTimeout: 10_000,
  requestTimeout: 30_000,
  throwOnRequestTimeout: true,
} as const

/** What is known of the SDK's own strategy, which stays what it is: full jitter, at most 20 s. */
interface Strategy {
  refreshRetryTokenForRetry?: (token: never, info: never) => Promise<{ getRetryCount(): number }>
}

/**
 * Lets the SDK tell each of its retries, and not retry what it takes for throttling and is none: a quota that is used
 * up (LimitExceededException) is so in a second, too.
 * @param client whose calls it is about; changed in place
 * @param service such as `ECR`
 */
export function tellRetries(
  client: { readonly config: object },
  service: string,
  log: (line: string) => void,
): void {
  const config = client.config as { retryStrategy: () => Promise<Strategy> }
  const given = config.retryStrategy
  let telling: Promise<Strategy> | null = null
  config.retryStrategy = () => {
    telling ??= given().then((strategy) => told(strategy, service, log))
    return telling
  }
}

function told(strategy: Strategy, service: string, log: (line: string) => void): Strategy {
  const refresh = strategy.refreshRetryTokenForRetry?.bind(strategy) as
    | ((token: unknown, info: object) => Promise<{ getRetryCount(): number }>)
    | undefined
  if (refresh === undefined) return strategy
  strategy.refreshRetryTokenForRetry = async (token: unknown, info: { readonly error?: unknown }) => {
    const lasts = isNamed(info.error, 'LimitExceededException')
    const next = await refresh(token, lasts ? { ...info, errorType: 'CLIENT_ERROR' } : info)
    // The SDK has waited by now.
    log(
      `A call to ${service} failed (${reasonOf(info.error)}); again, attempt ${next.getRetryCount() + 1} of ${RETRIES.maxAttempts}`,
    )
    return next
  }
  return strategy
}

/** In one line. Of an answer that is not AWS's, such as a gateway's page, the status says more than that it is none. */
function reasonOf(error: unknown): string {
  const {
    name = 'Error',
    message = '',
    $response,
  } = (error ?? {}) as Partial<Error> & {
    readonly $response?: { readonly statusCode?: number }
  }
  const status = $response?.statusCode ?? 0
  if ((error instanceof SyntaxError || name === 'Unknown') && status >= 400)
    return `an answer of status ${status} that is not AWS's`
  return `${name}: ${message.split('\n', 1)[0]?.slice(0, 200)}`
}
