import type { IncomingMessage } from 'node:http'
import type { RegistryConnection } from './connection.ts'
import { RegistryError } from './errors.ts'
import { drain } from './http.ts'
import { type HttpRequest, operationOf } from './request.ts'

/** Statuses that say that nothing was done, whatever there was before: no right, no token, too many requests. */
const NOT_DONE: readonly number[] = [401, 403, 429]

/**
 * Waits for the answer to a write. If it is lost, or is a refusal, the registry is asked whether it has what was to be
 * written: then the write has succeeded, at this attempt or at one before it.
 * @param sent the request that writes; its answer is drained
 * @param isDone asks, once; a failure of it counts as no
 * @returns the answer; null if it was lost and the registry has what was to be written
 * @throws RegistryError that of the write, if the registry does not have it
 */
export async function orDone(
  connection: Pick<RegistryConnection, 'log'>,
  sent: Promise<IncomingMessage>,
  request: HttpRequest,
  isDone: () => Promise<boolean>,
): Promise<IncomingMessage | null> {
  try {
    return drain(await sent)
  } catch (error) {
    if (!(error instanceof RegistryError) || NOT_DONE.includes(error.status ?? 0)) throw error
    if (!(await isDone().catch(() => false))) throw error
    connection.log(`${operationOf(request).operation} was not confirmed (${error.reason}), and is done`)
    return null
  }
}
