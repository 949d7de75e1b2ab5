import type { IncomingMessage } from 'node:http'
import { type Descriptor, shortDigest } from '../oci/types.ts'
import { LIMITS } from '../shared/limits.ts'
import type { RegistryConnection } from './connection.ts'
import { invalidResponse, RegistryError } from './errors.ts'
import { drain } from './http.ts'
import { orDone } from './lost-answers.ts'
import { type HttpRequest, operationOf, type RequestBody } from './request.ts'
import type { VerifyingReader } from './verifying-reader.ts'

// The requests of an upload, one function for each.
// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs

/** The repository that a blob is uploaded to. */
export interface UploadTarget {
  readonly connection: RegistryConnection
  readonly repository: string
  readonly blob: Descriptor
}

/** An upload that the registry has started: where the next request goes, and the smallest chunk that it accepts. */
export interface UploadSession {
  readonly location: URL
  readonly minChunkSize: number
}

/**
 * Starts an upload, or has the registry mount the blob from another of its repositories.
 * @param mountFrom a repository of the same registry that has the blob; null if there is none
 * @returns null if the blob was mounted
 */
export async function startUpload(
  target: UploadTarget,
  mountFrom: string | null,
): Promise<UploadSession | null> {
  const { connection, repository, blob } = target
  const url = connection.url(repository, 'blobs/uploads/')
  if (mountFrom !== null) {
    url.searchParams.set('mount', blob.digest)
    url.searchParams.set('from', mountFrom)
  }
  const operation = `Starting the upload of ${blobAndPlace(target)}`
  const request = { operation, method: 'POST', url } as const
  return connection.retry(async (_, signal) => {
    const response = drain(await connection.send(request, mountFrom === null ? [202] : [201, 202], signal))
    return response.statusCode === 201 ? null : sessionIn(request, response)
  })
}

/** Starts an upload without a mount. */
export async function startNewUpload(target: UploadTarget): Promise<UploadSession> {
  const session = await startUpload(target, null)
  if (session === null) throw new RegistryError('an upload that was not started')
  return session
}

/**
 * Ends the upload, after which the registry has the blob. If the answer is lost, or is a refusal, the registry is asked
 * whether it has it: an upload that has ended is unknown to it.
 * @param body the whole blob; empty if its chunks were sent before
 */
export async function finishUpload(
  target: UploadTarget,
  session: UploadSession,
  body: RequestBody = new Uint8Array(),
): Promise<void> {
  const { connection, repository, blob } = target
  const url = new URL(session.location)
  url.searchParams.set('digest', blob.digest)
  const request = {
    operation: `${body.length === blob.size ? 'Uploading' : 'Completing the upload of'} ${blobAndPlace(target)}`,
    method: 'PUT',
    url,
    headers: { 'content-type': 'application/octet-stream' },
    body,
  } as const
  const response = await orDone(connection, connection.send(request, [201, 204]), request, async () => {
    const lookup = connection.blobLookup(repository, blob.digest)
    const signal = AbortSignal.timeout(LIMITS.questionMs)
    const { headers } = drain(await connection.send(lookup, [200], signal))
    return Number(headers['content-length'] ?? blob.size) === blob.size
  })
  const stored = response?.headers['docker-content-digest']
  if (stored !== undefined && stored !== blob.digest) {
    const reason = `the registry stored ${stored}, which is not ${blob.digest}`
    throw invalidResponse(operationOf(request), reason)
  }
}

/**
 * Sends the reader's next bytes.
 * @param from their offset in the blob
 * @returns the session for the next request
 */
export async function sendChunk(
  target: UploadTarget,
  { location, minChunkSize }: UploadSession,
  reader: VerifyingReader,
  from: number,
  length: number,
): Promise<UploadSession> {
  const { connection } = target
  const request = {
    operation: `Uploading bytes ${from} to ${from + length - 1} of ${blobAndPlace(target)}`,
    method: 'PATCH',
    url: location,
    headers: {
      'content-type': 'application/octet-stream',
      'content-range': `${from}-${from + length - 1}`,
    },
    body: { length, open: async () => reader.parts(length) },
  } as const
  const response = await connection.send(request, [202])
  drain(response)
  const stored = storedBytes(response)
  if (stored !== null && stored !== from + length) {
    const reason = `the registry has ${stored} bytes, and was sent ${from + length}`
    throw invalidResponse(operationOf(request), reason)
  }
  return { ...sessionIn(request, response), minChunkSize }
}

/**
 * Asks how many bytes of the blob the registry has.
 * @returns null if it no longer knows the upload
 */
export async function uploadStatus(
  target: UploadTarget,
  { location, minChunkSize }: UploadSession,
): Promise<{ readonly session: UploadSession; readonly stored: number } | null> {
  const operation = `Asking for the state of the upload of ${blobAndPlace(target)}`
  const request = { operation, method: 'GET', url: location } as const
  const signal = AbortSignal.timeout(LIMITS.questionMs)
  try {
    const response = await target.connection.send(request, [204], signal)
    drain(response)
    const stored = storedBytes(response)
    return stored === null ? null : { session: { ...sessionIn(request, response), minChunkSize }, stored }
  } catch (error) {
    // A registry that cannot be reached now may still know the upload. Any other response ends it.
    if (error instanceof RegistryError && error.transient) throw error
    return null
  }
}

function blobAndPlace({ connection, repository, blob }: UploadTarget): string {
  return `the blob ${shortDigest(blob.digest)} to ${connection.displayUri(repository)}`
}

function sessionIn(request: HttpRequest, response: IncomingMessage): UploadSession {
  const during = operationOf(request)
  const { location } = response.headers
  if (location === undefined || !URL.canParse(location, request.url.href)) {
    throw invalidResponse(during, 'the response has no address for the upload')
  }
  const url = new URL(location, request.url)
  // The next request carries the credentials, which no other host may get.
  if (url.origin !== request.url.origin) {
    throw new RegistryError(`the upload goes to another host, ${url.origin}`, { during })
  }
  const minChunkSize = Number(response.headers['oci-chunk-min-length'] ?? 0)
  return { location: url, minChunkSize: Number.isFinite(minChunkSize) ? minChunkSize : 0 }
}

/** `Range: 0-1023` for 1024 bytes; registries write `0-0` for none. Null if the response does not say. */
function storedBytes({ headers: { range } }: IncomingMessage): number | null {
  const end = /^(?:bytes=)?0-(\d+)$/.exec(range ?? '')?.[1]
  if (end === undefined) return null
  return end === '0' ? 0 : Number(end) + 1
}
