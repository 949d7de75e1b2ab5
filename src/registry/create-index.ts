import { isIndex, OCI_INDEX } from '../oci/media-types.ts'
import { type Descriptor, digestOf, isAttestation, type Manifest, type Platform } from '../oci/types.ts'
import type { Registry } from './client.ts'
import { platformImages } from './platforms.ts'

/** What one digest adds to an index: an image, or the images and attestations of an index. */
export interface IndexPart {
  readonly digest: string
  readonly descriptors: readonly Descriptor[]
  /** Of its images; empty if an image does not say its platform. */
  readonly platforms: readonly Platform[]
}

/** @throws RegistryError with the status 404 if the digest does not exist, or another one if it cannot be read */
export async function readIndexPart(
  registry: Registry,
  repository: string,
  digest: string,
): Promise<IndexPart> {
  const manifest = await registry.manifest(repository, digest)
  if (isIndex(manifest.mediaType)) {
    const descriptors = manifest.content.manifests ?? []
    const images = descriptors.filter((child) => !isAttestation(child))
    // One image without a platform makes the whole part one without: it must not go unnoticed beside the others.
    const platforms = images.flatMap(({ platform }) => platform ?? [])
    return { digest, descriptors, platforms: platforms.length < images.length ? [] : platforms }
  }
  const images = await platformImages(registry, repository, manifest)
  const platforms = images.map(({ platform }) => platform)
  const [platform] = platforms
  const descriptor = { mediaType: manifest.mediaType, digest, size: manifest.bytes.length }
  return {
    digest,
    platforms,
    descriptors: [platform === undefined ? descriptor : { ...descriptor, platform }],
  }
}

/**
 * The index of the parts, in their order. The same parts and annotations give the same bytes, so a second run creates
 * nothing new.
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 */
export function createIndex(
  parts: readonly IndexPart[],
  annotations: Readonly<Record<string, string>>,
): Pick<Manifest, 'bytes' | 'digest' | 'mediaType'> {
  const content = {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: parts.flatMap(({ descriptors }) => descriptors),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  }
  const bytes = Buffer.from(JSON.stringify(content, null, 2))
  return { bytes, digest: digestOf(bytes), mediaType: OCI_INDEX }
}
