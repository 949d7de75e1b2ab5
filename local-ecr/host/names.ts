import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates } from 'node:tls'
import { PUBLIC_HOST } from '../registry/public.ts'
import { registryName } from '../store/names.ts'
import { claimHosts } from './hosts.ts'
import { ACCOUNTS, checkPlaces, REGIONS } from './options.ts'
import type { Certificates } from './tls.ts'

/** ECR's own host names on a loopback address, with a certificate for them. */
export interface Names {
  readonly address: string
  readonly apiHosts: readonly string[]
  readonly certificates: Certificates
  /** Files for clients: the certificate authority alone, and together with those of the machine. */
  readonly ca: string
  readonly bundle: string
}

/** The loopback address that ECR's host names get. */
export const ADDRESS = '127.0.77.1'

/** ECR's own host names of these accounts and regions: of the registries, and of the APIs. */
export function namesOf(accounts: readonly string[], regions: readonly string[]) {
  const registryHosts = accounts.flatMap((account) => regions.map((region) => registryName(account, region)))
  const apiHosts = regions.flatMap((region) => [
    `api.ecr.${region}.amazonaws.com`,
    `sts.${region}.amazonaws.com`,
  ])
  return {
    registryHosts: [...registryHosts, PUBLIC_HOST],
    apiHosts: [...apiHosts, 'api.ecr-public.us-east-1.amazonaws.com'],
  }
}

/**
 * Claims ECR's host names on this machine, until they are released or the process ends. One claim serves several local
 * ECRs, one after the other. Claim them before an engine starts: engines read /etc/hosts every few seconds only, and
 * older engines read certs.d only once.
 * @param folder gets the files for clients, which {@link readNames} reads, in another process too
 * @throws SetupError if the names cannot be claimed
 */
export async function claimNames(
  folder: string,
  accounts: readonly string[] = ACCOUNTS,
  regions: readonly string[] = REGIONS,
): Promise<{ readonly folder: string; release(): void }> {
  checkPlaces(accounts, regions)
  const { registryHosts, apiHosts } = namesOf(accounts, regions)
  // Loaded here, because nothing else needs the library behind it.
  const { makeCertificates } = await import('./tls.ts')
  const certificates = await makeCertificates([...registryHosts, ...apiHosts])
  mkdirSync(folder, { recursive: true })
  const [ca, bundle] = [join(folder, 'ca.pem'), join(folder, 'ca-bundle.pem')]
  writeFileSync(ca, certificates.ca)
  // A client that gets this file instead of its own authorities can still reach other hosts.
  const roots = new Set([...getCACertificates('bundled'), ...getCACertificates('system')])
  writeFileSync(bundle, [...roots, certificates.ca].join('\n'))
  const names: Names = { address: ADDRESS, apiHosts, certificates, ca, bundle }
  writeFileSync(join(folder, 'names.json'), JSON.stringify(names), { mode: 0o600 })
  const undo = claimHosts({ address: ADDRESS, apiHosts, registryHosts, ca: certificates.ca })
  process.once('exit', undo)
  return {
    folder,
    release() {
      process.off('exit', undo)
      undo()
    },
  }
}

/** Reads what {@link claimNames} wrote into its folder. */
export function readNames(folder: string): Names {
  return JSON.parse(readFileSync(join(folder, 'names.json'), 'utf8')) as Names
}
