import { mkdirSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import type { Faults } from '../faults/faults.ts'
import { Rates, type RateTable } from '../faults/rates.ts'
import type { RecordedRequest } from '../faults/recorder.ts'
import { Distribution } from '../registry/distribution.ts'
import { RegistryFront } from '../registry/front.ts'
import { PUBLIC_HOST, servePublic } from '../registry/public.ts'
import { Service } from '../service/service.ts'
import { MemoryBackend } from '../store/memory.ts'
import { type Credentials, PUBLIC, publicAlias, registryName, Store } from '../store/store.ts'
import { ACCOUNTS, claimNames, REGIONS, readNames } from './names.ts'
import { handleApi, type Listening, serve } from './serve.ts'

export interface LocalEcrOptions {
  /** The distribution project's registry; without one, layers are kept in memory. */
  readonly registryBinary: string | null
  readonly dataDir: string
  /** `tls`: ECR's own host names, as root. `localhost`: ports, in the clear, for everyone. */
  readonly mode: 'tls' | 'localhost'
  /** The folder of a claim on the names that was made before (`claimNames`); without one, it is made here. */
  readonly names?: string
  readonly accounts?: readonly string[]
  readonly regions?: readonly string[]
  /** Requests a second that are answered, the others being throttled: `documented` is what AWS gives an account. */
  readonly rates?: 'documented' | RateTable
  /** Puts a distance between the clients and this ECR. */
  readonly relay?: { readonly delayMs: number }
}

export interface LocalEcr {
  readonly mode: 'tls' | 'localhost'
  readonly store: Store
  readonly service: Service
  readonly faults: Faults
  readonly requests: readonly RecordedRequest[]
  /** Address of the API in the localhost mode, and of `/_local/` in both. */
  readonly apiUrl: string
  registryHost(account: string, region: string): string
  env(who?: { account?: string; region?: string }): Record<string, string>
  stop(): Promise<void>
}

/** Starts an ECR on this machine; `stop` leaves no trace of it outside `dataDir`. */
export async function startLocalEcr(options: LocalEcrOptions): Promise<LocalEcr> {
  const accounts = options.accounts ?? ACCOUNTS
  const regions = options.regions ?? REGIONS
  mkdirSync(options.dataDir, { recursive: true })
  const undo: (() => Promise<void> | void)[] = []
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const distribution = options.registryBinary
      ? await Distribution.start(options.registryBinary, options.dataDir)
      : undefined
    if (distribution) undo.push(() => distribution.stop())
    const backend = distribution ?? new MemoryBackend()
    const hosts = new Map<string, string>()
    const scheme = options.mode === 'tls' ? 'https' : 'http'
    const hostOf = (account: string, region: string) =>
      hosts.get(`${account}/${region}`) ?? registryName(account, region)
    const store = new Store({ backend, endpoint: (...where) => `${scheme}://${hostOf(...where)}` })
    const service = new Service(store, options.rates === undefined ? null : new Rates(options.rates))
    undo.push(() => service.faults.clear())
    const front = new RegistryFront(service, backend)
    const place: Placement = { options, accounts, regions, service, front, hosts, undo }
    const reached = options.mode === 'tls' ? await tlsMode(place) : await localhostMode(place)
    const issued = new Map<string, Credentials>()
    return {
      mode: options.mode,
      store,
      service,
      faults: service.faults,
      requests: service.recorder.requests,
      apiUrl: reached.apiUrl,
      registryHost: hostOf,
      env(who = {}) {
        const account = who.account ?? accounts[0] ?? ''
        const region = who.region ?? regions[0] ?? ''
        const credentials = issued.get(account) ?? store.issueCredentials(account)
        issued.set(account, credentials)
        return {
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
          AWS_REGION: region,
          AWS_DEFAULT_REGION: region,
          ...reached.env,
        }
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

interface Placement {
  readonly options: LocalEcrOptions
  readonly accounts: readonly string[]
  readonly regions: readonly string[]
  readonly service: Service
  readonly front: RegistryFront
  /** The registries' hosts, where they are not ECR's own names. */
  readonly hosts: Map<string, string>
  readonly undo: (() => Promise<void> | void)[]
}

interface Reached {
  readonly apiUrl: string
  readonly env: Record<string, string>
}

/** Everything behind one TLS port; the host name says which part is asked. */
async function tlsMode(place: Placement): Promise<Reached> {
  const { options, accounts, regions, service, front, undo } = place
  const claimed = options.names ?? (await claim(join(options.dataDir, 'names'), accounts, regions, undo))
  const names = readNames(claimed)
  const registryOf = (host: string) =>
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host)?.slice(1) ?? []
  // An engine tries a loopback address without TLS where it fails with it, and tells of that last attempt alone: it is
  // to hear the same there. https://docs.docker.com/reference/cli/dockerd/#insecure-registries
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
    await service.faults.meet({ side: 'connection', operation: 'Handshake', account, region }, '', '*')
  }
  const { address, certificates } = names
  const where = { host: address, port: 443, certificates, onHandshake, ...delay(options) }
  await started(undo, serve(listener, where))
  await started(undo, serve(insecure, { host: address, port: 80, ...delay(options) }))
  return {
    apiUrl: `https://${names.apiHosts[0]}`,
    env: { NODE_EXTRA_CA_CERTS: names.ca, AWS_CA_BUNDLE: names.bundle, SSL_CERT_FILE: names.bundle },
  }
}

async function claim(
  folder: string,
  accounts: readonly string[],
  regions: readonly string[],
  undo: Placement['undo'],
): Promise<string> {
  const claimed = await claimNames(folder, accounts, regions)
  undo.push(() => claimed.release())
  return claimed.folder
}

/** A port for the API, and one for each registry. */
async function localhostMode(place: Placement): Promise<Reached> {
  const { options, accounts, regions, service, front, hosts, undo } = place
  const where = { host: '127.0.0.1', port: 0, ...delay(options) }
  for (const account of accounts)
    for (const region of regions) {
      const { port } = await started(
        undo,
        serve((request, response) => {
          const host = request.headers.host ?? ''
          void front.handle(request, response, { account, region, host, scheme: 'http' })
        }, where),
      )
      hosts.set(`${account}/${region}`, `localhost:${port}`)
    }
  const shared = await started(
    undo,
    serve(
      (request, response) => servePublic({ service, front, accounts, scheme: 'http' }, request, response),
      where,
    ),
  )
  for (const account of accounts)
    hosts.set(`${account}/${PUBLIC}`, `localhost:${shared.port}/${publicAlias(account)}`)
  const { port } = await started(
    undo,
    serve((request, response) => void handleApi(service, request, response), where),
  )
  const apiUrl = `http://localhost:${port}`
  return { apiUrl, env: { AWS_ENDPOINT_URL: apiUrl } }
}

async function started(undo: Placement['undo'], listening: Promise<Listening>): Promise<Listening> {
  const server = await listening
  undo.push(() => server.stop())
  return server
}

function delay(options: LocalEcrOptions): { delayMs?: number } {
  return options.relay ? { delayMs: options.relay.delayMs } : {}
}
