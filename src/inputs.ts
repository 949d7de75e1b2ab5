import { type AfterInputs, readAfter } from './after/inputs.ts'
import type { RepositorySettings } from './ecr/settings.ts'
import { type BuildInputs, readBuild } from './inputs/build.ts'
import { parseExporter } from './inputs/exporters.ts'
import { type RoleInput, readRole } from './inputs/identity.ts'
import { type InputSource, Reader } from './inputs/reader.ts'
import { readChoice, readRepositorySettings } from './inputs/repository-settings.ts'
import { findProblems, type MetadataInputs } from './metadata/index.ts'
import { type RegistryTarget, readRegistries } from './targets.ts'

export type { BuildInputs } from './inputs/build.ts'
export type { InputSource } from './inputs/reader.ts'

/** Everything that the user asked for, checked. */
export interface Inputs {
  readonly repository: RepositoryInput
  /** More registries that the image goes to. */
  readonly registries: readonly RegistryTarget[]
  readonly createRepository: boolean
  readonly settings: RepositorySettings
  /** An existing repository is brought to the settings. */
  readonly updateRepository: boolean
  /** Null: the SDK's own chain says who calls. */
  readonly role: RoleInput | null
  readonly ifImageExists: 'push' | 'skip' | 'fail'
  /** What becomes tags, labels and annotations, once the event is known. */
  readonly metadata: MetadataInputs
  readonly build: BuildInputs
  readonly push: boolean
  /** Under no tag: for one runner of several, whose images merge/ puts together. */
  readonly pushByDigest: boolean
  readonly keepLogin: boolean
  readonly after: AfterInputs
  readonly summary: boolean
}

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
const REPOSITORY_NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/
const ACCOUNT_ID = /^\d{12}$/
const REGION = /^[a-z]{2,8}(?:-[a-z]{2,16}){1,3}-\d{1,2}$/
// `ACCOUNT.dkr.ecr.REGION.SUFFIX`, `….dkr.ecr-fips.…` and the dual-stack `ACCOUNT.dkr-ecr.REGION.on.aws`, in
// every partition: the suffix is left open, since the API returns the host that is used.
const REGISTRY_HOST = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+$/
// `public.ecr.aws/ALIAS/NAME`, and the dual-stack host of the same.
const PUBLIC_URI = /^(public\.ecr\.aws|ecr-public\.aws\.com)\/([^/]+)\/?(.*)$/

const NAME_RULE =
  'a repository name is 2 to 256 lower-case letters and digits, with single dots, hyphens, underscores or slashes between them (team/demo-service)'

/**
 * Reads and checks every input.
 * @returns the inputs, with defaults filled in and paths made absolute
 * @throws InputError with everything that is wrong, before anything has been called
 */
export function readInputs(source: InputSource): Inputs {
  const reader = new Reader(source)
  const repository = readRepository(reader)
  const metadata = readMetadata(reader)
  const wanted = reader.boolean('push', true)
  const build = readBuild(reader, wanted)
  // What is asked of the Dockerfile makes no image.
  const push = wanted && build.call === null
  const role = readRole(reader)
  const inputs: Inputs = {
    repository,
    registries: readRegistries(reader, { repository, role }),
    createRepository: reader.boolean('create-repository', true),
    settings: readRepositorySettings(reader, repository.registryType),
    updateRepository: reader.boolean('update-repository', false),
    role,
    ifImageExists: readChoice(reader, 'if-image-exists', ['push', 'skip', 'fail']) ?? 'push',
    metadata,
    build,
    push,
    pushByDigest: readPushByDigest(reader),
    keepLogin: reader.boolean('keep-login', false),
    after: readAfter(reader, { push, registryType: repository.registryType }),
    summary: reader.boolean('summary', true),
  }
  if (inputs.keepLogin && !inputs.push) {
    reader.problem('keep-login', 'true', 'needs push: true; without a push nobody logs in')
  }
  reader.finish()
  return inputs
}

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
const PUBLIC_REGION = 'us-east-1'

function readPublicRepository(
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

function checkRepositoryName(reader: Reader, value: string, name: string): void {
  if (name.includes('@') || name.lastIndexOf(':') > name.lastIndexOf('/')) {
    reader.problem('repository', value, "must be without a tag or digest; tags go into the input 'tags'")
  } else if (name.length < 2 || name.length > 256 || !REPOSITORY_NAME.test(name)) {
    const upper = name.toLowerCase()
    const hint = upper !== name && REPOSITORY_NAME.test(upper) ? `; did you mean ${upper}?` : ''
    reader.problem('repository', value, NAME_RULE + hint)
  }
}

function readMatching(reader: Reader, name: string, pattern: RegExp, message: string): string | null {
  const value = reader.text(name)
  if (value === '') return null
  if (!pattern.test(value)) {
    reader.problem(name, value, message)
    return null
  }
  return value
}

/** A repository URI says account and region; the input of that name may repeat it, not contradict it. */
function agree(reader: Reader, name: string, given: string | null, inUri: string): string {
  if (given !== null && given !== inUri) {
    reader.problem(name, given, `contradicts the repository URI, which says ${inUri}; give only one of them`)
  }
  return inUri
}

export function readMetadata(reader: Reader): MetadataInputs {
  const metadata = {
    tags: reader.lines('tags'),
    flavor: reader.lines('flavor'),
    labels: reader.list('labels', { commas: false }),
    annotations: reader.list('annotations', { commas: false }),
  }
  for (const { input, value, message } of findProblems(metadata)) reader.problem(input, value, message)
  return metadata
}

/** An image without a tag has no tags that could be there already, and one way to the registry. */
function readPushByDigest(reader: Reader): boolean {
  const value = reader.boolean('push-by-digest', false)
  if (!value) return false
  const refuse = (input: string, message: string) => {
    const given = reader.text(input)
    if (given !== '') reader.problem(input, given, message)
  }
  refuse('tags', 'goes with an image that has tags; with push-by-digest give the tags to the merge action')
  refuse('flavor', 'is about tags, which push-by-digest has none of')
  if (!/^(?:push)?$/.test(reader.text('if-image-exists'))) {
    refuse('if-image-exists', 'asks for tags, which push-by-digest has none of')
  }
  for (const output of reader.list('outputs', { commas: 'raw' })) {
    if (/^(?:image|registry)$/.test(parseExporter(output)?.type ?? '')) {
      reader.problem('outputs', output, 'is another way to push; leave it out with push-by-digest')
    }
  }
  return true
}
