import { LIMITS } from '../shared/limits.ts'

/** How much of what others put beside an image is read, all searches of a step together. */
export class ReadingBudget {
  /** Gets a line for each referrer that is passed over. */
  readonly debug: (line: string) => void
  readonly #log: (line: string) => void
  #left = LIMITS.bundlesBytes
  #isTold = false

  constructor({ debug, log }: Pick<ReadingBudget, 'debug'> & { readonly log: (line: string) => void }) {
    this.debug = debug
    this.#log = log
  }

  /**
   * Counts bytes that are to be read. The first time that there are too many, a line of the log says so.
   * @returns whether they may be read
   */
  take(bytes: number): boolean {
    if (bytes <= this.#left) {
      this.#left -= bytes
      return true
    }
    if (!this.#isTold) {
      const most = LIMITS.bundlesBytes / 1024 / 1024
      this.#log(
        `The attestations beside the image have more than the ${most} MiB that are read of them: not all were looked at`,
      )
    }
    this.#isTold = true
    return false
  }
}
