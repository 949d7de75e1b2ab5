import type { IncomingMessage } from 'node:http'
import { RegistryError } from './errors.ts'
import { readUpTo } from './http.ts'

/**
 * The token that a registry's challenge asks for. The credentials go to the registry itself only: a challenge may
 * name any address.
 * https://distribution.github.io/distribution/spec/auth/token/
 * @param challenge `Bearer realm="https://HOST/token/",service="HOST",scope="…"`
 * @param ask sends a request with the credentials
 */
export async function fetchToken(
  challenge: string,
  origin: string,
  ask: (url: URL) => Promise<IncomingMessage>,
): Promise<string> {
  const { realm = '', ...parameters } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name as string, value as string]),
  )
  if (!URL.canParse(realm) || new URL(realm).origin !== origin) {
    throw new RegistryError(
      `${origin}: the registry sends for a token elsewhere, which is not asked: ${realm}`,
    )
  }
  const url = new URL(realm)
  for (const name of ['service', 'scope']) {
    const value = parameters[name]
    if (value !== undefined) url.searchParams.set(name, value)
  }
  const bytes = await readUpTo(await ask(url), 64 * 1024)
  const given = tokenIn(bytes)
  if (typeof given === 'string' && given !== '') return given
  throw new RegistryError(`${origin}: the registry gave no token`)
}

function tokenIn(bytes: Uint8Array): unknown {
  try {
    const answer = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown> | null
    return answer?.['token'] ?? answer?.['access_token']
  } catch {
    return undefined
  }
}
