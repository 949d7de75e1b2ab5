import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process of this machine, as Linux tells of it. */
export interface Process {
  readonly pid: number
  readonly command: string
  /** `NAME=value`. */
  readonly env: readonly string[]
}

/**
 * All that run now; those that ended while they were looked at are left out, as are zombies. Who waits for one asks many
 * times, and most ask for the command alone: the environment is read when it is asked for, and empty if that is too late.
 */
export function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const command = contentOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
      if (command === '') return []
      return [
        {
          pid: Number(pid),
          command,
          get env() {
            return contentOf(`/proc/${pid}/environ`).split('\0')
          },
        },
      ]
    })
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Waits for what has to become true. @throws Error where it does not */
export async function eventually(holds: () => boolean, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not so within ${seconds} s: ${holds}`)
    await sleep(20)
  }
}

/** A process as it was seen: its command line and its environment. */
export interface Seen {
  readonly command: string
  readonly environment: string
}

/** All processes that begin on this machine while something runs, sampled as fast as two cores allow. */
export class Processes {
  readonly #seen = new Map<string, Seen>()
  /** How often each process was looked at. */
  readonly #looks = new Map<string, number>()
  /** Daemons, and the tests themselves: they have long had their command lines and environments. */
  #before: ReadonlySet<string> = new Set()
  #timer: NodeJS.Timeout | undefined

  start(): void {
    this.#before = new Set(readdirSync('/proc'))
    this.#timer = setInterval(() => this.#sample(), 3)
  }

  stop(): readonly Seen[] {
    clearInterval(this.#timer)
    return [...this.#seen.values()]
  }

  #sample(): void {
    for (const pid of readdirSync('/proc')) {
      if (this.#before.has(pid) || !/^\d+$/.test(pid)) continue
      // A process becomes another one soon after it began, if it does: a shell's command, say. Later it is worth a look
      // now and then, or the looks take more processor time than what they are about.
      const looks = this.#looks.get(pid) ?? 0
      this.#looks.set(pid, looks + 1)
      if (looks > 50 && looks % 20 > 0) continue
      try {
        const command = commandOf(pid)
        const key = `${pid} ${command}`
        if (this.#seen.has(key)) continue
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
        // A process that has become another one in between has the environment of nobody knows which.
        if (commandOf(pid) === command) this.#seen.set(key, { command, environment })
      } catch {
        // It has ended between the calls.
      }
    }
  }
}

function commandOf(pid: string): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
}
