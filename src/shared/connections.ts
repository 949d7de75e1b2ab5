import http, { type ClientRequestArgs } from 'node:http'
import https, { type RequestOptions } from 'node:https'
import { isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { LIMITS } from './limits.ts'

const UNANSWERED = 'its address does not answer'

/** The error of a wait that has reached its limit. Its code is that of the system's own time-outs. */
export function timedOut(message: string): Error {
  return Object.assign(new Error(message), { code: 'ETIMEDOUT' })
}

/** The codes of connections that could not be made at the moment. */
const NOT_MADE = 'ECONNREFUSED|ENOTFOUND|EAI_\\w+|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ERR_TLS_HANDSHAKE_TIMEOUT'
const NEVER_MADE = new RegExp(`^(?:${NOT_MADE})$`)
const TRANSIENT = new RegExp(
  `^(?:${NOT_MADE}|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENETRESET|ERR_STREAM_PREMATURE_CLOSE|HPE_\\w+)$`,
)

/**
 * Whether a connection broke, or could not be made, in a way that may be over in a moment. A certificate that is not
 * trusted is not transient; a name that is not resolved is, as docker's own retries have it: resolvers answer so in a
 * blip, too. https://nodejs.org/api/errors.html#common-system-errors
 */
export function isTransientConnection(error: unknown): boolean {
  return TRANSIENT.test(codeOf(error))
}

/** Whether an error says that there was no connection, and so that nothing was sent. */
export function isNoConnection(error: unknown): boolean {
  const code = codeOf(error)
  // The system's own, and that of the limit below.
  const late = code === 'ETIMEDOUT' && /^(?:connect|no connection)\b/.test((error as Error).message)
  return late || NEVER_MADE.test(code)
}

/** Node's code of an error; empty if it has none. */
function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

/** Pools of connections, each of which has to be open within the limit. */
export interface Agents {
  readonly http: http.Agent
  readonly https: https.Agent
}

/**
 * Agents without a proxy. The limit is that of the connection, not of a request: one that waits in the pool for
 * another's connection has none of its own yet.
 * @param options of Node's agents
 */
export function directAgents(options: http.AgentOptions): Agents {
  return { http: new LimitedHttpAgent(options), https: new LimitedHttpsAgent(options) }
}

class LimitedHttpAgent extends http.Agent {
  override createConnection(
    options: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    return limitConnecting(super.createConnection(options, callback), options.host, 'connect')
  }
}

class LimitedHttpsAgent extends https.Agent {
  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    return limitConnecting(super.createConnection(options, callback), options.host, 'secureConnect')
  }
}

/**
 * Ends a connection that does not open within the limit: the lookup of the name, TCP and TLS together.
 * @param ready the event that says that it is open
 * @param host whose name may have to be looked up
 * @param withinMs what is left of the limit
 * @param first what is missing at the beginning, in words
 */
export function limitConnecting<S extends Duplex | null | undefined>(
  stream: S,
  host: string | null | undefined,
  ready: 'connect' | 'secureConnect',
  withinMs: number = LIMITS.connectMs,
  first = isIP(host ?? '') === 0 ? 'its name is not looked up' : UNANSWERED,
): S {
  const socket = stream as Socket | null | undefined
  if (!socket) return stream
  let missing = first
  socket.once('lookup', () => {
    missing = UNANSWERED
  })
  socket.once('connect', () => {
    missing = 'TLS is not answered'
  })
  const timer = setTimeout(
    () => socket.destroy(timedOut(`no connection within ${LIMITS.connectMs / 1000} s: ${missing}`)),
    withinMs,
  )
  for (const event of [ready, 'close']) socket.once(event, () => clearTimeout(timer))
  return stream
}
