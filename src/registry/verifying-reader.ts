import { createHash, type Hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { type Descriptor, shortDigest } from '../oci/types.ts'
import { connectionError, mismatch } from './errors.ts'
import type { Operation } from './request.ts'
import { Throughput } from './throughput.ts'

/** A point in a blob from which reading can start anew: its offset, and the hash of all bytes before it. */
export interface Checkpoint {
  readonly offset: number
  readonly hash: Hash
}

export const startOfBlob = (): Checkpoint => ({ offset: 0, hash: createHash('sha256') })

/**
 * Reads a blob and checks it on the way: it must have as many bytes as its descriptor says, and at its end the digest
 * must fit. Only one chunk of the network's is in memory at a time.
 */
export class VerifyingReader {
  readonly #stream: Readable
  readonly #parts: AsyncIterator<Buffer>
  readonly #descriptor: Descriptor
  readonly #during: Operation
  readonly #hash: Hash
  readonly #throughput = new Throughput('came')
  #offset: number
  #rest: Buffer | null = null

  /**
   * @param stream the blob's bytes from the checkpoint on
   * @param place where they come from, for errors: `HOST/NAME`
   */
  constructor(stream: Readable, descriptor: Descriptor, place: string, from: Checkpoint = startOfBlob()) {
    this.#stream = stream
    this.#parts = stream[Symbol.asyncIterator]()
    this.#descriptor = descriptor
    this.#during = readingBlob(descriptor, place)
    this.#offset = from.offset
    this.#hash = from.hash.copy()
  }

  /** The point that reading has come to. */
  checkpoint(): Checkpoint {
    return { offset: this.#offset, hash: this.#hash.copy() }
  }

  /** The next bytes: `count`, or all that are left if those are fewer. */
  stream(count = Number.POSITIVE_INFINITY): Readable {
    return Readable.from(this.#take(count), { objectMode: false })
  }

  /** Reads bytes and drops them. */
  async skip(count: number): Promise<void> {
    for await (const _ of this.#take(count));
  }

  /** Closes the connection of a stream that is not read to its end. */
  close(): void {
    this.#stream.destroy()
  }

  async *#take(count: number): AsyncGenerator<Buffer> {
    const { size } = this.#descriptor
    const end = Math.min(size, this.#offset + count)
    // An empty blob has a digest too. It is read to its end as any other: nobody else would hear that reading failed.
    if (size === 0) {
      do this.#rest = await this.#next()
      while (this.#rest?.length === 0)
      this.#check()
    }
    while (this.#offset < end) {
      const part = this.#rest ?? (await this.#next())
      if (part === null) throw mismatch(this.#during, `ended after ${this.#offset} of ${size} bytes`)
      const wanted = part.subarray(0, end - this.#offset)
      this.#rest = wanted.length < part.length ? part.subarray(wanted.length) : null
      this.#hash.update(wanted)
      this.#offset += wanted.length
      // The last bytes are passed on only after the whole blob is known to be right.
      if (this.#offset === size) this.#check()
      yield wanted
    }
  }

  #check(): void {
    const found = `sha256:${this.#hash.copy().digest('hex')}`
    if (found !== this.#descriptor.digest) {
      throw mismatch(this.#during, `its bytes have the digest ${found}`)
    }
    if (this.#rest !== null) throw mismatch(this.#during, 'has more bytes than its descriptor says')
  }

  async #next(): Promise<Buffer | null> {
    try {
      const { done, value } = await this.#throughput.wait(this.#parts.next())
      if (done) return null
      this.#throughput.moved(value.length)
      return value
    } catch (error) {
      throw connectionError(this.#during, error)
    }
  }
}

function readingBlob({ digest }: Descriptor, place: string): Operation {
  return { operation: `Reading the blob ${shortDigest(digest)} of ${place}`, detail: `blob ${digest}` }
}
