import type { Order } from '../faults/faults.ts'
import type { Service } from '../service/service.ts'
import type { ApiResponse } from './answer.ts'

/**
 * What another process may ask of a running local ECR, on its API's address: order failures, see the requests.
 * `POST /_local/faults` with an order or a list of them, `DELETE /_local/faults`, `GET` and `DELETE /_local/requests`,
 * `POST /_local/expire-tokens`. `GET /_local/id-token` is GitHub's: what ACTIONS_ID_TOKEN_REQUEST_URL names.
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
    case 'POST /_local/faults': {
      const given = JSON.parse(Buffer.from(body).toString('utf8')) as Order | Order[]
      service.faults.order(...(Array.isArray(given) ? given : [given]))
      return reply(200, { pending: service.faults.pending })
    }
    case 'GET /_local/faults':
      return reply(200, { pending: service.faults.pending })
    case 'DELETE /_local/faults':
      service.faults.clear()
      return reply(200, {})
    case 'GET /_local/requests':
      return reply(200, { requests: service.recorder.requests })
    case 'DELETE /_local/requests':
      service.recorder.clear()
      return reply(200, {})
    case 'POST /_local/expire-tokens':
      service.store.expireTokens()
      return reply(200, {})
    case 'GET /_local/id-token': {
      const { idTokens, now } = service.store
      if (authorization.toLowerCase() !== `bearer ${idTokens.requestToken}`.toLowerCase())
        return reply(401, { message: 'The request token is not that of a job' })
      await service.faults.meet({ side: 'api', operation: 'IdToken', account: '', region: '' }, '', '*')
      const audience =
        new URLSearchParams(path.split('?')[1]).get('audience') ?? 'https://github.com/octo-org'
      return reply(200, { value: idTokens.issue(audience, now()) })
    }
    default:
      return reply(404, { message: `Nothing at ${asked}` })
  }
}

function reply(status: number, value: object): ApiResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
