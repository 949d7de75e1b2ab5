import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { claimNames, SetupError } from '../../local-ecr/index.ts'
import { endOf, spawnTied } from '../command/child.ts'
import { CommandError } from '../command/errors.ts'
import { type Engine, ownEngine } from '../engine/index.ts'
import { checkout } from '../engine/paths.ts'
import { CORNER, PARTS, type Parts } from '../parts.ts'
import { REGIONS_OF_BENCH } from '../stage.ts'
import type { Errand } from './index.ts'
import { emptySlot, removeGroups } from './slots.ts'

// The first program of a corner: makes the private folders, starts the engines, runs the command. When it ends, the
// kernel ends whatever still runs in the corner.

const errand = JSON.parse(process.argv[2] ?? '') as Errand
const tell = (message: object) => process.send?.({ corner: true, ...message })
let interrupted: NodeJS.Signals | undefined
let onInterruption = (_signal: NodeJS.Signals) => {}
const interrupt = (signal: NodeJS.Signals) => {
  if (interrupted) return
  interrupted = signal
  onInterruption(signal)
}
const { promise: init, resolve: begin } = Promise.withResolvers<string>()
process.on('message', (message: { signal?: NodeJS.Signals; init?: string }) => {
  if (message.signal) interrupt(message.signal)
  if (message.init) begin(message.init)
})
// Whoever has opened the corner has ended.
process.on('disconnect', () => interrupt('SIGTERM'))

try {
  tell({})
  process.exitCode = await serve()
} catch (error) {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const remedy =
    error instanceof CommandError
      ? error.remedy
      : error instanceof SetupError
        ? 'change what the line above names, and run the command once more.'
        : 'this is a defect of the command; run it with --verbose, which shows where.'
  tell({ failure: { what: message.split('\n')[0], remedy, stack: `${stack}\n${causeOf(error)}` } })
  process.exitCode = 1
}
process.disconnect?.()

async function serve(): Promise<number> {
  const { slot, engines: wanted, parts, command, env } = errand
  emptySlot(slot, true)
  makePrivate()
  const names = (await claimNames('/run/ecr-names', undefined, REGIONS_OF_BENCH)).folder
  const engines: Partial<Record<Engine['name'], Engine>> = {}
  const stops: (() => Promise<void>)[] = []
  try {
    for (const name of wanted) {
      if (interrupted) return 1
      const store = path.join(slot.engines, name)
      const where = { store, state: `/run/engine-${name}`, cgroup: slot.cgroup }
      const { engine, stop } = await ownEngine(name, where, (line) => console.log(`  ${line}`))
      engines[name] = engine
      stops.push(stop)
    }
    const corner = await init
    const all: Parts = { ...parts, engines: engines as Parts['engines'], names }
    return interrupted
      ? 1
      : await runCommand(command, { ...env, [PARTS]: JSON.stringify(all), [CORNER]: corner })
  } finally {
    // The storage is found in order by the next run. Nothing else would need it.
    await Promise.all(stops.map((stop) => stop()))
    removeGroups(slot)
  }
}

/** Runs the command, and passes on what it sends, and the signals that this corner is sent. */
async function runCommand(command: readonly string[], env: Record<string, string>): Promise<number> {
  const child = spawnTied(command, {
    cwd: checkout,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  child.on('message', (message) => process.send?.(message))
  onInterruption = (signal) => child.kill(signal)
  return endOf(child)
}

/**
 * Makes /etc, /run and /tmp private, and the loopback network usable. /etc is a copy, so that whatever an engine
 * writes there is the corner's alone; its hosts are those of a machine that knows nobody.
 */
function makePrivate(): void {
  const { slot } = errand
  let { busybox } = errand
  const run = (...args: string[]) => execFileSync(busybox, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const etc = path.join(slot.folder, 'etc')
  mkdirSync(etc, { recursive: true })
  run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', etc)
  execFileSync('cp', ['-a', '/etc/.', etc], { stdio: ['ignore', 'ignore', 'pipe'] })
  rmSync(path.join(etc, 'docker'), { recursive: true, force: true })
  for (const file of ['hosts', 'resolv.conf']) rmSync(path.join(etc, file), { force: true })
  const host = os.hostname()
  writeFileSync(
    path.join(etc, 'hosts'),
    `127.0.0.1 localhost\n127.0.0.1 ${host}\n::1 localhost ip6-localhost\n`,
  )
  writeFileSync(path.join(etc, 'resolv.conf'), '# No name server: this network ends with this machine.\n')
  run('mount', '-o', 'bind', etc, '/etc')
  run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run')
  mkdirSync('/run/checkout')
  run('mount', '-o', 'rbind', checkout, '/run/checkout')
  // A checkout below /tmp is hidden by the next mount, this program included.
  busybox = path.join('/run/checkout', path.relative(checkout, busybox))
  run('mount', '-o', 'bind', slot.temp, '/tmp')
  run('chmod', '1777', '/tmp')
  if (checkout.startsWith('/tmp/')) {
    mkdirSync(checkout, { recursive: true })
    run('mount', '-o', 'rbind', '/run/checkout', checkout)
  }
  process.chdir(checkout)
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) delete process.env[name]
  run('ip', 'link', 'set', 'lo', 'up')
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error ? cause.message : ''
}
