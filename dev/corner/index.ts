import type { ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endOf, spawnTied } from '../command/child.ts'
import { CommandError } from '../command/errors.ts'
import { noteEnd } from '../command/interruption.ts'
import { busyboxRoot, type Engine, initProgram } from '../engine/index.ts'
import type { Log } from '../engine/process.ts'
import type { Parts } from '../parts.ts'
import { emptySlot, type Slot, slots } from './slots.ts'

/** What the first program of a corner is told, as JSON. */
export interface Errand {
  readonly slot: Slot
  readonly busybox: string
  readonly engines: readonly Engine['name'][]
  readonly parts: Pick<Parts, 'registryBinary' | 'busyboxRoot' | 'aws' | 'skopeo' | 'cosign'>
  /** What to run in the corner, with the variables to add to the environment. */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export interface CornerOptions extends Pick<Errand, 'engines' | 'parts' | 'command'> {
  readonly env?: Errand['env']
  /** Ends the command, and with it the corner. */
  readonly interruption: AbortSignal
  /** Whatever the command sends. */
  readonly onMessage?: (message: unknown) => void
}

/** The status by which `flock` says that a lock is held. */
const HELD = 75

/** From an interruption until the corner is closed by force: engines and a step have some seconds each to end. */
const PATIENCE_MS = 45_000

/**
 * Runs a command in a corner of the machine in which engines run and ECR's host names are ours. When this returns, no
 * process of the corner runs, and what they have changed outside the checkout's `.local` is gone.
 * @returns the command's exit code
 * @throws CommandError if the corner or an engine in it cannot be started
 */
export async function runInCorner(options: CornerOptions, log: Log): Promise<number> {
  const [init, busybox] = [await initProgram(log), join(await busyboxRoot(log), 'bin/busybox')]
  for (const slot of slots()) {
    mkdirSync(slot.folder, { recursive: true })
    const { engines, parts, command, env = {} } = options
    const errand: Errand = { slot, busybox, engines, parts, command, env }
    const status = await tryIn(slot, init, errand, options)
    if (status !== 'held') return status
  }
  throw new CommandError(
    `${slots().length} commands that need engines run in this checkout already.`,
    'wait until one has ended, or use another clone.',
  )
}

async function tryIn(
  slot: Slot,
  init: string,
  errand: Errand,
  { interruption, onMessage }: CornerOptions,
): Promise<number | 'held'> {
  const inside = [process.execPath, join(import.meta.dirname, 'inside.ts'), JSON.stringify(errand)]
  const namespaces = ['--mount', '--net', '--ipc', '--pid', '--fork', '--kill-child=KILL', '--mount-proc']
  const corner = ['unshare', ...namespaces, init, '--', ...inside]
  // Every process of the corner inherits the lock, so that it is held until the last one has ended.
  const locked = ['flock', '--nonblock', '--conflict-exit-code', String(HELD), '--no-fork', slot.lock]
  const child = spawnTied([...locked, ...corner], {
    // A session of its own: Ctrl-C in a terminal reaches this process, which passes it on.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  let begun = false
  let failure: CommandError | undefined
  child.on('message', (message) => {
    if (isReport(message)) {
      // The number of the corner's first process on the machine, which it cannot know itself.
      if (!begun) child.send({ init: firstChild(child.pid) })
      begun = true
      if (message.failure)
        failure = new CommandError(message.failure.what, message.failure.remedy, {
          cause: message.failure.stack,
        })
    } else onMessage?.(message)
  })
  const release = passOn(child, interruption)
  const status = await endOf(child).finally(release)
  if (!begun && status === HELD) return 'held'
  emptySlot(slot, false)
  if (interruption.aborted && begun)
    noteEnd(
      'The engine, the local ECR and all their processes have ended, and their network and files are gone; what was fetched stays in .local.',
    )
  if (failure) throw failure
  if (!begun && !interruption.aborted) {
    throw new CommandError(
      `A part of this machine for the engine alone cannot be opened (unshare ended with code ${status}).`,
      'see the line above; npm run test:unit needs no engine.',
    )
  }
  return status
}

/** What the first program tells of itself: that it runs, or why it does not go on. */
interface Report {
  readonly corner: true
  readonly failure?: { readonly what: string; readonly remedy: string; readonly stack: string }
}

function isReport(message: unknown): message is Report {
  return typeof message === 'object' && message !== null && 'corner' in message
}

function firstChild(pid = 0): string {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0] ?? ''
}

/** Tells the corner of an interruption, and ends it by force if it takes too long. @returns what stops this */
function passOn(child: ChildProcess, interruption: AbortSignal): () => void {
  let late: NodeJS.Timeout | undefined
  const tell = () => {
    if (child.connected) child.send({ signal: interruption.reason }, () => undefined)
    late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  }
  if (interruption.aborted) tell()
  else interruption.addEventListener('abort', tell)
  return () => {
    interruption.removeEventListener('abort', tell)
    clearTimeout(late)
  }
}
