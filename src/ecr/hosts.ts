/**
 * Registries, accounts and regions, as they are written: the one place that has their patterns.
 *
 * A private registry has these hosts (https://docs.aws.amazon.com/general/latest/gr/ecr.html), in every partition:
 *
 * | | |
 * | --- | --- |
 * | `ACCOUNT.dkr.ecr.REGION.SUFFIX` | `amazonaws.com`, `amazonaws.com.cn`, `amazonaws.eu`, `c2s.ic.gov`, `sc2s.sgov.gov`, `cloud.adc-e.uk`, `csp.hci.ic.gov` |
 * | `ACCOUNT.dkr.ecr-fips.REGION.SUFFIX` | the same, as far as the partition has FIPS endpoints |
 * | `ACCOUNT.dkr-ecr.REGION.SUFFIX`, `ACCOUNT.dkr-ecr-fips.REGION.SUFFIX` | dual-stack: `on.aws`, `on.amazonwebservices.com.cn` |
 *
 * The suffix is left open: a partition of the future has another one, and the host that is used is the API's own.
 */
const PRIVATE_HOST = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+$/

/** The host of ECR Public, and the dual-stack one; after it come the registry's alias and the repository's name. */
const PUBLIC_URI = /^(public\.ecr\.aws|ecr-public\.aws\.com)(?:\/([^/]*)\/?(.*))?$/

/** An AWS account's id, which is its private registry's too. */
export const ACCOUNT_ID = /^\d{12}$/

/** A region's code: `ap-northeast-2`, `us-gov-west-1`, `us-isob-east-1`, `eusc-de-east-1`. */
export const REGION = /^[a-z]{2,8}(?:-[a-z]{2,16}){1,3}-\d{1,2}$/

/** Which registry is meant. */
export interface RegistryAddress {
  readonly region: string
  /** Null: that of the credentials' own account. */
  readonly registryId: string | null
}

/** `ap-northeast-2`, or `ap-northeast-2 of account 123456789012`. */
export function describeRegistry({ region, registryId }: RegistryAddress): string {
  return registryId === null ? region : `${region} of account ${registryId}`
}

/** The API of ECR Public is in one region only. https://docs.aws.amazon.com/general/latest/gr/ecr-public.html */
export const PUBLIC_REGION = 'us-east-1'

/** What the host of a private registry says. */
export interface PrivateHost {
  /** The host itself. */
  readonly host: string
  /** The account's id: 12 digits. */
  readonly registryId: string
  readonly region: string
}

/** @returns null for everything but the host of a private registry, without a port */
export function parsePrivateHost(text: string): PrivateHost | null {
  const [host, registryId, region] = PRIVATE_HOST.exec(text) ?? []
  return host === undefined || registryId === undefined || region === undefined
    ? null
    : { host, registryId, region }
}

/** The suffixes of dual-stack hosts, by those of the others: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html */
const DUAL_STACK: Readonly<Record<string, string>> = {
  'amazonaws.com': 'on.aws',
  'amazonaws.com.cn': 'on.amazonwebservices.com.cn',
}

/**
 * Whether a host that somebody has written is that of a registry, or another one of AWS's for it (FIPS, dual-stack). A
 * token must not go to any other: what looks like a host of ECR's may end in whatever domain.
 * @param said the registry's host as the API names it
 */
export function isHostOf(written: string, said: string): boolean {
  if (written === said) return true
  const [one, other] = [partsOfHost(written), partsOfHost(said)]
  if (one === null || other === null) return false
  if (one.registryId !== other.registryId || one.region !== other.region) return false
  return one.suffix === other.suffix
}

/** The suffix is that of the partition, also of a dual-stack host. */
function partsOfHost(text: string): (PrivateHost & { readonly suffix: string }) | null {
  const parsed = parsePrivateHost(text)
  if (parsed === null) return null
  const written = text.slice(text.indexOf(`.${parsed.region}.`) + parsed.region.length + 2)
  if (!/^\d{12}\.dkr-ecr/.test(text)) return { ...parsed, suffix: written }
  const [suffix] = Object.entries(DUAL_STACK).find(([, dual]) => dual === written) ?? []
  return suffix === undefined ? null : { ...parsed, suffix }
}

/** What the URI of a public repository says, as far as it goes. */
export interface PublicUri {
  readonly host: string
  /** Empty for a host alone. */
  readonly alias: string
  /** Empty if the URI ends before it. */
  readonly name: string
}

/** @returns null for everything that is not on a host of ECR Public */
export function parsePublicUri(text: string): PublicUri | null {
  const [, host, alias = '', name = ''] = PUBLIC_URI.exec(text) ?? []
  return host === undefined ? null : { host, alias, name }
}

/** Whether a host is one of ECR's, private or public. */
export function isEcrHost(host: string): boolean {
  return parsePrivateHost(host) !== null || parsePublicUri(host)?.host === host
}

/** By the beginnings of regions: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const PARTITIONS: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['us-iso-', 'aws-iso'],
  ['eu-isoe-', 'aws-iso-e'],
]

/** The partition of a region, as ARNs name it: `aws`, `aws-cn`. */
export function partitionOf(region: string): string {
  return PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws'
}

/**
 * Whether a text names a registry of ECR's, or another host that is given. The account, the region and the
 * suffix may be a variable's: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`.
 */
export function mentionsEcr(text: string, host: string | null): boolean {
  return mentionsPrivateEcr(text, host) || mentionsPublicEcr(text)
}

/** As {@link mentionsEcr}, of private registries alone. */
export function mentionsPrivateEcr(text: string, host: string | null): boolean {
  return (
    /(?<![a-z0-9-])dkr[.-]ecr(?:-fips)?(?![a-z0-9-])/i.test(text) ||
    (host !== null && host !== '' && text.includes(host))
  )
}

/** Whether a text names ECR Public. */
export function mentionsPublicEcr(text: string): boolean {
  return /(?<![a-z0-9-])(?:public\.ecr\.aws|ecr-public\.aws\.com)(?![a-z0-9-])/i.test(text)
}
