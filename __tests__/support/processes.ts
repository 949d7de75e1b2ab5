import { readdirSync, readFileSync } from 'node:fs'

/** A process as it was seen: its command line and its environment. */
export interface Seen {
  readonly command: string
  readonly environment: string
}

/** All processes on this machine, sampled as fast as two cores allow while something runs. */
export class Processes {
  readonly #seen = new Map<string, Seen>()
  #timer: NodeJS.Timeout | undefined

  start(): void {
    this.#timer = setInterval(() => this.#sample(), 3)
  }

  stop(): readonly Seen[] {
    clearInterval(this.#timer)
    return [...this.#seen.values()]
  }

  #sample(): void {
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid)) continue
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
