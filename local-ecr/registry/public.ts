import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Service } from '../service/service.ts'
import { PUBLIC, publicAlias } from '../store/names.ts'
import type { RegistryFront } from './front.ts'

export const PUBLIC_HOST = 'public.ecr.aws'

/** What is needed to answer a request to the public registry. */
interface PublicRegistry {
  readonly service: Service
  readonly front: RegistryFront
  readonly accounts: readonly string[]
  readonly scheme: 'http' | 'https'
}

/**
 * Answers a request to the host of all public registries. The alias in the path says whose registry is asked, and
 * `/token/` exchanges the password that GetAuthorizationToken issued for a bearer token.
 * https://docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html
 */
export function servePublic(
  { service, front, accounts, scheme }: PublicRegistry,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const host = (request.headers.host ?? '').replace(/:443$/, '')
  const path = request.url ?? '/'
  if (path.startsWith('/token')) {
    issue(service, request, response)
    return
  }
  const alias = /^\/v2\/([^/?]+)\//.exec(path)?.[1]
  const account = accounts.find((one) => publicAlias(one) === alias)
  const prefix = account === undefined ? {} : { prefix: publicAlias(account) }
  void front.handle(request, response, { account: account ?? '', region: PUBLIC, host, scheme, ...prefix })
}

/** Issues a bearer token. Clients that ask with POST fall back to GET after this 405. */
function issue({ store }: Service, request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  const json = { 'content-type': 'application/json' }
  if (request.method !== 'GET') {
    response.writeHead(405).end()
    return
  }
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const [user, password = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':')
  const known = user === 'AWS' ? store.token(password) : undefined
  if (known?.registry !== 'public') {
    const errors = [{ code: 'DENIED', message: 'Invalid username or password' }]
    response.writeHead(known === undefined ? 400 : 403, json).end(JSON.stringify({ errors }))
    return
  }
  response.writeHead(200, json).end(JSON.stringify({ token: password }))
}
