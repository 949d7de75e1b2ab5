import { chownSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { SetupError } from '../host/setup-error.ts'
import { type LocalEcr, startLocalEcr } from '../host/start.ts'
import { ACTION_LIMITS } from './limits.ts'
import { type Ended, ORDER, runs, SOCKET, type Started, type StartOrder } from './told.ts'

/**
 * The process between main and post: a local ECR, until it is told to end through its socket, gets a signal, its folder
 * is removed, or the job has ended without a post step. It works in the action's folder, prints one line, and leaves nothing.
 */
export async function background(): Promise<void> {
  // The main step, whose process group it may have been started in, is gone long before.
  process.on('SIGHUP', () => {})
  const folder = process.cwd()
  const order = JSON.parse(readFileSync(ORDER, 'utf8')) as StartOrder
  const ecr = await startOrRefuse(order, folder)
  if (ecr === null) return
  const { apiUrl, registries } = ecr
  const ready = () => say({ pid: process.pid, apiUrl, registries, env: ecr.env() })
  try {
    await end(ecr, folder, await untilToldToEnd(order, ready))
  } catch (error) {
    // Without its folder it cannot listen; and nothing that it has changed may stay, whatever else it was.
    console.error(error)
    await ecr.stop()
    removeFiles(folder)
    process.exit(1)
  }
}

/**
 * Removes its own files; with the folder if that was removed meanwhile, and has come back with what was written since.
 * The order is looked for in the folder that this process began in, whatever is at its path now.
 */
function removeFiles(folder: string): void {
  rmSync(existsSync(ORDER) ? dataOf(folder) : folder, { recursive: true, force: true })
}

const dataOf = (folder: string): string => join(folder, 'data')

async function startOrRefuse(order: StartOrder, folder: string): Promise<LocalEcr | null> {
  try {
    const { mode, accounts, regions, registryBinary } = order
    return await startLocalEcr({ mode, accounts, regions, registryBinary, dataDir: dataOf(folder) })
  } catch (error) {
    removeFiles(folder)
    const known = error instanceof SetupError
    if (!known) console.error(error)
    say({ refused: error instanceof Error ? error.message : String(error), known })
    process.exitCode = 1
    return null
  }
}

const say = (started: Started) => process.stdout.write(`${JSON.stringify(started)}\n`)

/** Who waits for the answer; null if nobody does. */
type Asked = { readonly response: ServerResponse; readonly server: Server } | null

/** @param ready called once it can be told */
async function untilToldToEnd({ owner, job }: StartOrder, ready: () => void): Promise<Asked> {
  const told = Promise.withResolvers<Asked>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => told.resolve(null))
  const server = createServer((request, response) => {
    request.resume()
    if (request.method === 'POST' && request.url === '/end') told.resolve({ response, server })
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve, reject) => {
    // Relative to the folder: the whole path may be longer than the 107 bytes that a socket's may have.
    server.once('error', reject).listen(SOCKET, resolve)
  })
  if (process.getuid?.() === 0) chownSync(SOCKET, owner.uid, owner.gid)
  const watch = setInterval(() => {
    if (!existsSync(ORDER) || (job !== null && !runs(job))) told.resolve(null)
  }, ACTION_LIMITS.watchMs)
  ready()
  const asked = await told.promise
  clearInterval(watch)
  return asked
}

async function end(ecr: LocalEcr, folder: string, asked: Asked): Promise<void> {
  const ended: Ended = { requests: ecr.requests.length }
  await ecr.stop()
  removeFiles(folder)
  if (asked !== null) {
    const { response, server } = asked
    server.close()
    await new Promise<void>((resolve) => {
      response.once('close', resolve)
      response.writeHead(200, { 'content-type': 'application/json', connection: 'close' })
      response.end(JSON.stringify(ended))
    })
  }
  // Connections of clients that never end must not keep it.
  process.exit(0)
}
