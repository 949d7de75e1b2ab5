import { LIMITS } from '../shared/limits.ts'

/** How much of what others put beside an image is read, and how long, all searches of a step together. */
export class ReadingBudget {
  /** Gets a line for each referrer that is passed over. */
  readonly debug: (line: string) => void
  readonly #log: (line: string) => void
  #left = LIMITS.bundlesBytes
  #until: number | null = null
  #isTold = false

  constructor({ debug, log }: Pick<ReadingBudget, 'debug'> & { readonly log: (line: string) => void }) {
    this.debug = debug
    this.#log = log
  }

  /**
   * Counts bytes that are to be read. The first time that there are too many, or that it has taken too long since the
   * first of them, a line of the log says so.
   * @returns whether they may be read
   */
  take(bytes: number): boolean {
    this.#until ??= performance.now() + LIMITS.bundlesMs
    const isLate = performance.now() >= this.#until
    if (bytes <= this.#left && !isLate) {
      this.#left -= bytes
      return true
    }
    if (!this.#isTold) {
      const [most, longest] = [LIMITS.bundlesBytes / 1024 / 1024, LIMITS.bundlesMs / 1000]
      const why = isLate
        ? `could not be read within the ${longest} s that they are given`
        : `have more than the ${most} MiB that are read of them`
      this.#log(`The attestations beside the image ${why}: not all were looked at`)
    }
    this.#isTold = true
    return false
  }
}
