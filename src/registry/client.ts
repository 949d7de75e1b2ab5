import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { OCI_INDEX } from '../oci/media-types.ts'
import type { RegistrySession } from '../oci/registry-session.ts'
import { type Descriptor, DIGEST, digestOf, type Manifest, shortDigest } from '../oci/types.ts'
import { LIMITS } from '../shared/limits.ts'
import { type ConnectionOptions, RegistryConnection } from './connection.ts'
import { connectionError, invalidResponse, mismatch, RegistryError } from './errors.ts'
import { drain, readUpTo } from './http.ts'
import { orDone } from './lost-answers.ts'
import { ReferrersReading } from './referrers.ts'
import { type HttpRequest, operationOf } from './request.ts'
import { mediaTypeIn, parseManifest, READABLE_TYPES, skipBytes } from './responses.ts'
import { VerifyingReader } from './verifying-reader.ts'

/** How blobs are uploaded. Both in bytes. */
export interface UploadOptions {
  /** Blobs of this size and more are uploaded in chunks, so that a broken connection costs one chunk only. */
  readonly chunkedFrom: number
  readonly chunkSize: number
}

export interface RegistryOptions extends ConnectionOptions {
  readonly upload?: Partial<UploadOptions>
}

/**
 * A client of one registry, over the OCI distribution API. It checks the digest, size and media type of every
 * response, and retries requests that failed for a transient reason.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export class Registry extends RegistryConnection {
  readonly uploadOptions: Partial<UploadOptions>

  constructor(session: RegistrySession, { upload = {}, ...options }: RegistryOptions) {
    super(session, options)
    this.uploadOptions = upload
  }

  /**
   * Looks up a tag or a digest without reading the manifest.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#checking-if-content-exists-in-the-registry
   * @param ended ends the question, whichever attempt it is at, without another one
   * @returns null if it does not exist
   */
  head(
    repository: string,
    reference: string,
    ended?: AbortSignal,
  ): Promise<{ digest: string; mediaType: string } | null> {
    return this.#retryUntil(ended, async (signal) => {
      const request = this.#manifestRequest('HEAD', repository, reference)
      const response = await this.send(request, [200, 404], signal)
      drain(response)
      if (response.statusCode === 404) return null
      const digest = response.headers['docker-content-digest']
      if (typeof digest !== 'string' || !DIGEST.test(digest)) {
        // The header is optional. The digest can be computed from the content as well.
        return this.manifest(repository, reference, ended)
      }
      if (DIGEST.test(reference) && digest !== reference) {
        throw invalidResponse(operationOf(request), `the response is about ${digest}`)
      }
      return { digest, mediaType: mediaTypeIn(response.headers['content-type']) }
    })
  }

  /**
   * Reads a manifest by its tag or digest.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
   * @param ended as for {@link head}
   * @throws RegistryError with the status 404 if it does not exist
   */
  manifest(repository: string, reference: string, ended?: AbortSignal): Promise<Manifest> {
    return this.#retryUntil(ended, async (signal) => {
      const request = this.#manifestRequest('GET', repository, reference)
      const response = await this.send(request, [200], signal)
      const bytes = await readSmall(request, response, signal)
      const during = operationOf(request)
      const digest = digestOf(bytes)
      const header = response.headers['docker-content-digest']
      for (const expected of [DIGEST.test(reference) ? reference : digest, header ?? digest]) {
        if (expected !== digest) {
          throw mismatch(during, `the bytes of ${expected} have the digest ${digest}`)
        }
      }
      return parseManifest(during, bytes, digest, mediaTypeIn(response.headers['content-type']))
    })
  }

  /**
   * Pushes a manifest under a tag, or by its digest alone. The bytes stay as they are. If the answer is lost, or the
   * registry refuses, it is asked whether it has the very manifest there: an immutable repository refuses a tag even
   * for the image that it names, and ECR a manifest that it has stored, although this client did not hear of it
   * (aws/containers-roadmap#2179).
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
   */
  putManifest(
    repository: string,
    reference: string,
    { bytes, mediaType, digest }: Pick<Manifest, 'bytes' | 'mediaType' | 'digest'>,
  ): Promise<void> {
    return this.retry(async (_, signal) => {
      const request = {
        operation: `Pushing the manifest of ${this.displayUri(repository, reference)}`,
        method: 'PUT',
        url: this.url(repository, `manifests/${reference}`),
        headers: { 'content-type': mediaType },
        body: bytes,
      } as const
      const sent = this.send(request, [201], signal)
      const response = await orDone(this, sent, request, async () => {
        const asking = this.#manifestRequest('HEAD', repository, reference)
        const { headers } = drain(await this.send(asking, [200], signal))
        const named = headers['docker-content-digest']
        if (named !== undefined) return named === digest
        // The header is optional.
        const reading = this.#manifestRequest('GET', repository, reference)
        return digestOf(await readSmall(reading, await this.send(reading, [200], signal), signal)) === digest
      })
      const stored = response?.headers['docker-content-digest']
      if (stored !== undefined && stored !== digest) {
        const reason = `the registry stored ${stored}, which is not ${digest}`
        throw new RegistryError(reason, { during: operationOf(request) })
      }
    })
  }

  /** Whether the repository has the blob. */
  hasBlob(repository: string, { digest, size }: Descriptor): Promise<boolean> {
    return this.retry(async (_, signal) => {
      const request = this.blobLookup(repository, digest)
      const response = drain(await this.send(request, [200, 404], signal))
      if (response.statusCode === 404) return false
      const length = response.headers['content-length']
      if (length !== undefined && Number(length) !== size) {
        throw invalidResponse(operationOf(request), `has ${length} bytes, and its descriptor says ${size}`)
      }
      return true
    })
  }

  /**
   * Opens a blob as a stream, from an offset on. It is not retried here, because only the reader knows its offset.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-blobs
   */
  async openBlob(
    repository: string,
    { digest, size }: Descriptor,
    from = 0,
    signal?: AbortSignal,
  ): Promise<Readable> {
    const request = {
      operation: `Reading the blob ${shortDigest(digest)} of ${this.displayUri(repository)}`,
      method: 'GET',
      url: this.url(repository, `blobs/${digest}`),
      headers: from === 0 ? {} : { range: `bytes=${from}-${size - 1}` },
    } as const
    const response = await this.send(request, [200, 206], signal)
    const whole = response.statusCode === 200
    const expected = size - (whole ? 0 : from)
    const length = Number(response.headers['content-length'] ?? expected)
    if (length !== expected) {
      response.destroy()
      throw mismatch(
        operationOf(request),
        `the response has ${length} bytes, and by the blob's descriptor it should have ${expected}`,
      )
    }
    // A registry may ignore the range.
    return whole && from > 0 ? skipBytes(response, from) : response
  }

  /** Reads and checks a small blob, such as an image's configuration. */
  readBlob(repository: string, descriptor: Descriptor, largest = LIMITS.manifestBytes): Promise<Uint8Array> {
    return this.retry((_, signal) => this.#readOnce(repository, descriptor, largest, signal))
  }

  /**
   * The same for a blob whose descriptor anybody may have written, so that its size may be a lie: only failures of the
   * registry are retried.
   * @throws RegistryError with `mismatch` if the blob is not what the descriptor says
   */
  readForeignBlob(repository: string, descriptor: Descriptor, largest: number): Promise<Uint8Array> {
    return this.retry((_, signal) =>
      this.#readOnce(repository, descriptor, largest, signal).catch((error: unknown) => {
        throw error instanceof RegistryError && error.mismatch ? error.asFinal() : error
      }),
    )
  }

  async #readOnce(
    repository: string,
    descriptor: Descriptor,
    largest: number,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    const stream = await this.openBlob(repository, descriptor, 0, signal)
    const reader = new VerifyingReader(stream, descriptor, this.displayUri(repository))
    return readUpTo(reader.stream(), largest)
  }

  /**
   * Lists what refers to a manifest as its subject: signatures and attestations.
   * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
   * @returns null if the registry has no such list
   */
  referrers(repository: string, digest: string): Promise<Descriptor[] | null> {
    const operation = `Listing the referrers of ${this.displayUri(repository, digest)}`
    const reading = new ReferrersReading(this.url(repository, `referrers/${digest}`))
    // One question, however many pages: what was read of them before a retry is kept.
    return this.retry(async (_, signal) => {
      for (let url = reading.next; url !== null; url = reading.next) {
        const request = { operation, method: 'GET', url, headers: { accept: OCI_INDEX } } as const
        const response = await this.send(request, [200, 404, 405], signal)
        if (response.statusCode !== 200) {
          drain(response)
          return reading.missing(request)
        }
        reading.add(request, await readSmall(request, response, signal), response.headers.link)
      }
      return [...reading.found]
    })
  }

  /** Retries as ever, until a signal ends it: after that, nothing is sent, and nothing is logged. */
  #retryUntil<T>(
    ended: AbortSignal | undefined,
    attempt: (signal: AbortSignal | undefined) => Promise<T>,
  ): Promise<T> {
    if (ended === undefined) return this.retry((_, signal) => attempt(signal))
    return this.retry(async (_, signal) => {
      try {
        return await attempt(AbortSignal.any(signal === undefined ? [ended] : [ended, signal]))
      } catch (error) {
        throw ended.aborted && error instanceof RegistryError ? error.asFinal() : error
      }
    })
  }

  #manifestRequest(method: 'HEAD' | 'GET', repository: string, reference: string) {
    const name = this.displayUri(repository, reference)
    return {
      operation: method === 'HEAD' ? `Looking up ${name}` : `Reading the manifest of ${name}`,
      method,
      url: this.url(repository, `manifests/${reference}`),
      headers: { accept: READABLE_TYPES.join(', ') },
    } as const
  }
}

/**
 * @param signal that of the request
 * @throws RegistryError for a web page, too: a proxy, or a sign-in page, answers in the registry's place
 */
async function readSmall(
  request: HttpRequest,
  response: IncomingMessage,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (mediaTypeIn(response.headers['content-type']) === 'text/html') {
    drain(response)
    throw invalidResponse(operationOf(request), '200 OK (a web page, and no answer of a registry)')
  }
  return readUpTo(response, LIMITS.manifestBytes).catch((error: Error) => {
    if (error instanceof RegistryError) throw error
    // It has ended the answer itself: the registry has not.
    if (signal?.aborted)
      throw connectionError(operationOf(request), Object.assign(error, { code: 'ABORT_ERR' }))
    throw invalidResponse(operationOf(request), `the response broke off: ${error.message}`)
  })
}
