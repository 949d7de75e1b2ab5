import { timedOut } from '../shared/connections.ts'
import { LIMITS } from '../shared/limits.ts'

/**
 * Watches that the other side of a transfer keeps the least throughput. Only the time counts in which somebody waits
 * for that side: a source is not blamed for a slow target, nor the other way round.
 */
export class Throughput {
  readonly #verb: string
  #waitedMs = 0
  #bytes = 0

  /** @param verb what bytes do here, for errors: `came`, `were taken` */
  constructor(verb: string) {
    this.#verb = verb
  }

  /** Counts bytes that have been transferred. */
  moved(bytes: number): void {
    this.#bytes += bytes
  }

  /**
   * Waits for the other side.
   * @throws an error with the code ETIMEDOUT if it has been too slow for the whole of the window; what the work throws
   */
  async wait<T>(work: Promise<T>): Promise<T> {
    // Given up, it may still fail later, and nobody is there to hear of it.
    work.catch(() => undefined)
    for (;;) {
      this.#judge()
      const begun = performance.now()
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<null>((resolve) => {
        timer = setTimeout(resolve, Math.max(1, LIMITS.transferWindowMs - this.#waitedMs), null)
      })
      try {
        const first = await Promise.race([work.then((value) => ({ value })), late])
        if (first !== null) return first.value
      } finally {
        clearTimeout(timer)
        this.#waitedMs += performance.now() - begun
      }
    }
  }

  #judge(): void {
    const seconds = LIMITS.transferWindowMs / 1000
    // Timers may be early by a millisecond.
    if (this.#waitedMs < LIMITS.transferWindowMs - 2) return
    const bytes = this.#bytes
    this.#waitedMs = 0
    this.#bytes = 0
    if (bytes >= LIMITS.transferBytesPerSecond * seconds) return
    const amount = bytes === 0 ? 'no bytes' : `only ${bytes} bytes`
    throw timedOut(`${amount} ${this.#verb} within ${seconds} s`)
  }
}
