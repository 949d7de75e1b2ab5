import type { Readable } from 'node:stream'
import { RegistryError } from './errors.ts'
import {
  finishUpload,
  sendChunk,
  startNewUpload,
  type UploadSession,
  type UploadTarget,
  uploadStatus,
} from './upload-session.ts'
import { type Checkpoint, startOfBlob, VerifyingReader } from './verifying-reader.ts'

/** Where a blob is read from. */
export interface BlobSource {
  /** For messages: `HOST/NAME`, or a folder. */
  readonly place: string
  /** Opens the blob from an offset on. */
  readonly open: (from: number) => Promise<Readable>
}

/** The registry accepts no chunks, so the blob has to be sent in one request. */
export class ChunksRefused extends Error {}

/**
 * Uploads a blob in chunks. After a failure it asks the registry how many bytes it has, and continues from there. If
 * the registry no longer knows the upload, it starts a new one.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks
 */
export class ChunkedUpload {
  readonly #target: UploadTarget
  readonly #source: BlobSource
  readonly #chunkSize: number
  #session: UploadSession
  #reader: VerifyingReader | null = null
  /** The ends of all chunks so far, which the source can be read from without hashing what is before them. */
  #checkpoints: Checkpoint[] = [startOfBlob()]
  /** How many bytes the registry has; null after a failure, until it was asked. */
  #stored: number | null = 0
  #furthest = 0
  #setbacks = 0

  /** @param chunkSize in bytes; the registry may ask for larger chunks */
  constructor(target: UploadTarget, source: BlobSource, session: UploadSession, chunkSize: number) {
    this.#target = target
    this.#source = source
    this.#session = session
    this.#chunkSize = Math.max(chunkSize, session.minChunkSize)
  }

  /** @throws ChunksRefused, or RegistryError if a chunk still fails after its retries */
  async run(): Promise<void> {
    const { connection, blob } = this.#target
    try {
      while (this.#stored === null || this.#stored < blob.size) {
        // Each chunk has retries of its own, because a long upload may break more often than a short one.
        await connection.retryTransfer(() => this.#sendNextChunk())
      }
      await connection.retryTransfer(() => finishUpload(this.#target, this.#session))
    } finally {
      this.#reader?.close()
    }
  }

  async #sendNextChunk(): Promise<void> {
    const { size } = this.#target.blob
    const from = this.#stored ?? (await this.#resume())
    if (from >= size) return
    try {
      this.#reader ??= await this.#openAt(from)
      const length = Math.min(this.#chunkSize, size - from)
      this.#session = await sendChunk(this.#target, this.#session, this.#reader, from, length)
      const checkpoint = this.#reader.checkpoint()
      this.#checkpoints.push(checkpoint)
      this.#stored = checkpoint.offset
      this.#furthest = Math.max(this.#furthest, this.#stored)
    } catch (error) {
      this.#stored = null
      if (from === 0 && refusesChunks(error)) throw new ChunksRefused()
      if (from > 0 && isOutOfStep(error)) throw error.asTransient()
      throw error
    }
  }

  /** @returns how many bytes the registry has */
  async #resume(): Promise<number> {
    this.#reader?.close()
    this.#reader = null
    const status = await uploadStatus(this.#target, this.#session)
    if (status === null) {
      this.#session = await startNewUpload(this.#target)
      this.#checkpoints = [startOfBlob()]
    } else this.#session = status.session
    const stored = status?.stored ?? 0
    this.#stored = stored
    // Without an end, a registry that forgets what it had would be sent the same bytes for ever.
    if (stored < this.#furthest && ++this.#setbacks >= this.#target.connection.maxAttempts) {
      throw new RegistryError(
        `${this.#target.blob.digest}: the registry lost what it had of the upload ${this.#setbacks} times`,
      )
    }
    return stored
  }

  async #openAt(offset: number): Promise<VerifyingReader> {
    const { blob } = this.#target
    const checkpoint = this.#checkpoints.findLast((known) => known.offset <= offset) ?? startOfBlob()
    const stream = await this.#source.open(checkpoint.offset)
    const reader = new VerifyingReader(stream, blob, this.#source.place, checkpoint)
    await reader.skip(offset - checkpoint.offset)
    return reader
  }
}

/**
 * Whether the registry has another part of the upload than we think, or has forgotten it: after an answer that was
 * lost, for example. Then it is asked for the upload's state.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
function isOutOfStep(error: unknown): error is RegistryError {
  if (!(error instanceof RegistryError)) return false
  return error.status === 416 || /^(?:RANGE_INVALID|BLOB_UPLOAD_(?:UNKNOWN|INVALID))$/.test(error.code ?? '')
}

/** Whether a registry answered the first chunk as one does that knows no chunks. */
function refusesChunks(error: unknown): boolean {
  if (!(error instanceof RegistryError) || error.transient) return false
  return [400, 404, 405, 411, 416].includes(error.status ?? 0)
}
