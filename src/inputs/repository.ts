import {
  ACCOUNT_ID,
  PUBLIC_REGION,
  type PublicUri,
  parsePrivateHost,
  parsePublicUri,
  REGION,
} from '../ecr/hosts.ts'
import type { Reader } from './reader.ts'

/** Where the image goes, as far as the inputs say. */
export interface RepositoryInput {
  /** The name without the registry: `team/demo-service`. */
  readonly name: string
  /** The host if `repository` was a URI. It names local images of `push: false`; pushes use the API's own. */
  readonly host: string | null
  readonly registryType: 'private' | 'public'
  /** The alias of a public registry if `repository` was a URI; the account's own registry must have it. */
  readonly alias: string | null
  /** 12 digits, or null for the registry of the credentials' own account. */
  readonly registryId: string | null
  /** Null: the SDK's own chain decides (AWS_REGION, the profile). */
  readonly region: string | null
}

// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html (repositoryName)
const REPOSITORY_NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/

const NAME_RULE =
  'a repository name is 2 to 256 lower-case letters and digits, with single dots, hyphens, underscores or slashes between them (team/demo-service)'

/** Hosts that an image is pushed to, and that could be the beginning of a name in ECR: names have dots, too. */
const FOREIGN_REGISTRIES = [
  /^(?:(?:index|registry-1)\.)?docker\.io$/,
  /^registry\.hub\.docker\.com$/,
  /^(?:ghcr|quay)\.io$/,
  /^(?:[a-z0-9-]+\.)?gcr\.io$/,
  /^[a-z0-9-]+\.pkg\.dev$/,
  /^registry\.gitlab\.com$/,
  /^mcr\.microsoft\.com$/,
  /^[a-z0-9-]+\.azurecr\.(?:io|cn|us)$/,
]

function isForeignRegistry(host: string): boolean {
  return FOREIGN_REGISTRIES.some((pattern) => pattern.test(host.toLowerCase()))
}

/** The inputs `repository`, `registry-id`, `aws-region` and `registry-type`. */
export function readRepository(reader: Reader): RepositoryInput {
  const value = reader.text('repository')
  const registryId = readRegistryId(reader)
  const region = reader.matching('aws-region', REGION, 'must be a region code, such as ap-northeast-2')
  const type = reader.choice('registry-type', ['private', 'public'])
  const rest = { alias: null, registryType: type ?? 'private' } as const
  if (value === '') {
    reader.problem('repository', '', "is required: an ECR repository's name or URI, such as demo-service")
    return { ...rest, name: '', host: null, registryId, region }
  }
  if (/^[a-z]+:\/\//i.test(value)) {
    reader.problem(
      'repository',
      value,
      'must be without https://: a name or ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME',
    )
    return { ...rest, name: '', host: null, registryId, region }
  }
  const uri = parsePublicUri(value)
  if (uri !== null || type === 'public') {
    return readPublicRepository(reader, { value, uri, type, registryId, region })
  }
  const slash = value.indexOf('/')
  const [first, name] = slash < 0 ? [value, ''] : [value.slice(0, slash), value.slice(slash + 1)]
  const registry = parsePrivateHost(first)
  if (registry === null) {
    // It would be the name of a repository, which nobody wants.
    if (/(?:^|\.)dkr[.-]ecr[.-]/.test(first)) {
      reader.problem(
        'repository',
        value,
        `${first} is no registry: ACCOUNT.dkr.ecr.REGION.amazonaws.com is one`,
      )
    } else checkName(reader, value, value)
    return { ...rest, name: value, host: null, registryId, region }
  }
  const { host } = registry
  if (name === '') reader.problem('repository', value, `is a registry; name the repository too: ${host}/NAME`)
  else checkName(reader, value, name)
  return {
    ...rest,
    name,
    host,
    registryId: agree(reader, 'registry-id', registryId, registry.registryId),
    region: agree(reader, 'aws-region', region, registry.region),
  }
}

function readRegistryId(reader: Reader): string | null {
  const value = reader.text('registry-id')
  // A number of YAML has no zeros at its beginning.
  const hint = /^\d{9,11}$/.test(value)
    ? `, and these are ${value.length}; quote it, since YAML takes a zero from the beginning of a number: registry-id: '${value.padStart(12, '0')}'`
    : ''
  return reader.matching('registry-id', ACCOUNT_ID, `an AWS account id is 12 digits${hint}`)
}

function readPublicRepository(
  reader: Reader,
  given: {
    readonly value: string
    readonly uri: PublicUri | null
    readonly type: 'private' | 'public' | null
    readonly registryId: string | null
    readonly region: string | null
  },
): RepositoryInput {
  const { value, uri, type, registryId, region } = given
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
  if (registryId !== null) {
    reader.problem(
      'registry-id',
      registryId,
      'is for private registries; ECR Public takes images into the registry of the credentials only; leave it empty',
    )
  }
  const name = uri === null ? value : uri.name
  if (uri !== null && name === '') {
    const whole = `${uri.host}/${uri.alias || 'ALIAS'}/NAME`
    reader.problem('repository', value, `is a registry; name the repository too: ${whole}`)
  } else checkName(reader, value, name)
  const { host = null, alias = null } = uri ?? {}
  return { name, host, registryType: 'public', alias, registryId, region: PUBLIC_REGION }
}

/** @param value the input, which ends with the name */
function checkName(reader: Reader, value: string, name: string): void {
  const [first = '', ...rest] = name.split('/')
  if (name.includes('@') || name.lastIndexOf(':') > name.lastIndexOf('/')) {
    reader.problem('repository', value, "must be without a tag or digest; tags go into the input 'tags'")
  } else if (!isName(name)) {
    const meant = name.toLowerCase().replace(/^\/+|\/+$/g, '')
    const hint = isName(meant) ? `; did you mean ${value.slice(0, -name.length)}${meant}?` : ''
    const rule = name.endsWith('/') ? 'ends with a slash, and a repository name does not' : NAME_RULE
    reader.problem('repository', value, rule + hint)
  } else if (value === name && rest.length > 0 && isForeignRegistry(first)) {
    reader.problem(
      'repository',
      value,
      `${first} is another registry, and the image goes to ECR: give the name of a repository in ECR, such as ${rest.join('/')}; one that is really called ${value} is given as its URI`,
    )
  }
}

function isName(name: string): boolean {
  return name.length >= 2 && name.length <= 256 && REPOSITORY_NAME.test(name)
}

/** A repository URI says account and region; the input of that name may repeat it, not contradict it. */
function agree(
  reader: Reader,
  name: 'registry-id' | 'aws-region',
  given: string | null,
  inUri: string,
): string {
  if (given !== null && given !== inUri) {
    reader.problem(name, given, `contradicts the repository URI, which says ${inUri}; give only one of them`)
  }
  return inUri
}
