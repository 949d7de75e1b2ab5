import { readOrders } from '../faults/orders.ts'
import { carryOut, type Service } from '../service/service.ts'
import { readFindings } from '../store/read-findings.ts'
import type { ApiResponse } from './answer.ts'

/** The prefix of all paths of this file. No path of ECR's begins with it. */
export const CONTROL = '/_local/'

/**
 * Answers a request by which another process controls a local ECR: orders faults, says what scans find, reads the record
 * of requests, expires tokens. README.md lists the paths. `GET /_local/id-token` is GitHub's, for jobs with `id-token: write`.
 * @throws Dropped, EcrError or Verbatim if a fault says so
 */
export async function control(
  service: Service,
  method: string,
  path: string,
  body: Uint8Array,
  authorization = '',
): Promise<ApiResponse> {
  const asked = `${method} ${path.split('?')[0]}`
  switch (asked) {
    case 'POST /_local/faults':
      return withJson(body, (given) => {
        service.faults.order(...readOrders(given))
        return { pending: service.faults.pending }
      })
    case 'GET /_local/faults':
      return reply(200, { pending: service.faults.pending })
    case 'DELETE /_local/faults':
      service.faults.clear()
      return reply(200, {})
    case 'POST /_local/findings':
      return withJson(body, (given) => {
        for (const [about, plan] of readFindings(given)) service.store.scanPlans.set(about, plan)
        return {}
      })
    case 'GET /_local/requests':
      return reply(200, { requests: service.recorder.requests })
    case 'DELETE /_local/requests':
      service.recorder.clear()
      return reply(200, {})
    case 'POST /_local/expire-tokens':
      service.store.expireTokens()
      return reply(200, {})
    case 'GET /_local/id-token':
      return idToken(service, path, authorization)
    default:
      return reply(404, { message: `The local ECR has no ${asked}` })
  }
}

/**
 * GitHub's endpoint for OIDC tokens: what ACTIONS_ID_TOKEN_REQUEST_URL names.
 * https://docs.github.com/en/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
 */
async function idToken(service: Service, path: string, authorization: string): Promise<ApiResponse> {
  const { idTokens, now } = service.store
  if (authorization.toLowerCase() !== `bearer ${idTokens.requestToken}`.toLowerCase())
    return reply(401, { message: 'The request token is not that of a job' })
  const subject = { side: 'api', operation: 'IdToken', account: '', region: '' } as const
  const after = await service.faults.meet(subject, '', '*')
  const audience = new URLSearchParams(path.split('?')[1]).get('audience') ?? 'https://github.com/octo-org'
  return reply(200, await carryOut(after, () => ({ value: idTokens.issue(audience, now()) })))
}

/** @param take throws Error with what is wrong; then nothing is taken */
function withJson(body: Uint8Array, take: (given: unknown) => object): ApiResponse {
  try {
    return reply(200, take(JSON.parse(Buffer.from(body).toString('utf8'))))
  } catch (error) {
    return reply(400, { message: error instanceof Error ? error.message : String(error) })
  }
}

function reply(status: number, value: object): ApiResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
