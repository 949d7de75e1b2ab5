import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { connectionError, RegistryError, statusError } from './errors.ts'
import { type HttpRequest, isStreamed, type Operation, operationOf } from './request.ts'

/** The connection pools: connections are kept open between requests, and their number is limited for each host. */
export interface Agents {
  readonly http: http.Agent
  readonly https: https.Agent
}

const POOL = { keepAlive: true, maxSockets: 32 }
/** A connection without any data for so long counts as broken. */
const IDLE_TIMEOUT_MS = 60_000
/** How long a small body may take: one that comes byte by byte is never idle. */
const SMALL_BODY_TIMEOUT_MS = 120_000
/** An unwanted body is read for so long, to keep its connection; after that, a new connection costs less. */
const DRAIN_TIMEOUT_MS = 10_000
const MAX_REDIRECTS = 5
/** Bytes of a body that are read for its error message, or to get rid of it. */
const MAX_ERROR_BODY = 64 * 1024

/** Agents without a proxy. */
export function directAgents(): Agents {
  return { http: new http.Agent(POOL), https: new https.Agent(POOL) }
}

/**
 * Sends one request, and follows redirects of GET and HEAD. The credentials go to the host of the request only, never
 * to the target of a redirect: ECR redirects to where layers are stored, with a URL that is signed itself.
 * @param expected the statuses that count as success
 * @returns the response, whose body the caller has to read or destroy
 * @throws RegistryError for another status, or without a response
 */
export async function sendRequest(
  request: HttpRequest,
  expected: readonly number[],
  agents: Agents,
  authorization: string,
): Promise<IncomingMessage> {
  const during = operationOf(request)
  const followsRedirects = request.method === 'GET' || request.method === 'HEAD'
  let { url } = request
  for (let redirects = 0; ; redirects++) {
    const headers = {
      'user-agent': 'ecr-build-push',
      ...(url.origin === request.url.origin ? { authorization } : {}),
      ...request.headers,
    }
    const response = await sendOnce({ ...request, url, headers }, agents).catch((error) => {
      throw connectionError(during, error)
    })
    const status = response.statusCode ?? 0
    if (expected.includes(status)) return response
    const location = response.headers.location
    if (followsRedirects && location !== undefined && [301, 302, 303, 307, 308].includes(status)) {
      response.destroy()
      url = redirectTarget(during, url, location, redirects)
      continue
    }
    const text = await readUpTo(response, MAX_ERROR_BODY).then(
      (bytes) => Buffer.from(bytes).toString('utf8'),
      () => '',
    )
    response.destroy()
    throw statusError(during, status, response.headers, text)
  }
}

function redirectTarget(during: Operation, from: URL, location: string, redirects: number): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : null
  const downgraded = from.protocol === 'https:' && url?.protocol !== 'https:'
  if (url === null || redirects >= MAX_REDIRECTS || downgraded) {
    throw new RegistryError(`a redirect that is not followed: ${url?.origin ?? 'no address'}`, { during })
  }
  return url
}

async function sendOnce(request: HttpRequest, agents: Agents): Promise<IncomingMessage> {
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
    outgoing.setTimeout(IDLE_TIMEOUT_MS, () => {
      outgoing.destroy(
        Object.assign(new Error(`nothing came for ${IDLE_TIMEOUT_MS / 1000} s`), { code: 'ETIMEDOUT' }),
      )
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The registry had closed a connection that we kept open. That is no failure: the next one is new.
      const stale = outgoing.reusedSocket && error.code === 'ECONNRESET' && !isStreamed(request)
      if (stale) resolve(sendOnce(request, agents))
      else reject(error)
    })
    outgoing.on('response', (response) => {
      // A registry that refuses a request does not read the rest of its body.
      if (stream !== null && (response.statusCode ?? 0) >= 400) {
        response.once('close', () => stream.destroy())
      }
      resolve(response)
    })
    if (stream !== null) pipeline(stream, outgoing).catch(reject)
    else outgoing.end(body)
  })
}

/**
 * Reads a body that must be small.
 * @param limit in bytes
 * @throws RegistryError if it is larger; an error with the code ETIMEDOUT if it does not come within the time
 */
export async function readUpTo(
  body: Readable,
  limit: number,
  withinMs = SMALL_BODY_TIMEOUT_MS,
): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let size = 0
  const late = Object.assign(new Error(`not all of it came within ${withinMs / 1000} s`), {
    code: 'ETIMEDOUT',
  })
  const timer = setTimeout(() => body.destroy(late), withinMs)
  try {
    for await (const part of body) {
      size += (part as Buffer).length
      if (size > limit) throw new RegistryError(`a response of more than ${limit} bytes`)
      parts.push(part as Buffer)
    }
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(parts)
}

/** Reads and drops a body that does not matter, so that its connection can be used by other requests. */
export function drain(response: IncomingMessage): void {
  let size = 0
  const timer = setTimeout(() => response.destroy(), DRAIN_TIMEOUT_MS).unref()
  response.on('error', () => undefined)
  response.on('close', () => clearTimeout(timer))
  response.on('data', (part: Buffer) => {
    size += part.length
    if (size > MAX_ERROR_BODY) response.destroy()
  })
}
