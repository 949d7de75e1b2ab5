import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates } from 'node:tls'
import { PUBLIC_HOST } from '../registry/public.ts'
import { registryName } from '../store/store.ts'
import { claimHosts } from './hosts.ts'
import { type Certificates, makeCertificates } from './tls.ts'

export const ACCOUNTS = ['123456789012', '210987654321'] as const
export const REGIONS = ['ap-northeast-2', 'us-east-1', 'eu-west-1'] as const

/** ECR's own host names, on a loopback address, with certificates that clients and engines trust. */
export interface Names {
  readonly address: string
  readonly apiHosts: readonly string[]
  readonly certificates: Certificates
  /** Files for clients: the authority alone, and together with those of the machine. */
  readonly ca: string
  readonly bundle: string
}

const address = '127.0.77.1'

/**
 * Claims ECR's host names on this machine, until it is released or the process ends. A claim may outlive many
 * local ECRs, and had best be made before an engine starts: engines look at /etc/hosts every few seconds only, and
 * older ones at certs.d only once.
 * @param folder where the files for clients are put; {@link readNames} reads them in another process
 */
export async function claimNames(
  folder: string,
  accounts: readonly string[] = ACCOUNTS,
  regions: readonly string[] = REGIONS,
): Promise<{ readonly folder: string; release(): void }> {
  const registryHosts = [
    ...accounts.flatMap((account) => regions.map((region) => registryName(account, region))),
    PUBLIC_HOST,
  ]
  const apiHosts = [
    ...regions.flatMap((region) => [`api.ecr.${region}.amazonaws.com`, `sts.${region}.amazonaws.com`]),
    'api.ecr-public.us-east-1.amazonaws.com',
  ]
  const certificates = await makeCertificates([...registryHosts, ...apiHosts])
  mkdirSync(folder, { recursive: true })
  const [ca, bundle] = [join(folder, 'ca.pem'), join(folder, 'ca-bundle.pem')]
  writeFileSync(ca, certificates.ca)
  // Clients that replace their authorities by a file still reach the rest of the world with this one.
  const roots = new Set([...getCACertificates('bundled'), ...getCACertificates('system')])
  writeFileSync(bundle, [...roots, certificates.ca].join('\n'))
  const names: Names = { address, apiHosts, certificates, ca, bundle }
  writeFileSync(join(folder, 'names.json'), JSON.stringify(names), { mode: 0o600 })
  const undo = claimHosts({ address, apiHosts, registryHosts, ca: certificates.ca })
  process.once('exit', undo)
  return {
    folder,
    release() {
      process.off('exit', undo)
      undo()
    },
  }
}

/** What a claim has put into its folder. */
export function readNames(folder: string): Names {
  return JSON.parse(readFileSync(join(folder, 'names.json'), 'utf8')) as Names
}
