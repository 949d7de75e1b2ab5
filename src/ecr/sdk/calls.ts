import { ActionError } from '../../shared/errors.ts'
import type { Call } from '../errors/call.ts'
import { explainEcrError } from '../errors/explain.ts'
import type { RegistryToken } from '../tokens.ts'
import { soundHost } from './answers.ts'

/** What both adapters are connected with. */
export interface EcrOptions<ClientConfig> {
  /** Null: the SDK's chain decides. */
  readonly region: string | null
  /** Another account's registry; null: the registry of the credentials' own account. */
  readonly registryId: string | null
  /** Called with each secret before anything else sees it. */
  readonly mask: (secret: string) => void
  /** Hears of each retry. */
  readonly log?: (line: string) => void
  readonly client?: ClientConfig
}

/** Makes a call whose failure becomes an ActionError that knows the action and the resource. */
export type Calling = <T>(action: string, repository: string | null, call: () => Promise<T>) => Promise<T>

export function callingIn(place: Pick<Call, 'region' | 'registryId'>): Calling {
  return async (action, repository, call) => {
    try {
      return await call()
    } catch (error) {
      throw explainEcrError(error, { ...place, action, repository })
    }
  }
}

/** `authorizationToken` is base64 of `AWS:password`; both forms are masked before anything is made of them. */
export function decodeToken(
  data:
    | {
        readonly authorizationToken?: string | undefined
        readonly expiresAt?: Date | undefined
        readonly proxyEndpoint?: string | undefined
      }
    | undefined,
  mask: (secret: string) => void,
): RegistryToken {
  const token = data?.authorizationToken
  if (!token) {
    throw new ActionError(
      'ECR answered without a token.',
      'check AWS_ENDPOINT_URL and proxies on the way to ECR.',
    )
  }
  mask(token)
  const decoded = Buffer.from(token, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  const password = decoded.slice(colon + 1)
  mask(password)
  const endpoint = data.proxyEndpoint?.replace(/^https?:\/\//, '').replace(/\/$/, '') ?? null
  return {
    host: endpoint === null ? null : soundHost(endpoint),
    scheme: data.proxyEndpoint?.startsWith('http://') ? 'http' : 'https',
    username: decoded.slice(0, colon),
    password,
    expiresAt: data.expiresAt ?? null,
  }
}

export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name)
}

/** Whether an error, or what it was made of, is a missing permission. */
export function isDenied(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return isNamed(cause, 'AccessDeniedException', 'AccessDenied')
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = []
  for (let start = 0; start < items.length; start += size) result.push(items.slice(start, start + size))
  return result
}
