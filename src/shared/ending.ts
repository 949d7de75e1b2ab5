import os from 'node:os'
import { ActionError } from './errors.ts'

/**
 * What the runner sends to the step's process, and to no other one, if a job is cancelled or out of time: SIGINT,
 * and SIGTERM 7.5 s later; 2.5 s after that it kills the process. SIGHUP is that of a terminal that is closed.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The error of a step that was told to end before its work was done. */
export class Cancelled extends ActionError {
  override readonly name = 'Cancelled'

  constructor(signal: NodeJS.Signals) {
    super(`The step was told to end (${signal}): the job was cancelled, or ran out of its time.`, '')
  }
}

const NOTHING_LEFT = 'the work of the step is not done, and nothing is left that it could wait for'

/** Why, and how, a step ends before its work is done. */
interface Reason {
  readonly error: unknown
  readonly exitCode: number
  /** The signal for the processes that the step has started. */
  readonly signal: NodeJS.Signals
}

/**
 * The end of a step from outside of its work: by a signal, by an error that no code waited for, or as nothing is left
 * that could end a wait. The first one counts; a later one does not cut the clean-up short.
 */
export class Ending {
  #reason: Reason | null = null
  readonly #hooks = new Set<() => void>()
  readonly #begun = Promise.withResolvers<never>()

  constructor() {
    this.#begun.promise.catch(() => undefined)
  }

  get reason(): Reason | null {
    return this.#reason
  }

  /**
   * Begins to listen for signals and errors.
   * @returns a function that leaves them to Node again
   */
  listen(): () => void {
    const signalled = (signal: NodeJS.Signals) =>
      this.#begin({
        error: new Cancelled(signal),
        // The exit code that a shell would give.
        exitCode: 128 + os.constants.signals[signal],
        signal,
      })
    // An unhandled rejection arrives as an uncaught exception, too.
    const crashed = (error: unknown) => this.#begin({ error, exitCode: 1, signal: 'SIGTERM' })
    for (const signal of SIGNALS) process.on(signal, signalled)
    process.on('uncaughtException', crashed)
    // Node ends a process that has nothing left to wait for, whatever its code still awaits, and says nothing of it.
    const stuck = () => crashed(new Error(NOTHING_LEFT))
    process.on('beforeExit', stuck)
    return () => {
      for (const signal of SIGNALS) process.off(signal, signalled)
      process.off('uncaughtException', crashed)
      process.off('beforeExit', stuck)
    }
  }

  /**
   * Does something at the moment the step begins to end, before anybody else learns of it.
   * @returns a function that takes it back
   */
  first(hook: () => void): () => void {
    this.#hooks.add(hook)
    return () => this.#hooks.delete(hook)
  }

  /** @throws the reason, if the step is ending: nothing may be begun then */
  refuse(): void {
    if (this.#reason !== null) throw this.#reason.error
  }

  /**
   * Waits for work, but no longer once the step ends.
   * @throws what the work throws, or the reason as soon as the step ends
   */
  before<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#begun.promise])
  }

  #begin(reason: Reason): void {
    if (this.#reason !== null) return
    this.#reason = reason
    for (const hook of this.#hooks) hook()
    this.#begun.reject(reason.error)
  }
}

/** One for the whole process, as signals are. */
export const ending = new Ending()
