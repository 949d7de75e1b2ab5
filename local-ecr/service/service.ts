import { Dropped, Stalled, Verbatim } from '../faults/failures.ts'
import { type Aftermath, Faults } from '../faults/faults.ts'
import type { Subject } from '../faults/orders.ts'
import type { Rates } from '../faults/rates.ts'
import { type RecordedRequest, Recorder } from '../faults/recorder.ts'
import { invokeByName } from '../operations/dispatch.ts'
import { refuseBeyondSession } from '../operations/session.ts'
import { EcrError } from '../store/errors.ts'
import { repositoryArn } from '../store/names.ts'
import type { Store } from '../store/store.ts'
import type { Caller } from '../store/types.ts'

/** A store with what happens around every request to it: rates, faults, and the record of requests. */
export class Service {
  readonly store: Store
  readonly faults = new Faults()
  readonly recorder = new Recorder()
  /** Limits of requests a second; null for none. */
  readonly rates: Rates | null

  constructor(store: Store, rates: Rates | null = null) {
    this.store = store
    this.rates = rates
  }

  /**
   * Runs one API operation as a client would see it.
   * @throws EcrError, Dropped or Verbatim
   */
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
      ...(about.userAgent ? { userAgent: about.userAgent } : {}),
    }
    return this.observed(subject, { input, bytes: about.bytes ?? 0, ...about }, async () => {
      const account = typeof input.registryId === 'string' ? input.registryId : caller.account
      this.rates?.take(caller.account, caller.region, operation)
      const resource = resourceOf(operation, caller.region, account, repository)
      for (const one of resourcesOf(input, caller.region, account) ?? [resource])
        refuseBeyondSession(caller, operation, input, one)
      const after = await this.faults.meet(subject, caller.arn, resource)
      return {
        status: 200,
        result: await carryOut(after, () => invokeByName(this.store, caller, operation, input)),
      }
    })
  }

  /**
   * Applies faults to a TLS handshake with a registry. It has no answer, so a connection that is to be dropped at a
   * later point is dropped now.
   * @throws EcrError, Dropped or Verbatim if the handshake is to fail
   */
  async handshake(account: string, region: string): Promise<void> {
    const subject: Subject = { side: 'connection', operation: 'Handshake', account, region }
    const { drop } = await this.faults.meet(subject, '', '*')
    if (drop) throw new Dropped(drop)
  }

  /** Runs a request, and records it and how it ended. */
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

/**
 * Carries a request out, and then does what a fault says about its answer.
 * @throws Dropped if the connection is to end, Stalled if it is to stay open without a whole answer
 */
export async function carryOut<T>(after: Aftermath, run: () => T | Promise<T>): Promise<T> {
  if (after.drop === 'in the request') throw new Dropped(after.drop)
  const done = (async () => run())()
  if (after.drop || after.stall) {
    // An answer that says no is lost like one that says yes.
    await Promise.allSettled([done])
    throw after.stall ? new Stalled(after.stall) : new Dropped(after.drop)
  }
  const result = await done
  return after.rewrite ? rewritten(result, after.rewrite) : result
}

function statusOf(error: unknown): [number, string] {
  if (error instanceof EcrError) return [error.status, error.name]
  if (error instanceof Verbatim) return [error.status, error.label]
  return error instanceof Dropped ? [0, error.name] : [500, 'ServerException']
}

/** The repository that a request is about, if it is exactly one. */
function repositoryOf(input: Record<string, unknown>): string | undefined {
  const { repositoryName, repositoryNames } = input
  const name =
    Array.isArray(repositoryNames) && repositoryNames.length === 1 ? repositoryNames[0] : repositoryName
  return typeof name === 'string' ? name : undefined
}

/** Of a question about several repositories, all that a session has to allow; null if it is about one, or none by name. */
function resourcesOf(
  { repositoryNames }: Record<string, unknown>,
  region: string,
  account: string,
): string[] | null {
  if (!Array.isArray(repositoryNames) || repositoryNames.length < 2) return null
  return repositoryNames.map((name) => repositoryArn(region, account, String(name)))
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

/** A copy of an answer with all its strings rewritten. */
function rewritten<T>(value: T, rewrite: (answer: string) => string): T {
  if (typeof value === 'string') return rewrite(value) as T
  if (Array.isArray(value)) return value.map((item) => rewritten(item, rewrite)) as T
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([member, held]) => [member, rewritten(held, rewrite)]),
  ) as T
}
