import type { ECRClient } from '@aws-sdk/client-ecr'
import { clip } from '../../shared/clip.ts'
import { describeRetry } from '../../shared/retry.ts'
import { ForeignAnswer, isLostAnswer } from '../errors/answer-errors.ts'
import { saidBy } from '../errors/explain.ts'

/** Any client of the AWS SDK: those of its services differ in their commands only. */
export interface SdkClient {
  readonly config: object
  readonly middlewareStack: object
}

/** Errors of calls whose earlier attempts had an unknown end. */
const afterLostAnswers = new WeakSet<object>()

/**
 * Whether an attempt of the call before the one that this error ended may have been carried out without an answer that
 * says so. What the error says may then be the work of that attempt.
 */
export function followsLostAnswer(error: unknown): boolean {
  return typeof error === 'object' && error !== null && afterLostAnswers.has(error)
}

/**
 * Logs each retry that the SDK makes, and remembers which errors follow a lost answer.
 * @param client whose calls it is about; changed in place
 * @param describe what the log calls a call of an operation, such as `DescribeRepositories`, in a region
 */
export function logRetries(
  client: SdkClient,
  describe: (operation: string, region: string) => string,
  log: (line: string) => void,
): void {
  const { config, middlewareStack } = client as Pick<ECRClient, 'config' | 'middlewareStack'>
  middlewareStack.add(
    // Made anew for each call, and run for each of its attempts.
    (next, { commandName = 'A call' }) => {
      const operation = commandName.replace(/Command$/, '')
      let attempt = 0
      let lost = false
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
          if (lost) afterLostAnswers.add(error as object)
          lost ||= isLostAnswer(error)
          failed = { error, at: performance.now() }
          throw error
        }
      }
    },
    { name: 'logRetries', step: 'finalizeRequest', priority: 'low' },
  )
}

/** Why an attempt failed, in one line for the log. For an answer that is not AWS's, such as a gateway's page, the status says more than its text. */
export function retryReason(error: unknown): string {
  if (error instanceof ForeignAnswer) return error.reason
  const { name = 'Error' } = (error ?? {}) as Partial<Error>
  const [line = ''] = saidBy(error).split('\n', 1)
  // The SDK gives this name to whatever a connection ends with.
  return name === 'TimeoutError' ? clip(line, 200) : `${name}: ${clip(line, 200)}`
}
