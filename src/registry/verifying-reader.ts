import { createHash, type Hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { type Descriptor, shortDigest } from '../oci/types.ts'
import { Batches } from './batches.ts'
import { connectionError, mismatch } from './errors.ts'
import type { BodyParts, Operation } from './request.ts'

/** A point in a blob from which reading can start anew: its offset, and the hash of all bytes before it. */
export interface Checkpoint {
  readonly offset: number
  readonly hash: Hash
}

export const startOfBlob = (): Checkpoint => ({ offset: 0, hash: createHash('sha256') })

/**
 * Reads a blob and checks it on the way: it must have as many bytes as its descriptor says, and at its end the digest
 * must fit. Only what the network has brought and nobody has taken yet is in memory.
 */
export class VerifyingReader {
  readonly #batches: Batches
  readonly #descriptor: Descriptor
  readonly #during: Operation
  readonly #hash: Hash
  #offset: number
  /** What has come after the end of what was asked for. */
  #rest: Buffer[] = []
  #isChecked = false

  /**
   * @param stream the blob's bytes from the checkpoint on
   * @param place where they come from, for errors: `HOST/NAME`
   */
  constructor(stream: Readable, descriptor: Descriptor, place: string, from: Checkpoint = startOfBlob()) {
    this.#batches = new Batches(stream)
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
  parts(count = Number.POSITIVE_INFINITY): BodyParts {
    const end = Math.min(this.#descriptor.size, this.#offset + count)
    return { next: () => this.#nextUntil(end), close: () => this.close() }
  }

  /** All that is left, as a stream: for small blobs. */
  stream(): Readable {
    return Readable.from(flat(this.parts()), { objectMode: false })
  }

  /** Reads bytes and drops them. */
  async skip(count: number): Promise<void> {
    const parts = this.parts(count)
    while ((await parts.next()) !== null);
  }

  /** Closes the connection of a stream that is not read to its end. */
  close(): void {
    this.#batches.close()
  }

  async #nextUntil(end: number): Promise<Buffer[] | null> {
    const { size } = this.#descriptor
    // An empty blob has a digest too. It is read to its end as any other: nobody else would hear that reading failed.
    if (size === 0 && !this.#isChecked) {
      this.#rest = (await this.#next()) ?? []
      this.#check()
    }
    if (this.#offset >= end) return null
    const parts = this.#rest.length > 0 ? this.#rest : await this.#next()
    if (parts === null) throw mismatch(this.#during, `ended after ${this.#offset} of ${size} bytes`)
    this.#rest = []
    const wanted: Buffer[] = []
    for (const part of parts) {
      const left = end - this.#offset
      if (left < part.length) this.#rest.push(part.subarray(left))
      if (left === 0) continue
      const piece = part.subarray(0, left)
      this.#hash.update(piece)
      this.#offset += piece.length
      wanted.push(piece)
    }
    // The last bytes are passed on only after the whole blob is known to be right.
    if (this.#offset === size) this.#check()
    return wanted
  }

  #check(): void {
    this.#isChecked = true
    const found = `sha256:${this.#hash.copy().digest('hex')}`
    if (found !== this.#descriptor.digest) {
      throw mismatch(this.#during, `its bytes have the digest ${found}`)
    }
    if (this.#rest.length > 0) throw mismatch(this.#during, 'has more bytes than its descriptor says')
  }

  async #next(): Promise<Buffer[] | null> {
    try {
      return await this.#batches.next()
    } catch (error) {
      throw connectionError(this.#during, error)
    }
  }
}

async function* flat(parts: BodyParts): AsyncGenerator<Uint8Array> {
  for (let next = await parts.next(); next !== null; next = await parts.next()) yield* next
}

function readingBlob({ digest }: Descriptor, place: string): Operation {
  return { operation: `Reading the blob ${shortDigest(digest)} of ${place}`, detail: `blob ${digest}` }
}
