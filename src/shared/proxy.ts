import type { ClientRequest } from 'node:http'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Agent, type AgentConnectOpts } from 'agent-base'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { getProxyForUrl } from 'proxy-from-env'
import { ActionError } from './errors.ts'

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
  readonly #direct = { http: new HttpAgent(SOCKETS), https: new HttpsAgent(SOCKETS) }
  readonly #tunnels = new Map<string, HttpsProxyAgent<string>>()

  override connect(_: ClientRequest, options: AgentConnectOpts): HttpAgent {
    const scheme = options.secureEndpoint ? 'https' : 'http'
    const proxy = getProxyForUrl(`${scheme}://${options.host}:${options.port}`)
    return proxy === '' ? this.#direct[scheme] : this.#tunnel(proxy)
  }

  #tunnel(proxy: string): HttpsProxyAgent<string> {
    const known = this.#tunnels.get(proxy)
    if (known !== undefined) return known
    const tunnel = new HttpsProxyAgent(checked(proxy), SOCKETS)
    this.#tunnels.set(proxy, tunnel)
    return tunnel
  }
}

/** @throws ActionError if it is not the address of a proxy; the password in it is not shown */
function checked(proxy: string): string {
  const { protocol } = URL.canParse(proxy) ? new URL(proxy) : { protocol: '' }
  if (protocol === 'http:' || protocol === 'https:') return proxy
  throw new ActionError(
    'HTTPS_PROXY, HTTP_PROXY or ALL_PROXY does not hold the address of an HTTP proxy.',
    'write it as http://HOST:PORT (or https://…), or list the hosts that need none in NO_PROXY.',
  )
}
