import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { type Agents, timedOut } from '../shared/connections.ts'
import { LIMITS } from '../shared/limits.ts'
import type { BodyParts, HttpRequest, RequestBody } from './request.ts'
import { Throughput } from './throughput.ts'

/**
 * Methods that change nothing. After any other one, a connection that is gone may be an answer that is lost.
 */
const SAFE: readonly string[] = ['HEAD', 'GET']
const SLICE_BYTES = 64 * 1024

/**
 * Sends one request. Opening its connection, sending its body and waiting for the answer have limits of their own.
 * @returns the answer as soon as its headers have come, whatever its status; interim answers (1xx) are none
 * @throws what broke the connection, or an error with the code ETIMEDOUT
 */
export async function sendOnce(request: HttpRequest, agents: Agents): Promise<IncomingMessage> {
  const { method, url, headers, body, signal } = request
  const parts = body === undefined ? null : await openBody(body)
  const length = body === undefined ? (method === 'POST' ? 0 : null) : body.length
  return new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:'
    const outgoing = (secure ? https : http).request(url, {
      method,
      headers: { ...headers, ...(length === null ? {} : { 'content-length': String(length) }) },
      agent: secure ? agents.https : agents.http,
    })
    // Node's own option for a signal does not end a request that waits in the pool, or for a proxy's tunnel.
    const abort = () => {
      const error = Object.assign(new Error('aborted'), { code: 'ABORT_ERR' })
      outgoing.destroy(error)
      parts?.close()
      reject(error)
    }
    signal?.addEventListener('abort', abort)
    if (signal?.aborted) abort()
    let answered = false
    let timer: NodeJS.Timeout | undefined
    // Emitted when the last byte has gone to the system, and so only on an open connection.
    outgoing.on('finish', () => {
      if (answered) return
      const seconds = LIMITS.registryAnswerMs / 1000
      timer = setTimeout(() => outgoing.destroy(timedOut(`no answer within ${seconds} s`)), seconds * 1000)
    })
    outgoing.on('close', () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      // Whatever ends a request ends the wait for its answer too, also if Node tells neither an answer nor an error.
      reject(brokenOff('the connection ended without an answer'))
    })
    // Without a listener, Node closes the connection and says nothing.
    outgoing.on('upgrade', ({ statusCode }, socket) => {
      reject(brokenOff(`${statusCode} ${http.STATUS_CODES[statusCode ?? 0] ?? ''}, and no answer`))
      socket.destroy()
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The registry had closed a connection that we kept open. That is no failure: the next one is new.
      const stale = outgoing.reusedSocket && error.code === 'ECONNRESET' && SAFE.includes(method)
      if (stale) resolve(sendOnce(request, agents))
      else reject(error)
    })
    outgoing.on('response', (response) => {
      answered = true
      clearTimeout(timer)
      // A registry that refuses a request does not read the rest of its body.
      if (parts !== null && (response.statusCode ?? 0) >= 400) {
        response.once('close', () => parts.close())
      }
      resolve(response)
    })
    if (parts === null) outgoing.end()
    else sendBody(parts, outgoing).catch((error: Error) => outgoing.destroy(error))
  })
}

const brokenOff = (reason: string) => Object.assign(new Error(reason), { code: 'ECONNRESET' })

async function openBody(body: RequestBody): Promise<BodyParts> {
  if (!(body instanceof Uint8Array)) return body.open()
  const left = [[body]]
  return { next: async () => left.pop() ?? null, close: () => undefined }
}

function* slicesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) yield bytes.subarray(at, at + SLICE_BYTES)
}

/**
 * Sends a body as fast as the other side takes it.
 * @throws what reading it throws, or an error with the code ETIMEDOUT if the other side is too slow
 */
async function sendBody(parts: BodyParts, outgoing: ClientRequest): Promise<void> {
  const throughput = new Throughput('were taken')
  let isSent = false
  try {
    // In the pool it waits for others, and not for the other side.
    if (outgoing.socket === null) await nextOf(outgoing, 'socket')
    for (let next = await parts.next(); next !== null; next = await parts.next()) {
      for (const part of next) {
        // What is counted is what has been taken, so that a large part counts piece by piece.
        for (const slice of slicesOf(part)) {
          if (outgoing.destroyed) return
          if (!outgoing.write(slice)) await throughput.wait(nextOf(outgoing, 'drain'))
          throughput.moved(slice.length)
        }
      }
    }
    const finished = nextOf(outgoing, 'finish')
    outgoing.end()
    await throughput.wait(finished)
    isSent = true
  } finally {
    // The source of a part that was sent may have another one.
    if (!isSent) parts.close()
  }
}

/** Waits for an event, or for the end of the request, whose error is told elsewhere. */
function nextOf(outgoing: ClientRequest, event: 'socket' | 'drain' | 'finish'): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off(event, done)
      outgoing.off('close', done)
      resolve()
    }
    outgoing.once(event, done)
    outgoing.once('close', done)
    if (outgoing.destroyed) done()
  })
}
