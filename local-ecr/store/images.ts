import { createHash } from 'node:crypto'
import { EcrError, invalidParameter } from './errors.ts'
import { frequencyOf } from './scan-frequency.ts'
import { signingProfilesOf } from './signing-profiles.ts'
import type { Store } from './store.ts'
import type { Image, Repository } from './types.ts'

interface Descriptor {
  readonly digest: string
  readonly size: number
  readonly mediaType?: string
  readonly urls?: readonly string[]
}

interface Manifest {
  readonly schemaVersion?: number
  readonly mediaType?: string
  readonly artifactType?: string
  readonly config?: Descriptor
  readonly layers?: readonly Descriptor[]
  readonly manifests?: readonly Descriptor[]
  readonly subject?: Descriptor
  readonly annotations?: Record<string, string>
}

/** The digest of a manifest or a blob. */
export const digestOf = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/**
 * Whether a tag cannot be moved once it exists. https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-
 * mutability.html
 */
export function isImmutable(repository: Repository, tag: string): boolean {
  const excluded = repository.exclusions.some(({ filter = '' }) =>
    new RegExp(`^${filter.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(tag),
  )
  switch (repository.mutability) {
    case 'IMMUTABLE':
      return true
    case 'IMMUTABLE_WITH_EXCLUSION':
      return !excluded
    case 'MUTABLE_WITH_EXCLUSION':
      return excluded
    default:
      return false
  }
}

/**
 * Refuses a tag that exists and is immutable. ECR does so even for the digest that the tag already has
 * (aws/containers-roadmap#2179).
 * @throws EcrError ImageTagAlreadyExistsException
 */
export function refuseTaken(repository: Repository, tag: string): void {
  if (repository.tags.has(tag) && isImmutable(repository, tag))
    throw new EcrError(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${repository.repository}' repository and cannot be overwritten because the repository is immutable.`,
    )
}

/** An image as it is pushed. */
export interface NewImage {
  readonly bytes: Uint8Array
  readonly mediaType?: string | undefined
  readonly tag?: string | undefined
  readonly digest?: string | undefined
}

/**
 * Stores a manifest and its tag after all of ECR's checks. The API and the registry both use it.
 * @throws EcrError if ECR would refuse the image
 */
export async function putImage(store: Store, repository: Repository, image: NewImage): Promise<Image> {
  const manifest = parse(image.bytes)
  const mediaType = mediaTypeOf(manifest, image.mediaType)
  const digest = digestOf(image.bytes)
  if (image.digest && image.digest !== digest)
    throw new EcrError(
      'ImageDigestDoesNotMatchException',
      `The provided image digest '${image.digest}' does not match the digest calculated from the image manifest '${digest}'`,
    )
  if (image.tag) refuseTaken(repository, image.tag)
  const before = repository.images.get(digest)
  const known =
    before ?? (await admit(store, repository, { manifest, mediaType, digest, bytes: image.bytes }))
  // Another request may have taken the tag while the layers were being looked up.
  if (image.tag) refuseTaken(repository, image.tag)
  repository.images.set(digest, known)
  // A push restores what is archived. https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
  known.status = 'ACTIVE'
  if (!before && frequencyOf(store, repository) !== 'MANUAL')
    known.scan = { asked: 0, began: store.now(), number: 1 }
  // "Signatures cannot be signed": AmazonECR/latest/userguide/managed-signing.html
  if (!before && known.subject === undefined)
    known.signing = { profiles: signingProfilesOf(store, repository), asked: 0 }
  if (image.tag) repository.tags.set(image.tag, digest)
  return known
}

function parse(bytes: Uint8Array): Manifest {
  let manifest: Manifest | undefined
  try {
    manifest = JSON.parse(Buffer.from(bytes).toString('utf8')) as Manifest
  } catch {}
  if (typeof manifest !== 'object' || manifest === null || manifest.schemaVersion !== 2)
    throw invalidParameter('imageManifest', 'Invalid JSON syntax or unsupported manifest')
  return manifest
}

function mediaTypeOf(manifest: Manifest, given: string | undefined): string {
  const type = given?.split(';')[0]?.trim()
  const own = manifest.mediaType
  if (type && own && type !== own && type !== 'application/octet-stream')
    throw invalidParameter(
      'imageManifestMediaType',
      `must match the media type in the image manifest: '${own}'`,
    )
  const guess = manifest.manifests
    ? 'application/vnd.oci.image.index.v1+json'
    : 'application/vnd.oci.image.manifest.v1+json'
  return own ?? type ?? guess
}

interface Candidate {
  readonly manifest: Manifest
  readonly mediaType: string
  readonly digest: string
  readonly bytes: Uint8Array
}

/** Checks that everything a manifest refers to is in the repository. */
async function admit(store: Store, repository: Repository, candidate: Candidate): Promise<Image> {
  const { manifest, mediaType, digest, bytes } = candidate
  const children = (manifest.manifests ?? []).map((child) => child.digest)
  const lost = children.filter((child) => !repository.images.has(child))
  if (lost.length > 0) throw missing('Images', 'ReferencedImagesNotFoundException', lost, repository)
  const layers = [...(manifest.config ? [manifest.config] : []), ...(manifest.layers ?? [])]
  const local = layers.filter((layer) => !layer.urls?.length)
  const sizes = await Promise.all(local.map((layer) => store.backend.blobSize(repository, layer.digest)))
  const absent = local.filter((_, index) => sizes[index] === undefined).map((layer) => layer.digest)
  if (absent.length > 0) throw missing('Layers', 'LayersNotFoundException', absent, repository)
  const refusal = await store.backend.putManifest(repository, digest, mediaType, bytes)
  if (refusal) throw new EcrError('InvalidParameterException', refusal.message, refusal.status)
  const childSizes = children.map((child) => repository.images.get(child)?.size ?? 0)
  const artifactType = manifest.artifactType ?? manifest.config?.mediaType
  return {
    digest,
    mediaType,
    bytes,
    // "If the image is a manifest list, this will be the max size of all manifests in the list": API_ImageDetail.html
    size: manifest.manifests ? Math.max(0, ...childSizes) : layers.reduce((sum, { size }) => sum + size, 0),
    pushedAt: store.now(),
    children,
    blobs: local.map((layer) => layer.digest),
    status: 'ACTIVE',
    ...(manifest.config?.mediaType ? { configMediaType: manifest.config.mediaType } : {}),
    ...(artifactType ? { artifactType } : {}),
    ...(manifest.subject ? { subject: manifest.subject.digest } : {}),
    ...(manifest.annotations ? { annotations: manifest.annotations } : {}),
  }
}

function missing(what: string, name: string, digests: string[], repository: Repository): EcrError {
  return new EcrError(
    name,
    `${what} with digests '[${digests.join(', ')}]' required for pushing image into repository with name '${repository.repository}' in the registry with id '${repository.account}' do not exist`,
  )
}

/** The tags of an image. */
export function tagsOf(repository: Repository, digest: string): string[] {
  return [...repository.tags].filter(([, held]) => held === digest).map(([tag]) => tag)
}

/** The images whose `subject` is this digest. */
export function referrersOf(repository: Repository, digest: string): Image[] {
  return [...repository.images.values()].filter(({ subject }) => subject === digest)
}
