import type { Readable } from 'node:stream'
import { Throughput } from './throughput.ts'
import { noteArrived } from './young-garbage.ts'

/** What is kept of a stream that nobody takes from at the moment: its sender waits after that. */
const HELD_BYTES = 128 * 1024

/**
 * The bytes of a stream, as many parts at a time as have come. A stream's own iterator copies those parts into one, and
 * waits for each: of a large blob that takes longer than its digest.
 */
export class Batches {
  readonly #stream: Readable
  readonly #throughput = new Throughput('came')
  #parts: Buffer[] = []
  #held = 0
  #ended = false
  #failure: { readonly error: unknown } | null = null
  #wake: (() => void) | null = null

  /** Reading begins at once. */
  constructor(stream: Readable) {
    this.#stream = stream
    stream.on('data', (part: Buffer) => this.#add(part))
    stream.on('end', () => {
      this.#ended = true
      this.#changed()
    })
    stream.on('error', (error) => this.#fail(error))
    // Whoever has closed it early may have said no more.
    stream.on('close', () => {
      if (!this.#ended) this.#fail(closedEarly())
    })
    // It may have broken while nobody listened.
    if (stream.destroyed && !stream.readableEnded) this.#fail(stream.errored ?? closedEarly())
  }

  /**
   * Waits until something has come.
   * @returns the next parts, none of which is empty; null after the last one
   * @throws what has ended the stream before its end, once all that came is taken; an error with the code ETIMEDOUT if
   *   it brings too little; it is to be called once at a time
   */
  async next(): Promise<Buffer[] | null> {
    while (this.#parts.length === 0 && !this.#ended && this.#failure === null)
      await this.#throughput.wait(
        new Promise<void>((resolve) => {
          this.#wake = resolve
        }),
      )
    if (this.#parts.length > 0) {
      const parts = this.#parts
      this.#parts = []
      this.#throughput.moved(this.#held)
      noteArrived(this.#held)
      this.#held = 0
      if (this.#stream.isPaused()) this.#stream.resume()
      return parts
    }
    if (this.#failure !== null) throw this.#failure.error
    return null
  }

  /** Closes the stream; who waits for more of it gets an error. */
  close(): void {
    this.#stream.destroy()
  }

  #add(part: Buffer): void {
    if (part.length === 0) return
    this.#parts.push(part)
    this.#held += part.length
    if (this.#held >= HELD_BYTES) this.#stream.pause()
    this.#changed()
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#changed()
  }

  #changed(): void {
    this.#wake?.()
    this.#wake = null
  }
}

/** As Node's own iterator of a stream has it. */
const closedEarly = () => Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
