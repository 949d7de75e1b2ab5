import type { RegistryToken } from '../tokens.ts'
import { checkedHost, malformed } from './answers.ts'

/** What both APIs answer to GetAuthorizationToken. */
interface AuthorizationData {
  readonly authorizationToken?: string | undefined
  readonly expiresAt?: Date | undefined
  readonly proxyEndpoint?: string | undefined
}

/**
 * Reads a registry token. `authorizationToken` is base64 of `AWS:password`; both forms are masked before anything is
 * made of them.
 * @throws ActionError if there is no token, or its endpoint is not a host
 */
export function decodeToken(
  data: AuthorizationData | undefined,
  mask: (secret: string) => void,
): RegistryToken {
  const token = data?.authorizationToken
  if (!token) throw malformed('without a token')
  mask(token)
  const decoded = Buffer.from(token, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  const password = decoded.slice(colon + 1)
  mask(password)
  const endpoint = data.proxyEndpoint?.replace(/^https?:\/\//, '').replace(/\/$/, '') ?? null
  return {
    host: endpoint === null ? null : checkedHost(endpoint),
    scheme: data.proxyEndpoint?.startsWith('http://') ? 'http' : 'https',
    username: decoded.slice(0, colon),
    password,
    expiresAt: data.expiresAt ?? null,
  }
}
