import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Descriptor } from '../oci/types.ts'
import type { Registry } from './client.ts'
import { RegistryError, wrong } from './errors.ts'
import { describeRequest, drain, type HttpRequest, type UploadOptions } from './http.ts'
import { retrying } from './retry.ts'
import { BEGINNING, type Mark, Verified } from './verified.ts'

const MIB = 1024 * 1024
const DEFAULTS: UploadOptions = { chunkedFrom: 128 * MIB, chunkSize: 64 * MIB }

/** Opens the blob at its source, from a byte on. */
export type OpenSource = (from: number) => Promise<Readable>

/**
 * Brings a blob into a repository: by a mount where another repository of the registry has it and the registry allows
 * that, else by an upload.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs
 * @param mountFrom a repository of the same registry that has the blob
 * @returns how it came there
 */
export async function pushBlob(
  registry: Registry,
  repository: string,
  blob: Descriptor,
  open: OpenSource,
  mountFrom: string | null = null,
): Promise<'sent' | 'mounted'> {
  const options = { ...DEFAULTS, ...registry.uploadOptions }
  const session = await begin(registry, repository, blob, mountFrom)
  if (session === null) return 'mounted'
  const upload: Upload = { registry, repository, blob, open, options }
  if (blob.size < options.chunkedFrom) {
    await whole(upload, session)
    return 'sent'
  }
  try {
    await chunked(upload, session)
  } catch (error) {
    // Chunks are optional in practice: a registry that refuses them gets the blob in one request. So does one that
    // put the pieces of a broken upload together wrongly.
    const code = error instanceof RegistryError ? error.code : null
    if (!(error instanceof ChunksRefused) && code !== 'DIGEST_INVALID') throw error
    await whole(upload, await fresh(upload))
  }
  return 'sent'
}

interface Upload {
  readonly registry: Registry
  readonly repository: string
  readonly blob: Descriptor
  readonly open: OpenSource
  readonly options: UploadOptions
}

/** An upload that was begun: where the next bytes go, and the smallest chunk that the registry takes. */
interface Session {
  readonly location: URL
  readonly chunkMin: number
}

class ChunksRefused extends Error {}

/** @returns null where the blob was mounted */
async function begin(
  registry: Registry,
  repository: string,
  { digest }: Descriptor,
  mountFrom: string | null,
): Promise<Session | null> {
  const url = registry.url(repository, 'blobs/uploads/')
  if (mountFrom !== null) {
    url.searchParams.set('mount', digest)
    url.searchParams.set('from', mountFrom)
  }
  const request = { method: 'POST', url } as const
  return retrying(registry.patience, async () => {
    const answer = await registry.send(request, mountFrom === null ? [202] : [201, 202])
    drain(answer)
    return answer.statusCode === 201 ? null : sessionIn(request, answer)
  })
}

async function fresh({ registry, repository, blob }: Upload): Promise<Session> {
  const session = await begin(registry, repository, blob, null)
  if (session === null) throw new RegistryError('an upload that was not begun')
  return session
}

function sessionIn(request: HttpRequest, answer: IncomingMessage): Session {
  const { location } = answer.headers
  if (location === undefined || !URL.canParse(location, request.url.href)) {
    throw wrong(describeRequest(request), 'no address for the upload')
  }
  const url = new URL(location, request.url)
  // The credentials go along: nobody but the registry itself gets them.
  if (url.origin !== request.url.origin) {
    throw new RegistryError(`${describeRequest(request)}: the upload goes to another host, ${url.origin}`)
  }
  const chunkMin = Number(answer.headers['oci-chunk-min-length'] ?? 0)
  return { location: url, chunkMin: Number.isFinite(chunkMin) ? chunkMin : 0 }
}

/** In one request, from the beginning each time. */
async function whole(upload: Upload, first: Session): Promise<void> {
  const { registry, blob, open } = upload
  await retrying(registry.patience, async (attempt) => {
    const session = attempt === 0 ? first : await fresh(upload)
    let source: Verified | null = null
    const body = {
      length: blob.size,
      open: async () => {
        source = new Verified(await open(0), blob)
        return source.stream()
      },
    }
    try {
      await finish(upload, session, body)
    } finally {
      ;(source as Verified | null)?.close()
    }
  })
}

async function finish(
  { registry, blob }: Upload,
  session: Session,
  body: HttpRequest['body'],
): Promise<void> {
  const url = new URL(session.location)
  url.searchParams.set('digest', blob.digest)
  const headers = { 'content-type': 'application/octet-stream' }
  const request = { method: 'PUT', url, headers, body: body ?? new Uint8Array() } as const
  const answer = await registry.send(request, [201, 204])
  drain(answer)
  const held = answer.headers['docker-content-digest']
  if (held !== undefined && held !== blob.digest) {
    throw wrong(describeRequest(request), `the registry holds ${held}, which is not ${blob.digest}`)
  }
}

/**
 * In chunks. After a break the registry is asked how far it came, and the source is read again from the last mark
 * before that; where the registry does not know any more, all begins anew.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks
 */
async function chunked(upload: Upload, first: Session): Promise<void> {
  const { registry, blob, options } = upload
  const chunkSize = Math.max(options.chunkSize, first.chunkMin)
  let session = first
  let marks: Mark[] = [BEGINNING()]
  let source: Verified | null = null
  /** How much the registry has; null after a break, until it was asked. */
  let held: number | null = 0
  let furthest = 0
  let setbacks = 0

  const resume = async () => {
    source?.close()
    source = null
    const status = await statusOf(upload, session)
    if (status === null) {
      session = await fresh(upload)
      marks = [BEGINNING()]
      held = 0
    } else {
      session = status.session
      held = status.held
    }
    // A registry that forgets what it has said to have would be sent the same for ever.
    if (held < furthest && ++setbacks >= registry.patience.attempts) {
      throw new RegistryError(`${blob.digest}: the registry lost what it had of the upload ${setbacks} times`)
    }
  }
  const sourceAt = async (offset: number): Promise<Verified> => {
    const mark = marks.findLast((known) => known.offset <= offset) ?? BEGINNING()
    const opened = new Verified(await upload.open(mark.offset), blob, mark)
    await opened.skip(offset - mark.offset)
    return opened
  }
  try {
    while (held === null || held < blob.size) {
      // Each chunk has its own patience: a long upload may break more often than a short one.
      await retrying(registry.patience, async () => {
        if (held === null) await resume()
        const from: number = held ?? 0
        if (from >= blob.size) return
        try {
          source ??= await sourceAt(from)
          session = await sendChunk(upload, session, source, from, Math.min(chunkSize, blob.size - from))
          marks.push(source.mark())
          held = source.mark().offset
          furthest = Math.max(furthest, held)
        } catch (error) {
          held = null
          const passing = error instanceof RegistryError && error.transient
          if (!passing && from === 0 && isRefusalOfChunks(error)) throw new ChunksRefused()
          throw error
        }
      })
    }
    const end = session
    await retrying(registry.patience, () => finish(upload, end, undefined))
  } finally {
    ;(source as Verified | null)?.close()
  }
}

function isRefusalOfChunks(error: unknown): boolean {
  return error instanceof RegistryError && [400, 404, 405, 411, 416].includes(error.status ?? 0)
}

async function sendChunk(
  { registry }: Upload,
  { location, chunkMin }: Session,
  source: Verified,
  from: number,
  length: number,
): Promise<Session> {
  const headers = {
    'content-type': 'application/octet-stream',
    'content-range': `${from}-${from + length - 1}`,
  }
  const body = { length, open: async () => source.stream(length) }
  const request = { method: 'PATCH', url: location, headers, body } as const
  const answer = await registry.send(request, [202])
  drain(answer)
  const held = heldIn(answer)
  if (held !== null && held !== from + length) {
    throw wrong(describeRequest(request), `the registry has ${held} bytes, and got ${from + length}`)
  }
  return { ...sessionIn(request, answer), chunkMin }
}

/** How far the registry came; null where it does not know the upload. */
async function statusOf(
  { registry }: Upload,
  { location, chunkMin }: Session,
): Promise<{ session: Session; held: number } | null> {
  const request = { method: 'GET', url: location } as const
  try {
    const answer = await registry.send(request, [204])
    drain(answer)
    const held = heldIn(answer)
    return held === null ? null : { session: { ...sessionIn(request, answer), chunkMin }, held }
  } catch (error) {
    // A registry that cannot be reached now may know the upload later; any other answer ends it.
    if (error instanceof RegistryError && error.transient) throw error
    return null
  }
}

/** `Range: 0-1023` for 1024 bytes; registries say `0-0` for none. */
function heldIn(answer: IncomingMessage): number | null {
  const { range } = answer.headers
  const end = /^(?:bytes=)?0-(\d+)$/.exec(range ?? '')?.[1]
  if (end === undefined) return null
  return end === '0' ? 0 : Number(end) + 1
}
