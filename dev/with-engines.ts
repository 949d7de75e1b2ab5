import { endOf, spawnTied } from './command/child.ts'
import { CommandError } from './command/errors.ts'
import { interruption, noteEnd } from './command/interruption.ts'
import { temporaryFolder } from './command/temporary.ts'
import { runInCorner } from './corner/index.ts'
import {
  awsCli,
  busyboxRoot,
  cosign,
  type Engine,
  fetchEngine,
  fetchMoreEngines,
  machineEngine,
  registryBinary,
  skopeo,
} from './engine/index.ts'
import { guestOf } from './engine/machine-guest.ts'
import type { Log } from './engine/process.ts'
import { PARTS, type Parts } from './parts.ts'
import { findObstacle } from './preflight.mjs'

const CLIENTS = { aws: awsCli, skopeo, cosign } as const
type ClientName = keyof typeof CLIENTS

export interface Wanted {
  readonly engines: readonly Engine['name'][]
  readonly clients: readonly ClientName[]
  /** Clients without which the work goes on if they cannot be had. */
  readonly optional?: readonly ClientName[]
  /** Whether the work starts the other engines of the matrix itself. */
  readonly more?: boolean
}

export interface Work {
  /** What to run; it finds the parts in its environment ({@link readParts}). */
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly interruption: AbortSignal
  /** Whatever the command sends. */
  readonly onMessage?: (message: unknown) => void
}

/** Runs a piece of work with engines; it may be called several times, also at the same time. */
export type WithEngines = (work: Work) => Promise<number>

/**
 * Finds or fetches all that work with engines needs, the network included, so that nothing is missing later.
 *
 * The engine is the machine's Docker if it answers, with ECR on ports of localhost, because that engine is not made to
 * trust a certificate of ours. Else it is one of our own, in a corner of the machine and with ECR's own host names.
 * @throws CommandError if something cannot be had
 */
export async function prepareEngines(wanted: Wanted, log: Log): Promise<WithEngines> {
  const obstacle = findObstacle({ engine: true, packages: false })
  if (obstacle) throw new CommandError(obstacle.what, obstacle.remedy)
  const machine = await machineEngine('current')
  if (machine === undefined) for (const name of wanted.engines) await fetchEngine(name, log)
  if (machine === undefined && wanted.more) await fetchMoreEngines(log)
  const parts = {
    registryBinary: await registryBinary(log),
    busyboxRoot: await busyboxRoot(log),
    ...(await prepareClients(wanted, log)),
  }
  if (machine === undefined) return (work) => runInCorner({ ...work, engines: wanted.engines, parts }, log)
  const old = await machineEngine('old')
  const engines = { current: machine, old: old ?? machine }
  return (work) => runOnMachine({ ...parts, engines, names: null }, work)
}

/**
 * Finds or fetches the clients that are wanted.
 * @returns the path of each; empty if it is not wanted, or cannot be had and is optional
 * @throws CommandError if one cannot be had that is not optional
 */
export async function prepareClients(
  { clients, optional = [] }: Pick<Wanted, 'clients' | 'optional'>,
  log: Log,
): Promise<Record<ClientName, string>> {
  const path = async (name: ClientName) => {
    if (clients.includes(name)) return CLIENTS[name](log)
    if (!optional.includes(name)) return ''
    return CLIENTS[name](log).catch((error: Error) => {
      interruption.throwIfAborted()
      log(`There will be no ${name}: ${error.message.split('\n')[0]}`)
      return ''
    })
  }
  return { aws: await path('aws'), skopeo: await path('skopeo'), cosign: await path('cosign') }
}

async function runOnMachine(parts: Parts, work: Work): Promise<number> {
  const leave = await guestOf(parts.engines.current.docker)
  const temporary = temporaryFolder()
  const child = spawnTied(work.command, {
    env: { ...process.env, ...temporary.env, ...work.env, [PARTS]: JSON.stringify(parts) },
    // A session of its own: Ctrl-C in a terminal reaches this process, which passes it on.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  child.on('message', (message) => work.onMessage?.(message))
  const pass = () => child.kill(work.interruption.reason as NodeJS.Signals)
  if (work.interruption.aborted) pass()
  work.interruption.addEventListener('abort', pass)
  try {
    return await endOf(child)
  } finally {
    work.interruption.removeEventListener('abort', pass)
    temporary.remove()
    await leave()
    noteEnd('The local ECR has ended, and its images and containers are gone from Docker.')
  }
}
