import { LIMITS } from '../../shared/limits.ts'
import { describeRetry } from '../../shared/retry.ts'
import type { sleep } from '../../shared/time.ts'
import { isAborted } from '../errors/answer-errors.ts'
import { limitAnswers, type RequestHandler } from './answer-limits.ts'
import { limitCredentials } from './credentials.ts'
import { logRetries, retryReason, type SdkClient } from './retries.ts'
import { RETRIES, strategyForCredentials, useOutlastingStrategy } from './retry-strategy.ts'

interface Config {
  readonly requestHandler: RequestHandler
  readonly clientConfig: object
}

/** How a client is made ready for use. */
export interface Preparation {
  /** What the log calls a call of an operation, such as `DescribeRepositories`, in a region. */
  readonly describe: (operation: string, region: string) => string
  /** Gets a line for each retry. */
  readonly log: (line: string) => void
  /** Waits between two attempts; a test brings one that does not wait. */
  readonly pause?: typeof sleep | undefined
  /**
   * Whether the credentials that the client was made with have limits of their own, each with an error that says what
   * was waited for: then there is no other one around them.
   */
  readonly credentialsLimited?: boolean | undefined
}

/**
 * What every client is made with, before it is prepared. The SDK hands `clientConfig` to the clients of IAM Identity
 * Center, of STS and of sign-in that its chain of credential sources makes.
 */
export function clientOptions() {
  return { ...RETRIES, clientConfig: {} }
}

/**
 * Gives a client of the AWS SDK, made with {@link clientOptions}, what every client here has: each answer, each call with all its
 * retries, and the search for credentials end in time; what is transient is retried, and each retry has its line in
 * the log.
 * @param client changed in place
 */
export function prepareClient<Client extends SdkClient>(
  client: Client,
  { describe, log, pause, credentialsLimited = false }: Preparation,
): Client {
  const { requestHandler, clientConfig } = client.config as Config
  limitAnswers(requestHandler)
  Object.assign(clientConfig, RETRIES, {
    requestHandler,
    retryStrategy: strategyForCredentials(pause, (error, retry) =>
      log(describeRetry('A call for AWS credentials', { ...retry, reason: retryReason(error) })),
    ),
  })
  if (!credentialsLimited) limitCredentials(client)
  useOutlastingStrategy(client, pause)
  logRetries(client, describe, log)
  limitCalls(client)
  return client
}

/**
 * Ends a call when its time is over, also in the middle of an attempt. It ends before that if the caller's own signal
 * aborts, and then fails for the reason that this signal gives.
 */
function limitCalls(client: SdkClient): void {
  const sending = client as unknown as {
    send: (command: object, options?: { readonly abortSignal?: AbortSignal }) => Promise<unknown>
  }
  const send = sending.send.bind(client)
  sending.send = async (command, options = {}) => {
    const { abortSignal: ended } = options
    const late = AbortSignal.timeout(LIMITS.awsCallMs)
    const abortSignal = ended === undefined ? late : AbortSignal.any([late, ended])
    try {
      return await send(command, { ...options, abortSignal })
    } catch (error) {
      if (ended?.aborted && isAborted(error)) throw ended.reason
      throw error
    }
  }
}
