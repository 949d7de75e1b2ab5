import {
  type Descriptor,
  digestOf,
  isAttestation,
  isIndex,
  type Manifest,
  OCI_INDEX,
  type Platform,
} from '../oci/types.ts'
import type { Registry } from './client.ts'
import { platformImages } from './platforms.ts'

/** What one digest gives to an index: an image, or the images and attestations of an index of its own. */
export interface Part {
  readonly digest: string
  readonly descriptors: readonly Descriptor[]
  /** Of its images; none where the configuration does not say. */
  readonly platforms: readonly Platform[]
}

/** @throws RegistryError where the digest is not there, or cannot be read */
export async function readPart(registry: Registry, repository: string, digest: string): Promise<Part> {
  const manifest = await registry.manifest(repository, digest)
  if (isIndex(manifest.mediaType)) {
    const descriptors = manifest.content.manifests ?? []
    const images = descriptors.filter((child) => !isAttestation(child))
    // An image whose descriptor says no platform would hide behind those that do.
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
 * The index over the parts, in their order. The same parts and annotations give the same bytes, so that a second run
 * makes nothing new.
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 */
export function makeIndex(
  parts: readonly Part[],
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
