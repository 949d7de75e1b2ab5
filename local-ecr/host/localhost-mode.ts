import { servePublic } from '../registry/public.ts'
import { PUBLIC, publicAlias } from '../store/names.ts'
import { type Parts, type Reachable, started } from './mode.ts'
import { handleApi, serve } from './serve.ts'

/**
 * Listens on ports of 127.0.0.1: one for the API, one for each registry, and one for all public registries.
 * @param hosts gets the host of each registry, by `ACCOUNT/REGION`
 */
export async function localhostMode(parts: Parts, hosts: Map<string, string>): Promise<Reachable> {
  const { accounts, regions, service, front, delay, undo } = parts
  const at = { host: '127.0.0.1', port: 0, ...delay }
  for (const account of accounts)
    for (const region of regions) {
      const { port } = await started(
        undo,
        serve((request, response) => {
          const host = request.headers.host ?? ''
          void front.handle(request, response, { account, region, host, scheme: 'http' })
        }, at),
      )
      hosts.set(`${account}/${region}`, `localhost:${port}`)
    }
  const shared = await started(
    undo,
    serve(
      (request, response) => servePublic({ service, front, accounts, scheme: 'http' }, request, response),
      at,
    ),
  )
  for (const account of accounts)
    hosts.set(`${account}/${PUBLIC}`, `localhost:${shared.port}/${publicAlias(account)}`)
  const { port } = await started(
    undo,
    serve((request, response) => void handleApi(service, request, response), at),
  )
  const apiUrl = `http://localhost:${port}`
  return { apiUrl, env: { AWS_ENDPOINT_URL: apiUrl } }
}
