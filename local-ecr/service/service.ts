import { Dropped, Faults, type Subject, Verbatim } from '../faults/faults.ts'
import type { Rates } from '../faults/rates.ts'
import { type RecordedRequest, Recorder } from '../faults/recorder.ts'
import { repositoryArn } from '../operations/context.ts'
import { invokeByName } from '../operations/dispatch.ts'
import { EcrError } from '../store/errors.ts'
import type { Caller, Store } from '../store/store.ts'

/** A store with what surrounds every request to it: ordered failures, and the record. */
export class Service {
  readonly store: Store
  readonly faults = new Faults()
  readonly recorder = new Recorder()
  /** How many requests are answered; null: all. */
  readonly rates: Rates | null

  constructor(store: Store, rates: Rates | null = null) {
    this.store = store
    this.rates = rates
  }

  /** One API call as a client would see it; throws `EcrError`, `Dropped` or `Verbatim`. */
  async call(
    caller: Caller,
    operation: string,
    input: Record<string, unknown>,
    about: { userAgent?: string; bytes?: number } = {},
  ): Promise<object> {
    const repository = repositoryOf(input)
    const subject: Subject = {
      side: 'api',
      operation,
      account: caller.account,
      region: caller.region,
      caller: caller.arn,
      ...(repository ? { repository } : {}),
    }
    return this.observed(subject, { input, bytes: about.bytes ?? 0, ...about }, async () => {
      const account = typeof input.registryId === 'string' ? input.registryId : caller.account
      this.rates?.take(caller.account, caller.region, operation)
      const resource = resourceOf(operation, caller.region, account, repository)
      const met = await this.faults.meet(subject, caller.arn, resource)
      const result = await invokeByName(this.store, caller, operation, input)
      if (met.broken) throw new Dropped(met.broken)
      return { status: 200, result: met.rewrite ? rewritten(result, met.rewrite) : result }
    })
  }

  /** Runs a request and records how it ended. */
  async observed<T>(
    subject: Subject,
    about: Partial<RecordedRequest> & { bytes: number },
    run: () => Promise<{ status: number; result: T }>,
  ): Promise<T> {
    const time = new Date()
    const add = (status: number, error?: string) =>
      this.recorder.add({
        time,
        ms: Date.now() - time.getTime(),
        ...subject,
        ...about,
        status,
        ...(error ? { error } : {}),
      })
    try {
      const { status, result } = await run()
      add(status)
      return result
    } catch (error) {
      add(...statusOf(error))
      throw error
    }
  }
}

function statusOf(error: unknown): [number, string] {
  if (error instanceof EcrError) return [error.status, error.name]
  if (error instanceof Verbatim) return [error.status, error.label]
  return error instanceof Dropped ? [0, error.name] : [500, 'ServerException']
}

/** The one repository that a request is about, by itself or as a list of one. */
function repositoryOf(input: Record<string, unknown>): string | undefined {
  const { repositoryName, repositoryNames } = input
  const name =
    Array.isArray(repositoryNames) && repositoryNames.length === 1 ? repositoryNames[0] : repositoryName
  return typeof name === 'string' ? name : undefined
}

/**
 * The resource that IAM names for an operation.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 */
function resourceOf(
  operation: string,
  region: string,
  account: string,
  repository: string | undefined,
): string {
  if (repository) return repositoryArn(region, account, repository)
  return operation === 'DescribeRepositories' ? repositoryArn(region, account, '*') : '*'
}

/** Dates are no text: they stay. */
function rewritten<T>(value: T, rewrite: (answer: string) => string): T {
  if (typeof value === 'string') return rewrite(value) as T
  if (Array.isArray(value)) return value.map((item) => rewritten(item, rewrite)) as T
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([member, held]) => [member, rewritten(held, rewrite)]),
  ) as T
}
