export const PROXY_VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY']

/** Agents that go through the proxies that the environment names; null if it names none. */
export async function proxied(env: Readonly<Record<string, string | undefined>>) {
  const names = PROXY_VARIABLES.flatMap((name) => [name, name.toLowerCase()])
  if (!names.some((name) => env[name])) return null
  return (await import('./proxy.ts')).proxyAgents()
}
