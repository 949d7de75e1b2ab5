import type { Reader } from './reader.ts'
import { readChoice } from './repository-settings.ts'

/** Where the image goes, as far as the inputs say. */
export interface RepositoryInput {
  /** The name without the registry: `team/demo-service`. */
  readonly name: string
  /** The host where `repository` was a URI. It names local images of `push: false`; pushes use the API's own. */
  readonly host: string | null
  readonly registryType: 'private' | 'public'
  /** The alias of a public registry where `repository` was a URI; the account's own registry must have it. */
  readonly alias: string | null
  /** 12 digits, or null for the registry of the credentials' own account. */
  readonly registryId: string | null
  /** Null: the SDK's own chain decides (AWS_REGION, the profile). */
  readonly region: string | null
}

// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html (repositoryName)
export const REPOSITORY_NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/

export const ACCOUNT_ID = /^\d{12}$/

export const REGION = /^[a-z]{2,8}(?:-[a-z]{2,16}){1,3}-\d{1,2}$/

// `ACCOUNT.dkr.ecr.REGION.SUFFIX`, `….dkr.ecr-fips.…` and the dual-stack `ACCOUNT.dkr-ecr.REGION.on.aws`, in
// every partition: the suffix is left open, since the API returns the host that is used.
export const REGISTRY_HOST = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+$/

// `public.ecr.aws/ALIAS/NAME`, and the dual-stack host of the same.
export const PUBLIC_URI = /^(public\.ecr\.aws|ecr-public\.aws\.com)\/([^/]+)\/?(.*)$/

export const NAME_RULE =
  'a repository name is 2 to 256 lower-case letters and digits, with single dots, hyphens, underscores or slashes between them (team/demo-service)'

export function readRepository(reader: Reader): RepositoryInput {
  const value = reader.text('repository')
  let registryId = readMatching(reader, 'registry-id', ACCOUNT_ID, 'an AWS account id is 12 digits')
  let region = readMatching(reader, 'aws-region', REGION, 'must be a region code, such as ap-northeast-2')
  const type = readChoice(reader, 'registry-type', ['private', 'public'])
  const rest = { alias: null, registryType: type ?? 'private' } as const
  const missing = { ...rest, name: '', host: null, registryId, region }
  if (value === '') {
    reader.problem('repository', '', "is required: an ECR repository's name or URI, such as demo-service")
    return missing
  }
  if (/^[a-z]+:\/\//i.test(value)) {
    reader.problem(
      'repository',
      value,
      'must be without https://: a name or ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME',
    )
    return missing
  }
  const ofPublic = PUBLIC_URI.exec(value)
  if (ofPublic !== null || type === 'public') {
    return readPublicRepository(reader, { value, match: ofPublic, type, registryId, region })
  }
  const slash = value.indexOf('/')
  const match = REGISTRY_HOST.exec(slash < 0 ? value : value.slice(0, slash))
  let name = value
  let host: string | null = null
  if (match !== null) {
    host = match[0]
    name = slash < 0 ? '' : value.slice(slash + 1)
    registryId = agree(reader, 'registry-id', registryId, match[1] as string)
    region = agree(reader, 'aws-region', region, match[2] as string)
  }
  checkRepositoryName(reader, value, name)
  return { ...rest, name, host, registryId, region }
}

/** The API of ECR Public is in one region only; https://docs.aws.amazon.com/general/latest/gr/ecr-public.html */
export const PUBLIC_REGION = 'us-east-1'

export function readPublicRepository(
  reader: Reader,
  given: {
    readonly value: string
    readonly match: RegExpExecArray | null
    readonly type: 'private' | 'public' | null
    readonly registryId: string | null
    readonly region: string | null
  },
): RepositoryInput {
  const { value, match, type, registryId, region } = given
  if (type === 'private') {
    reader.problem(
      'registry-type',
      type,
      `contradicts the repository URI, which is that of a public registry`,
    )
  }
  if (region !== null && region !== PUBLIC_REGION) {
    reader.problem('aws-region', region, `ECR Public has its API in ${PUBLIC_REGION} only; leave it empty`)
  }
  const name = match === null ? value : (match[3] ?? '')
  checkRepositoryName(reader, value, name)
  return {
    name,
    host: match?.[1] ?? null,
    registryType: 'public',
    alias: match?.[2] ?? null,
    registryId,
    region: PUBLIC_REGION,
  }
}

export function checkRepositoryName(reader: Reader, value: string, name: string): void {
  if (name.includes('@') || name.lastIndexOf(':') > name.lastIndexOf('/')) {
    reader.problem('repository', value, "must be without a tag or digest; tags go into the input 'tags'")
  } else if (name.length < 2 || name.length > 256 || !REPOSITORY_NAME.test(name)) {
    const upper = name.toLowerCase()
    const hint = upper !== name && REPOSITORY_NAME.test(upper) ? `; did you mean ${upper}?` : ''
    reader.problem('repository', value, NAME_RULE + hint)
  }
}

export function readMatching(reader: Reader, name: string, pattern: RegExp, message: string): string | null {
  const value = reader.text(name)
  if (value === '') return null
  if (!pattern.test(value)) {
    reader.problem(name, value, message)
    return null
  }
  return value
}

/** A repository URI says account and region; the input of that name may repeat it, not contradict it. */
export function agree(reader: Reader, name: string, given: string | null, inUri: string): string {
  if (given !== null && given !== inUri) {
    reader.problem(name, given, `contradicts the repository URI, which says ${inUri}; give only one of them`)
  }
  return inUri
}
