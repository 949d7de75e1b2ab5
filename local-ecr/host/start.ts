import { mkdirSync } from 'node:fs'
import type { Faults } from '../faults/faults.ts'
import { Rates, type RateTable } from '../faults/rates.ts'
import type { RecordedRequest } from '../faults/recorder.ts'
import { Distribution } from '../registry/distribution.ts'
import { RegistryFront } from '../registry/front.ts'
import { MemoryBlobs } from '../registry/memory-blobs.ts'
import { Service } from '../service/service.ts'
import { MemoryBackend } from '../store/memory.ts'
import { registryName } from '../store/names.ts'
import { Store } from '../store/store.ts'
import type { Credentials } from '../store/types.ts'
import { localhostMode } from './localhost-mode.ts'
import type { Parts, Undo } from './mode.ts'
import { ACCOUNTS, checkPlaces, REGIONS } from './options.ts'
import { SetupError } from './setup-error.ts'
import { tlsMode } from './tls-mode.ts'

/** How a local ECR is started. */
export interface LocalEcrOptions {
  /** The program `registry` of the distribution project, which then keeps the layers; null keeps them in memory. */
  readonly registryBinary: string | null
  /** A folder for the files of this local ECR. */
  readonly dataDir: string
  /** `tls`: ECR's own host names on a loopback address, which needs root. `localhost`: ports, without TLS. */
  readonly mode: 'tls' | 'localhost'
  /** The folder of host names that were claimed before (`claimNames`); by default they are claimed now. */
  readonly names?: string
  readonly accounts?: readonly string[]
  readonly regions?: readonly string[]
  /** Requests a second that are answered; more are throttled. `documented` are the default quotas of an AWS account. */
  readonly rates?: 'documented' | RateTable
  /**
   * Simulates a distance between the clients and this ECR, in milliseconds for one direction, and a line of so many bytes
   * a second, for each direction of each connection.
   */
  readonly relay?: { readonly delayMs: number; readonly bytesPerSecond?: number }
}

/** A local ECR that runs. */
export interface LocalEcr {
  readonly mode: 'tls' | 'localhost'
  readonly store: Store
  readonly service: Service
  readonly faults: Faults
  /** Every request until now, in the order of the answers. */
  readonly requests: readonly RecordedRequest[]
  /** The address of the API, and of the control paths under `/_local/`. */
  readonly apiUrl: string
  /** The host of a registry: ECR's own name, or `localhost:PORT`; with its alias for a public registry. */
  registryHost(account: string, region: string): string
  /** The host of every private registry, by `ACCOUNT/REGION`. */
  readonly registries: Readonly<Record<string, string>>
  /** Environment variables for a client: credentials, region, and how to reach this ECR. */
  env(who?: { account?: string; region?: string }): Record<string, string>
  /** Stops it, and undoes everything that was changed outside of `dataDir`. */
  stop(): Promise<void>
}

/**
 * Starts an ECR on this machine.
 * @throws SetupError if the options or this machine do not allow it; nothing is left behind then
 */
export async function startLocalEcr(options: LocalEcrOptions): Promise<LocalEcr> {
  const accounts = options.accounts ?? ACCOUNTS
  const regions = options.regions ?? REGIONS
  checkPlaces(accounts, regions)
  makeFolder(options.dataDir)
  const undo: Undo = []
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const { backend, blobs } = await layers(options, undo)
    const hosts = new Map<string, string>()
    const scheme = options.mode === 'tls' ? 'https' : 'http'
    const hostOf = (account: string, region: string) =>
      hosts.get(`${account}/${region}`) ?? registryName(account, region)
    const store = new Store({ backend, endpoint: (...registry) => `${scheme}://${hostOf(...registry)}` })
    const service = new Service(store, options.rates === undefined ? null : new Rates(options.rates))
    undo.push(() => service.faults.clear())
    const front = new RegistryFront(service, blobs)
    const delay = options.relay ?? {}
    const parts: Parts = { accounts, regions, service, front, delay, undo }
    const { apiUrl, env } =
      options.mode === 'tls'
        ? await tlsMode(parts, options.names ?? null, options.dataDir)
        : await localhostMode(parts, hosts)
    const issued = new Map<string, Credentials>()
    return {
      mode: options.mode,
      store,
      service,
      faults: service.faults,
      requests: service.recorder.requests,
      apiUrl,
      registryHost: hostOf,
      registries: Object.fromEntries(
        accounts.flatMap((account) =>
          regions.map((region) => [`${account}/${region}`, hostOf(account, region)]),
        ),
      ),
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
          ...env,
        }
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new SetupError(
      `The folder for data cannot be made: ${(error as Error).message}. Choose another one (--data-dir).`,
    )
  }
}

/** What keeps the layers, and what answers requests for them. */
async function layers(options: LocalEcrOptions, undo: Undo) {
  if (options.registryBinary === null) {
    const backend = new MemoryBackend()
    return { backend, blobs: new MemoryBlobs(backend) }
  }
  const distribution = await Distribution.start(options.registryBinary, options.dataDir).catch(
    (error: Error) => {
      throw new SetupError(`${error.message}\nWithout --registry, layers are kept in memory.`, {
        cause: error,
      })
    },
  )
  undo.push(() => distribution.stop())
  return { backend: distribution, blobs: distribution }
}
