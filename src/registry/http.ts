import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { type Agents, directAgents, timedOut } from '../shared/connections.ts'
import { LIMITS } from '../shared/limits.ts'
import { connectionError, RegistryError, statusError } from './errors.ts'
import { type HttpRequest, type Operation, operationOf } from './request.ts'
import { sendOnce } from './send-once.ts'

/** Connections are kept open between requests, and their number is limited for each host. */
const POOL = { keepAlive: true, maxSockets: 32 }

/** Agents without a proxy. */
export function registryAgents(): Agents {
  return directAgents(POOL)
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
    const text = await readUpTo(response, LIMITS.smallBodyBytes).then(
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
  if (url === null || redirects >= LIMITS.redirects || downgraded) {
    throw new RegistryError(`a redirect that is not followed: ${url?.origin ?? 'no address'}`, { during })
  }
  return url
}

/**
 * Reads a body that must be small.
 * @param limit in bytes
 * @throws RegistryError if it is larger; an error with the code ETIMEDOUT if it does not come within the time
 */
export async function readUpTo(
  body: Readable,
  limit: number,
  withinMs: number = LIMITS.smallBodyMs,
): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let size = 0
  const late = timedOut(`not all of it came within ${withinMs / 1000} s`)
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

/**
 * Reads and drops a body that does not matter, so that its connection can be used by other requests.
 * @returns the response
 */
export function drain(response: IncomingMessage): IncomingMessage {
  let size = 0
  const timer = setTimeout(() => response.destroy(), LIMITS.unwantedBodyMs).unref()
  response.on('error', () => undefined)
  response.on('close', () => clearTimeout(timer))
  response.on('data', (part: Buffer) => {
    size += part.length
    if (size > LIMITS.smallBodyBytes) response.destroy()
  })
  return response
}
