import { LIMITS } from '../shared/limits.ts'

/** Which limit ends the reading: another run may have the time, and `size` is for whoever put so much there. */
export type Beyond = 'time' | 'size'

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
   * @returns null if they may be read; else why not
   */
  refuse(bytes: number): Beyond | null {
    this.#until ??= performance.now() + LIMITS.bundlesMs
    const isLate = performance.now() >= this.#until
    if (bytes <= this.#left && !isLate) {
      this.#left -= bytes
      return null
    }
    const beyond = isLate ? 'time' : 'size'
    if (!this.#isTold)
      this.#log(`The attestations beside the image ${HAVE[beyond]()}: not all were looked at`)
    this.#isTold = true
    return beyond
  }
}

/** What the attestations have, of which one is beyond a limit: a sentence goes on with it. */
export const HAVE: Readonly<Record<Beyond, () => string>> = {
  time: () => `could not be read within the ${LIMITS.bundlesMs / 1000} s that they are given`,
  size: () => `have more than the ${LIMITS.bundlesBytes / 1024 / 1024} MiB that are read of them`,
}
