import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** The end of a step before its time. */
export interface Cancel {
  /** A line of the log, or anything else that is to come first. */
  readonly on: RegExp | Promise<unknown>
  /** What the process gets, and the wait before each in milliseconds. */
  readonly signals?: readonly (readonly [signal: NodeJS.Signals, after: number])[]
}

/**
 * What GitHub's runner does to a step, whose process alone gets the signals.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
const CANCELLATION = [
  ['SIGINT', 0],
  ['SIGTERM', 7500],
  ['SIGKILL', 2500],
] as const

/** Sends the signals to one process, for as long as it runs. */
export class Cancelling {
  readonly #child: ChildProcess
  readonly #cancel: Cancel | undefined
  #started: number | null = null

  constructor(child: ChildProcess, cancel: Cancel | undefined) {
    this.#child = child
    this.#cancel = cancel
    if (cancel !== undefined && !(cancel.on instanceof RegExp)) void cancel.on.then(() => this.#start())
  }

  read(line: string): void {
    if (this.#cancel?.on instanceof RegExp && this.#cancel.on.test(line)) void this.#start()
  }

  seconds(): number | null {
    return this.#started === null ? null : (performance.now() - this.#started) / 1000
  }

  async #start(): Promise<void> {
    if (this.#started !== null) return
    this.#started = performance.now()
    for (const [signal, after] of this.#cancel?.signals ?? CANCELLATION) {
      if (after > 0) await sleep(after, undefined, { ref: false })
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
      this.#child.kill(signal)
    }
  }
}
