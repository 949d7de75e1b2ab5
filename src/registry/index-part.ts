import { artifactTypeOf } from '../oci/image-config.ts'
import { isIndex } from '../oci/media-types.ts'
import {
  type Descriptor,
  isAttestation,
  type Manifest,
  type ManifestContent,
  type Platform,
  platformName,
} from '../oci/types.ts'
import { ActionError } from '../shared/errors.ts'
import type { Registry } from './client.ts'
import { platformOfImage } from './platforms.ts'

/** What one digest adds to an index: an image, or the images and attestations of another index. */
export interface IndexPart {
  readonly digest: string
  readonly descriptors: readonly Descriptor[]
  /** Of its images, one for each. */
  readonly platforms: readonly Platform[]
}

/**
 * Reads a manifest that is to become a part of an index.
 * @throws RegistryError if the digest does not exist (with the status 404), or cannot be read
 * @throws ActionError if it is neither an image for a platform nor an index of such images; it says what it is
 */
export async function readIndexPart(
  registry: Registry,
  repository: string,
  digest: string,
): Promise<IndexPart> {
  const manifest = await registry.manifest(repository, digest)
  const part = isIndex(manifest.mediaType)
    ? partOfIndex(manifest)
    : await partOfImage(registry, repository, manifest)
  if (typeof part !== 'string') return part
  throw new ActionError(
    `${registry.displayUri(repository)}@${digest} ${part}.`,
    'give the digests of images, as push-by-digest put them out.',
  )
}

/** @returns what it is, if it cannot be a part */
function partOfIndex({ digest, content }: Manifest): IndexPart | string {
  const descriptors = content.manifests ?? []
  const images = descriptors.filter((child) => !isAttestation(child))
  if (images.length === 0) return 'is an index without images'
  const inner = images.find(({ mediaType }) => isIndex(mediaType))
  if (inner !== undefined) return `is an index that contains another index, ${inner.digest}`
  const unnamed = images.find(({ platform }) => platform === undefined)
  if (unnamed !== undefined) return `is an index that does not say the platform of ${unnamed.digest}`
  return { digest, descriptors, platforms: images.flatMap(({ platform }) => platform ?? []) }
}

/** @returns what it is, if it cannot be a part */
async function partOfImage(
  registry: Registry,
  repository: string,
  manifest: Manifest,
): Promise<IndexPart | string> {
  const { digest, mediaType, bytes, content } = manifest
  if (isAttestationManifest(content)) return 'is an attestation (provenance or SBOM), and not an image'
  const type = artifactTypeOf(content, mediaType)
  if (type !== null) return `is an artifact of the type '${type}', and not an image`
  const platform = await platformOfImage(registry, repository, manifest)
  if (platform === null) return 'is for no platform: its configuration does not say one'
  if (platform.os === 'unknown' || platform.architecture === 'unknown') {
    return `is for no platform: its configuration says '${platformName(platform)}'`
  }
  return { digest, platforms: [platform], descriptors: [{ mediaType, digest, size: bytes.length, platform }] }
}

/**
 * Whether a manifest is an attestation of BuildKit's itself. The marks of isAttestation are in the index only.
 * https://docs.docker.com/build/metadata/attestations/attestation-storage/
 */
function isAttestationManifest({ artifactType, layers = [] }: ManifestContent): boolean {
  if (artifactType === 'application/vnd.docker.attestation.manifest.v1+json') return true
  return layers.length > 0 && layers.every(({ mediaType }) => mediaType.startsWith('application/vnd.in-toto'))
}
