import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { PUBLIC_HOST, servePublic } from '../registry/public.ts'
import { type Parts, type Reachable, started } from './mode.ts'
import { claimNames, readNames } from './names.ts'
import { handleApi, serve } from './serve.ts'

/**
 * Listens under ECR's own host names, all on one address and port: the name says which part is asked.
 * @param claimed the folder of names that were claimed before; null claims them until the end of this local ECR
 */
export async function tlsMode(parts: Parts, claimed: string | null, dataDir: string): Promise<Reachable> {
  const { accounts, service, front, delay, undo } = parts
  const names = readNames(claimed ?? (await claim(parts, join(dataDir, 'names'))))
  // If TLS fails on a loopback address, an engine tries once more without it and reports only that second failure. So
  // the second attempt has to fail in the same way. https://docs.docker.com/reference/cli/dockerd/#insecure-registries
  const insecure: RequestListener = (request, response) => {
    const { host = '' } = request.headers
    const [account = '', region = ''] = registryOf(host)
    void front.handle(request, response, { account, region, host, scheme: 'https', refuses: true })
  }
  const listener: RequestListener = (request, response) => {
    const host = (request.headers.host ?? '').replace(/:443$/, '')
    const [account, region] = registryOf(host)
    if (host === PUBLIC_HOST) servePublic({ service, front, accounts, scheme: 'https' }, request, response)
    else if (account && region)
      void front.handle(request, response, { account, region, host, scheme: 'https' })
    else void handleApi(service, request, response)
  }
  const onHandshake = async (host: string) => {
    const [account = '', region = ''] = registryOf(host)
    await service.handshake(account, region)
  }
  const { address, certificates } = names
  await started(undo, serve(listener, { host: address, port: 443, certificates, onHandshake, ...delay }))
  await started(undo, serve(insecure, { host: address, port: 80, ...delay }))
  return {
    apiUrl: `https://${names.apiHosts[0]}`,
    env: { NODE_EXTRA_CA_CERTS: names.ca, AWS_CA_BUNDLE: names.bundle, SSL_CERT_FILE: names.bundle },
  }
}

/** The account and the region of a registry's host; empty for any other host. */
function registryOf(host: string): string[] {
  return /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host)?.slice(1) ?? []
}

async function claim({ accounts, regions, undo }: Parts, folder: string): Promise<string> {
  const claimed = await claimNames(folder, accounts, regions)
  undo.push(() => claimed.release())
  return claimed.folder
}
