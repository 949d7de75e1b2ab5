import type { RegistrySession } from '../oci/registry-session.ts'
import type { Agents } from '../shared/connections.ts'
import { proxied } from '../shared/proxied.ts'
import { Registry, type RegistryOptions } from './client.ts'
import { registryAgents } from './http.ts'

let agents: Promise<Agents> | null = null

/**
 * Opens a client of the session's registry, which uses the proxy that the environment names for it.
 * @param log gets one line for each retry
 * @param debug gets the request behind it
 */
export async function openRegistry(
  session: RegistrySession,
  env: Readonly<Record<string, string | undefined>>,
  { log, debug }: Pick<RegistryOptions, 'log' | 'debug'> = {},
): Promise<Registry> {
  return new Registry(session, { agents: await sharedAgents(env), log, debug })
}

/** The connection pools of this process, which go through the proxy that the environment names for a host. */
export function sharedAgents(env: Readonly<Record<string, string | undefined>>): Promise<Agents> {
  agents ??= proxied(env).then((proxy) =>
    proxy === null ? registryAgents() : { http: proxy.httpAgent, https: proxy.httpsAgent },
  )
  return agents
}
