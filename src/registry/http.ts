import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { broken, RegistryError, refused } from './errors.ts'

/** The connections: kept open between requests, and bounded for each host. */
export interface Agents {
  readonly http: http.Agent
  readonly https: https.Agent
}

/** What is sent: bytes at hand, or a stream of a known length that is opened when it is needed. */
export type Body = Uint8Array | { readonly length: number; readonly open: () => Promise<Readable> }

export interface HttpRequest {
  readonly method: 'HEAD' | 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Body
}

const SOCKETS = { keepAlive: true, maxSockets: 32 }
/** A connection on which nothing moves for so long is taken for dead. */
const IDLE_MS = 60_000
/** And one of a few bytes that takes so long. */
const SMALL_MS = 120_000
/** What is not wanted may take so long and be so large; a new connection costs less. */
const DRAIN_MS = 10_000
const REDIRECTS = 5
const ERROR_BODY = 64 * 1024

export function directAgents(): Agents {
  return { http: new http.Agent(SOCKETS), https: new https.Agent(SOCKETS) }
}

/** Method and address, without the query: an upload's address, or a redirect's, can hold a credential there. */
export function describeRequest({ method, url }: Pick<HttpRequest, 'method' | 'url'>): string {
  return `${method} ${url.origin}${url.pathname}`
}

/**
 * Sends one request and follows redirects of what only reads. Credentials go to the address that was asked and to
 * nobody it refers to: ECR refers to where layers lie, with an address that is its own permission.
 * @param expected the statuses that are an answer; every other one is an error
 * @returns the answer, whose body the caller has to read or destroy
 * @throws RegistryError for another status, or without an answer
 */
export async function send(
  request: HttpRequest,
  expected: readonly number[],
  agents: Agents,
  authorization: string,
): Promise<IncomingMessage> {
  const doing = describeRequest(request)
  const reads = request.method === 'GET' || request.method === 'HEAD'
  let { url } = request
  for (let hops = 0; ; hops++) {
    const own = url.origin === request.url.origin
    const headers = {
      'user-agent': 'ecr-build-push',
      ...(own ? { authorization } : {}),
      ...request.headers,
    }
    const answer = await once({ ...request, url, headers }, agents).catch((error) => {
      throw broken(doing, error)
    })
    const status = answer.statusCode ?? 0
    if (expected.includes(status)) return answer
    const location = answer.headers.location
    if (reads && location !== undefined && [301, 302, 303, 307, 308].includes(status)) {
      answer.destroy()
      url = redirected(doing, url, location, hops)
      continue
    }
    const text = await readUpTo(answer, ERROR_BODY).then(
      (bytes) => Buffer.from(bytes).toString('utf8'),
      () => '',
    )
    answer.destroy()
    throw refused(doing, status, answer.headers, text)
  }
}

function redirected(doing: string, from: URL, location: string, hops: number): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : null
  if (url === null || hops >= REDIRECTS || (from.protocol === 'https:' && url.protocol !== 'https:')) {
    throw new RegistryError(`${doing}: a redirect that is not followed: ${url?.origin ?? 'no address'}`)
  }
  return url
}

async function once(request: HttpRequest, agents: Agents): Promise<IncomingMessage> {
  const { method, url, headers, body } = request
  const stream = body !== undefined && !(body instanceof Uint8Array) ? await body.open() : null
  const length = body === undefined ? (method === 'POST' ? 0 : null) : body.length
  return new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:'
    const outgoing = (secure ? https : http).request(url, {
      method,
      headers: { ...headers, ...(length === null ? {} : { 'content-length': String(length) }) },
      agent: secure ? agents.https : agents.http,
    })
    outgoing.setTimeout(IDLE_MS, () => {
      outgoing.destroy(
        Object.assign(new Error(`nothing came for ${IDLE_MS / 1000} s`), { code: 'ETIMEDOUT' }),
      )
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The other side had closed a connection that was kept open: no failure, the next one is fresh.
      const stale = outgoing.reusedSocket && error.code === 'ECONNRESET' && stream === null
      if (stale) resolve(once(request, agents))
      else reject(error)
    })
    outgoing.on('response', (answer) => {
      // A registry that refuses does not wait for the rest of a body.
      if (stream !== null && (answer.statusCode ?? 0) >= 400) answer.once('close', () => stream.destroy())
      resolve(answer)
    })
    if (stream !== null) pipeline(stream, outgoing).catch(reject)
    else outgoing.end(body)
  })
}

/**
 * Reads a body that must be small.
 * @throws RegistryError where it is larger than `limit`
 */
export async function readUpTo(answer: Readable, limit: number, withinMs = SMALL_MS): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let size = 0
  // Something small that comes byte by byte is never idle, and never done.
  const late = Object.assign(new Error(`not all of it came within ${withinMs / 1000} s`), {
    code: 'ETIMEDOUT',
  })
  const timer = setTimeout(() => answer.destroy(late), withinMs)
  try {
    for await (const part of answer) {
      size += (part as Buffer).length
      if (size > limit) throw new RegistryError(`an answer of more than ${limit} bytes`)
      parts.push(part as Buffer)
    }
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(parts)
}

/** Ends an answer whose body does not matter, so that its connection can serve again. */
export function drain(answer: IncomingMessage): void {
  let size = 0
  const timer = setTimeout(() => answer.destroy(), DRAIN_MS).unref()
  answer.on('error', () => undefined)
  answer.on('close', () => clearTimeout(timer))
  answer.on('data', (part: Buffer) => {
    size += part.length
    if (size > ERROR_BODY) answer.destroy()
  })
}

export interface UploadOptions {
  /** Blobs from this size on go in chunks, so that a break does not cost all that was sent. */
  readonly chunkedFrom: number
  readonly chunkSize: number
}
