import { isImageConfig, platformOfConfig } from '../oci/image-config.ts'
import { isIndex } from '../oci/media-types.ts'
import { platformNames } from '../oci/platform-names.ts'
import { isAttestation, MAX_INDEX_DEPTH, type Manifest, type Platform } from '../oci/types.ts'
import type { Registry } from './client.ts'
import { RegistryError } from './errors.ts'

/** The manifest of one platform's image. */
export interface PlatformManifest {
  readonly platform: Platform
  readonly digest: string
}

/**
 * The images of an index with their platforms, also those of indexes in it, without attestations. If the manifest is
 * not an index: itself, or nothing if its configuration says no platform.
 * @throws RegistryError if the image's configuration or an index cannot be read
 */
export async function platformImages(
  registry: Registry,
  repository: string,
  manifest: Manifest,
  depth = 0,
): Promise<PlatformManifest[]> {
  const { mediaType, content, digest } = manifest
  if (depth > MAX_INDEX_DEPTH) throw new RegistryError(`${digest}: an index in too many other indexes`)
  if (!isIndex(mediaType)) {
    const platform = await platformOfImage(registry, repository, manifest)
    return platform === null || isAttestation({ platform }) ? [] : [{ platform, digest }]
  }
  const images = (content.manifests ?? []).map(async (child): Promise<PlatformManifest[]> => {
    if (isAttestation(child)) return []
    if (isIndex(child.mediaType)) {
      const inner = await registry.manifest(repository, child.digest)
      return platformImages(registry, repository, inner, depth + 1)
    }
    return child.platform === undefined ? [] : [{ platform: child.platform, digest: child.digest }]
  })
  return (await Promise.all(images)).flat()
}

/**
 * Reads the platform of an image that is not an index from its configuration.
 * @returns null if the configuration says none, or is not that of an image
 */
export async function platformOfImage(
  registry: Registry,
  repository: string,
  { content: { config } }: Manifest,
): Promise<Platform | null> {
  if (config === undefined || !isImageConfig(config)) return null
  return platformOfConfig(await registry.readBlob(repository, config))
}

/**
 * The output `platform-digests`: `{"linux/amd64":"sha256:…"}`, and full names for platforms that would share a name.
 * Of two images for the very same platform it has the first, as that is the one that containerd pulls.
 */
export function platformDigests(images: readonly PlatformManifest[]): Record<string, string> {
  const names = platformNames(images.map(({ platform }) => platform))
  const digests = new Map<string, string>()
  images.forEach(({ digest }, at) => {
    const name = names[at] as string
    if (!digests.has(name)) digests.set(name, digest)
  })
  return Object.fromEntries(digests)
}
