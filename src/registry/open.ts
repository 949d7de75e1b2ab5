import { proxied } from '../shared/proxied.ts'
import { Registry } from './client.ts'
import type { RegistryAccess } from './door.ts'
import { type Agents, directAgents } from './http.ts'

let agents: Promise<Agents> | null = null

/** A client for the registry that the login is for, through the proxy that the environment names for it. */
export async function openRegistry(
  login: RegistryAccess,
  env: Readonly<Record<string, string | undefined>>,
  log: (line: string) => void,
): Promise<Registry> {
  // One set of connections for all registries of this process.
  agents ??= proxied(env).then((proxy) =>
    proxy === null ? directAgents() : { http: proxy.httpAgent, https: proxy.httpsAgent },
  )
  return new Registry(login, { agents: await agents, log })
}
