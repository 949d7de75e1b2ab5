import type { IncomingMessage } from 'node:http'
import { LIMITS } from '../shared/limits.ts'
import { connectionError, RegistryError } from './errors.ts'
import { readUpTo } from './http.ts'
import { type HttpRequest, operationOf } from './request.ts'

/**
 * Fetches the bearer token that a registry's challenge asks for. The credentials go to the registry itself only: a
 * challenge may name any address.
 * https://distribution.github.io/distribution/spec/auth/token/
 * @param challenge `Bearer realm="https://HOST/token/",service="HOST",scope="…"`
 * @param origin the registry's
 * @param send sends a request with the credentials
 * @throws RegistryError if the challenge names another host, or the response has no token
 */
export async function fetchBearerToken(
  challenge: string,
  origin: string,
  send: (request: HttpRequest) => Promise<IncomingMessage>,
): Promise<string> {
  const { realm = '', ...parameters } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name as string, value as string]),
  )
  if (!URL.canParse(realm) || new URL(realm).origin !== origin) {
    throw new RegistryError(
      `${origin}: the registry names another host to get a token from, which gets no credentials: ${realm}`,
    )
  }
  const url = new URL(realm)
  for (const name of ['service', 'scope']) {
    const value = parameters[name]
    if (value !== undefined) url.searchParams.set(name, value)
  }
  const request = { operation: `Getting a token from ${url.host}`, method: 'GET', url } as const
  const bytes = await readUpTo(await send(request), LIMITS.smallBodyBytes).catch((error) => {
    throw connectionError(operationOf(request), error)
  })
  const token = tokenIn(bytes)
  if (typeof token === 'string' && token !== '') return token
  throw new RegistryError(`${origin}: the registry gave no token`)
}

function tokenIn(bytes: Uint8Array): unknown {
  try {
    const content = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown> | null
    return content?.['token'] ?? content?.['access_token']
  } catch {
    return undefined
  }
}
