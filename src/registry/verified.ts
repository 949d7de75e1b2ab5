import { createHash, type Hash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Descriptor } from '../oci/types.ts'
import { broken, wrong } from './errors.ts'

/** A point of a stream that can be gone back to: what was before it is known to be right so far. */
export interface Mark {
  readonly offset: number
  readonly hash: Hash
}

export const BEGINNING = (): Mark => ({ offset: 0, hash: createHash('sha256') })

/**
 * A blob that is read piece by piece and checked as it goes: no more bytes than its descriptor says, and at the end
 * the digest. Memory holds one part of the network's at a time.
 */
export class Verified {
  readonly #stream: Readable
  readonly #parts: AsyncIterator<Buffer>
  readonly #descriptor: Descriptor
  readonly #hash: Hash
  #offset: number
  #rest: Buffer | null = null

  /** @param from where the stream begins in the blob, and the hash of what came before */
  constructor(stream: Readable, descriptor: Descriptor, from: Mark = BEGINNING()) {
    this.#stream = stream
    this.#parts = stream[Symbol.asyncIterator]()
    this.#descriptor = descriptor
    this.#offset = from.offset
    this.#hash = from.hash.copy()
  }

  /** Where reading has come to. */
  mark(): Mark {
    return { offset: this.#offset, hash: this.#hash.copy() }
  }

  /** The next bytes, as many as asked for or as there are. */
  stream(count = Number.POSITIVE_INFINITY): Readable {
    return Readable.from(this.#take(count), { objectMode: false })
  }

  /** Reads over bytes that are not wanted. */
  async skip(count: number): Promise<void> {
    for await (const _ of this.#take(count));
  }

  /** Frees the connection of a stream that is not read to its end. */
  close(): void {
    this.#stream.destroy()
  }

  async *#take(count: number): AsyncGenerator<Buffer> {
    const { digest, size } = this.#descriptor
    const end = Math.min(size, this.#offset + count)
    // What is empty has a digest too.
    if (size === 0) this.#check()
    while (this.#offset < end) {
      const part = this.#rest ?? (await this.#next())
      if (part === null) throw wrong(`blob ${digest}`, `ended after ${this.#offset} of ${size} bytes`)
      const wanted = part.subarray(0, end - this.#offset)
      this.#rest = wanted.length < part.length ? part.subarray(wanted.length) : null
      this.#hash.update(wanted)
      this.#offset += wanted.length
      // Before the last bytes go on, the whole is known to be right.
      if (this.#offset === size) this.#check()
      yield wanted
    }
  }

  #check(): void {
    const { digest } = this.#descriptor
    const found = `sha256:${this.#hash.copy().digest('hex')}`
    if (found !== digest) throw wrong(`blob ${digest}`, `its bytes have the digest ${found}`)
    if (this.#rest !== null) throw wrong(`blob ${digest}`, 'has more bytes than its descriptor says')
  }

  async #next(): Promise<Buffer | null> {
    try {
      const { done, value } = await this.#parts.next()
      return done ? null : value
    } catch (error) {
      throw broken(`blob ${this.#descriptor.digest}`, error)
    }
  }
}
