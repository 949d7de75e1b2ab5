import type { ClientRequest, Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import { Agent, type AgentConnectOpts } from 'agent-base'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { getProxyForUrl } from 'proxy-from-env'
import { directAgents, isTransientConnection, limitConnecting, timedOut } from './connections.ts'
import { ActionError } from './errors.ts'
import { LIMITS } from './limits.ts'

/**
 * Agents for the SDK, which knows no proxies itself: each request goes through the proxy that HTTPS_PROXY, HTTP_PROXY
 * and NO_PROXY name for its host, or directly to the host. The proxy is asked for a tunnel (CONNECT), so that it never
 * sees what is in a request.
 */
export function proxyAgents(): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } {
  const agent = new ByHost({ keepAlive: true })
  return { httpAgent: agent, httpsAgent: agent as unknown as HttpsAgent }
}

/** As many connections as the SDK has without a proxy. */
const SOCKETS = { keepAlive: true, maxSockets: 50 }

class ByHost extends Agent {
  readonly #direct = directAgents(SOCKETS)
  readonly #tunnels = new Map<string, LimitedTunnels>()

  override connect(_: ClientRequest, options: AgentConnectOpts): HttpAgent {
    const scheme = options.secureEndpoint ? 'https' : 'http'
    const proxy = getProxyForUrl(`${scheme}://${options.host}:${options.port}`)
    return proxy === '' ? this.#direct[scheme] : this.#tunnel(proxy)
  }

  #tunnel(proxy: string): LimitedTunnels {
    const existing = this.#tunnels.get(proxy)
    if (existing !== undefined) return existing
    const tunnel = new LimitedTunnels(checked(proxy), { keepAlive: true })
    this.#tunnels.set(proxy, tunnel)
    return tunnel
  }
}

/**
 * Tunnels through a proxy, each of which has to be open within the limit: the proxy's name, TCP, CONNECT and the
 * host's TLS together. Their number has no limit of its own: requests that wait in the library's pool would not be
 * taken up after a tunnel that failed.
 */
class LimitedTunnels extends HttpsProxyAgent<string> {
  override async connect(request: ClientRequest, options: Parameters<HttpsProxyAgent<string>['connect']>[1]) {
    const end = performance.now() + LIMITS.connectMs
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), LIMITS.connectMs)
    // The library keeps its connection to the proxy to itself until the proxy has answered. Node ends it by a signal.
    const self = Object.create(this, { connectOpts: { value: { ...this.connectOpts, signal: late.signal } } })
    let socket: Socket
    try {
      socket = await super.connect.call(self, request, options)
    } catch (error) {
      if (!late.signal.aborted) throw noTunnel(error)
      throw timedOut(`no connection within ${LIMITS.connectMs / 1000} s: the proxy does not answer`)
    } finally {
      clearTimeout(timer)
    }
    const left = Math.max(1, end - performance.now())
    return options.secureEndpoint
      ? limitConnecting(socket, options.host, 'secureConnect', left, 'TLS is not answered')
      : socket
  }
}

/**
 * Nothing was sent to the host without a tunnel, whatever the connection to the proxy ended with. The library gives no
 * code to a proxy that ends it before its answer.
 */
function noTunnel(error: unknown): Error {
  const { message, code } = error as NodeJS.ErrnoException
  const refused = code === undefined || isTransientConnection(error)
  return Object.assign(new Error(`no tunnel through the proxy: ${message}`, { cause: error }), {
    code: refused ? 'ECONNREFUSED' : code,
  })
}

/** @throws ActionError if it is not the address of a proxy; the password in it is not shown */
function checked(proxy: string): string {
  const { protocol } = URL.canParse(proxy) ? new URL(proxy) : { protocol: '' }
  if (protocol === 'http:' || protocol === 'https:') return proxy
  throw new ActionError(
    'HTTPS_PROXY, HTTP_PROXY or ALL_PROXY does not hold the address of an HTTP proxy.',
    'write it as http://HOST:PORT (or https://…), or list the hosts that need none in NO_PROXY.',
    { page: 'runners.md#fips-dual-stack-proxies' },
  )
}
