import type { RegistrySession } from '../oci/registry-session.ts'
import { proxied } from '../shared/proxied.ts'
import { Registry } from './client.ts'
import { type Agents, directAgents } from './http.ts'

let agents: Promise<Agents> | null = null

/** A client for the registry that the session is with, through the proxy that the environment names for it. */
export async function openRegistry(
  session: RegistrySession,
  env: Readonly<Record<string, string | undefined>>,
  log: (line: string) => void,
): Promise<Registry> {
  // One set of connections for all registries of this process.
  agents ??= proxied(env).then((proxy) =>
    proxy === null ? directAgents() : { http: proxy.httpAgent, https: proxy.httpsAgent },
  )
  return new Registry(session, { agents: await agents, log })
}
