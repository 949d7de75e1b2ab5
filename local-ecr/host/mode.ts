import type { RegistryFront } from '../registry/front.ts'
import type { Service } from '../service/service.ts'
import type { Listening } from './serve.ts'

/** Steps that undo what was started and changed, the last one first. */
export type Undo = (() => Promise<void> | void)[]

/** What the servers of a local ECR are made of, whichever names they listen under. */
export interface Parts {
  readonly accounts: readonly string[]
  readonly regions: readonly string[]
  readonly service: Service
  readonly front: RegistryFront
  readonly delay: { readonly delayMs?: number; readonly bytesPerSecond?: number }
  readonly undo: Undo
}

/** How clients reach a local ECR that has started. */
export interface Reachable {
  readonly apiUrl: string
  readonly env: Record<string, string>
}

/** Waits until a server listens, and has it stopped at the end. */
export async function started(undo: Undo, listening: Promise<Listening>): Promise<Listening> {
  const server = await listening
  undo.push(() => server.stop())
  return server
}
