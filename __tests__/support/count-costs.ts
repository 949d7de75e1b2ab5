import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { writeFileSync } from 'node:fs'
import type { ClientRequest } from 'node:http'
import { registerHooks } from 'node:module'
import path from 'node:path'

// Loaded into a step by NODE_OPTIONS: counts what the step loads, starts and opens, whatever machine it runs on.

/** What a step has cost, as it writes it into the file that COSTS_FILE names. */
export interface Costs {
  /** Each process that it has started itself: the file's name, and the arguments up to the first option. */
  readonly processes: string[]
  /** What it had loaded when it made its first request to another than the engine; null if it made none. */
  readonly start: Loaded | null
  /** What it had loaded when it ended. */
  readonly end: Loaded
  /** The names of the scripts that it had loaded then. */
  readonly names: readonly string[]
}

interface Loaded {
  /** Files of the bundle. */
  readonly scripts: number
  readonly bytes: number
  /** Modules of Node's own. */
  readonly builtins: number
}

let [scripts, bytes] = [0, 0]
const builtins = new Set<string>()
const processes: string[] = []
const names: string[] = []
let start: Loaded | null = null
const loaded = (): Loaded => ({ scripts, bytes, builtins: builtins.size })

registerHooks({
  load(url, context, next) {
    const module = next(url, context)
    if (url.startsWith('node:')) builtins.add(url)
    else if (module.source !== undefined && module.source !== null) {
      scripts += 1
      names.push(path.basename(new URL(url).pathname))
      bytes += Buffer.byteLength(module.source as string | Uint8Array)
    }
    return module
  },
})

subscribe('child_process', (message) => {
  const { process: child } = message as { process: ChildProcess }
  child.once('spawn', () => {
    const [, ...args] = child.spawnargs
    const end = args.findIndex((one) => one.startsWith('-'))
    const words = end < 0 ? args : args.slice(0, end)
    processes.push([path.basename(child.spawnfile), ...words].join(' '))
  })
})

subscribe('http.client.request.start', (message) => {
  const { socketPath } = (message as { request: ClientRequest & { socketPath?: string } }).request
  if (socketPath === undefined) start ??= loaded()
})

process.once('exit', () => {
  writeFileSync(
    process.env['COSTS_FILE'] ?? '',
    JSON.stringify({ processes, start, end: loaded(), names } satisfies Costs),
  )
})
