import { isImageConfig, platformOfConfig } from '../oci/image-config.ts'
import { imagesOfIndex } from '../oci/index-images.ts'
import { isIndex } from '../oci/media-types.ts'
import { platformNames } from '../oci/platform-names.ts'
import { type Descriptor, isAttestation, type Manifest, type Platform } from '../oci/types.ts'
import type { Registry } from './client.ts'

/** The manifest of one platform's image. */
export interface PlatformManifest {
  readonly platform: Platform
  readonly digest: string
}

/**
 * The images of an index with their platforms, also those of indexes in it, without attestations. If the manifest is
 * not an index: itself, or nothing if its configuration says no platform.
 * @param readConfig how a configuration is read, if others read it as well
 * @throws RegistryError if the image's configuration or an index cannot be read
 * @throws ActionError if an index has more in it than any image has
 */
export async function platformImages(
  registry: Registry,
  repository: string,
  manifest: Manifest,
  readConfig = configIn(registry, repository),
): Promise<PlatformManifest[]> {
  const { mediaType, content, digest } = manifest
  if (!isIndex(mediaType)) {
    const platform = await platformOfImage(registry, repository, manifest, readConfig)
    return platform === null || isAttestation({ platform }) ? [] : [{ platform, digest }]
  }
  const images = await imagesOfIndex(
    { digest, content },
    async (inner) => (await registry.manifest(repository, inner)).content,
  )
  return images.flatMap((image) =>
    image.platform === undefined ? [] : [{ platform: image.platform, digest: image.digest }],
  )
}

/**
 * Reads the platform of an image that is not an index from its configuration.
 * @returns null if the configuration says none, or is not that of an image
 */
export async function platformOfImage(
  registry: Registry,
  repository: string,
  { content: { config } }: Manifest,
  readConfig = configIn(registry, repository),
): Promise<Platform | null> {
  if (config === undefined || !isImageConfig(config)) return null
  return platformOfConfig(await readConfig(config))
}

const configIn =
  (registry: Registry, repository: string) =>
  (config: Descriptor): Promise<Uint8Array> =>
    registry.readBlob(repository, config)

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
