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
