import os from 'node:os'
import { ActionError } from './errors.ts'

/**
 * What the runner sends to the step's process, and to that alone, where a job is cancelled or out of time: SIGINT,
 * SIGTERM 7.5 s later, and 2.5 s after that it kills. The third is that of a terminal that goes away.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The step was told to end before its work was done. */
export class Cancelled extends ActionError {
  override readonly name = 'Cancelled'

  constructor(signal: NodeJS.Signals) {
    super(
      `The step was told to end (${signal}): the job was cancelled, or ran out of its time. What had been pushed by then stays in ECR.`,
      '',
    )
  }
}

/** Why, and how, a step ends before its work is done. */
interface Reason {
  readonly error: unknown
  readonly exitCode: number
  /** What the processes are told that the step has started. */
  readonly signal: NodeJS.Signals
}

/**
 * The end of a step that comes from outside of its work: a signal, or an error that nobody waited for. The first
 * one counts; what comes later does not cut the clean-up short.
 */
export class Ending {
  #reason: Reason | null = null
  readonly #begun = Promise.withResolvers<never>()

  constructor() {
    this.#begun.promise.catch(() => undefined)
  }

  get reason(): Reason | null {
    return this.#reason
  }

  /** @returns what gives signals and errors back to Node */
  listen(): () => void {
    const signalled = (signal: NodeJS.Signals) =>
      this.#begin({
        error: new Cancelled(signal),
        // As a shell counts it.
        exitCode: 128 + os.constants.signals[signal],
        signal,
      })
    // A rejection that nobody handled comes as this too.
    const crashed = (error: unknown) => this.#begin({ error, exitCode: 1, signal: 'SIGTERM' })
    for (const signal of SIGNALS) process.on(signal, signalled)
    process.on('uncaughtException', crashed)
    return () => {
      for (const signal of SIGNALS) process.off(signal, signalled)
      process.off('uncaughtException', crashed)
    }
  }

  /** @throws what the step ends for: nothing is to be begun any more */
  refuse(): void {
    if (this.#reason !== null) throw this.#reason.error
  }

  /**
   * Work that nobody waits for once the step ends.
   * @throws what the work throws, or what the step ends for, at once
   */
  before<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#begun.promise])
  }

  #begin(reason: Reason): void {
    if (this.#reason !== null) return
    this.#reason = reason
    this.#begun.reject(reason.error)
  }
}

/** Signals are for the whole process, and so is this. */
export const ending = new Ending()
