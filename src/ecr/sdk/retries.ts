import type { ECRClient } from '@aws-sdk/client-ecr'
import { clip } from '../../shared/clip.ts'
import { describeRetry } from '../../shared/retry.ts'
import { saidBy } from '../errors/explain.ts'
import { isException } from './exceptions.ts'

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

/** Any client of the AWS SDK: those of its services differ in their commands only. */
interface SdkClient {
  readonly config: object
  readonly middlewareStack: object
}

/**
 * Logs each retry that the SDK makes, and stops the SDK from retrying LimitExceededException, which it mistakes for
 * throttling.
 * @param client whose calls it is about; changed in place
 * @param describe what the log calls a call of an operation, such as `DescribeRepositories`, in a region
 */
export function logRetries(
  client: SdkClient,
  describe: (operation: string, region: string) => string,
  log: (line: string) => void,
): void {
  retryNoQuota(client)
  const { config, middlewareStack } = client as Pick<ECRClient, 'config' | 'middlewareStack'>
  middlewareStack.add(
    // Made anew for each call, and run for each of its attempts.
    (next, { commandName = 'A call' }) => {
      const operation = commandName.replace(/Command$/, '')
      let attempt = 0
      let failed: { readonly error: unknown; readonly at: number } | null = null
      return async (args) => {
        attempt++
        if (failed !== null) {
          // The SDK has waited by now: it tells nobody before.
          const waitMs = performance.now() - failed.at
          const what = describe(operation, await config.region())
          const retry = {
            reason: retryReason(failed.error),
            attempt,
            attempts: await config.maxAttempts(),
            waitMs,
          }
          log(describeRetry(what, retry))
        }
        try {
          return await next(args)
        } catch (error) {
          failed = { error, at: performance.now() }
          throw error
        }
      }
    },
    { name: 'logRetries', step: 'finalizeRequest', priority: 'low' },
  )
}

/** The part of the SDK's retry strategy that decides whether a failure is retried. */
interface Strategy {
  refreshRetryTokenForRetry(token: unknown, info: RetryInfo): Promise<unknown>
}

interface RetryInfo {
  readonly error?: unknown
  readonly errorType: string
}

/** A quota that is used up will be so in a second, too. */
function retryNoQuota(client: SdkClient): void {
  const config = client.config as { retryStrategy: () => Promise<Strategy> }
  const given = config.retryStrategy
  let changed: Promise<Strategy> | null = null
  config.retryStrategy = () => {
    changed ??= given().then((strategy) => {
      const refresh = strategy.refreshRetryTokenForRetry.bind(strategy)
      strategy.refreshRetryTokenForRetry = (token, info) =>
        refresh(
          token,
          isException(info.error, 'LimitExceededException') ? { ...info, errorType: 'CLIENT_ERROR' } : info,
        )
      return strategy
    })
    return changed
  }
}

/** In one line. For an answer that is not AWS's, such as a gateway's page, the status says more than its text. */
function retryReason(error: unknown): string {
  const { name = 'Error', $response } = (error ?? {}) as Partial<Error> & {
    readonly $response?: { readonly statusCode?: number }
  }
  const status = $response?.statusCode ?? 0
  if ((error instanceof SyntaxError || name === 'Unknown') && status >= 400) {
    return `an answer of status ${status} that is not AWS's`
  }
  const [line = ''] = saidBy(error).split('\n', 1)
  return `${name}: ${clip(line, 200)}`
}
