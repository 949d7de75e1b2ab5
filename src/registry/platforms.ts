import {
  type Descriptor,
  isAttestation,
  isIndex,
  type Manifest,
  type Platform,
  platformIn,
  platformName,
} from '../oci/types.ts'
import type { Registry } from './client.ts'

/** One platform's image. */
export interface PlatformImage {
  readonly platform: Platform
  readonly digest: string
}

/**
 * The images of an index, or the one that the manifest is, with their platforms. Attestations are none.
 * @throws RegistryError where the image's configuration cannot be read
 */
export async function platformImages(
  registry: Registry,
  repository: string,
  manifest: Manifest,
): Promise<PlatformImage[]> {
  const { mediaType, content, digest } = manifest
  if (isIndex(mediaType)) {
    return (content.manifests ?? []).flatMap((child) =>
      child.platform === undefined || isAttestation(child)
        ? []
        : [{ platform: child.platform, digest: child.digest }],
    )
  }
  if (content.config === undefined) return []
  const platform = await configuredPlatform(registry, repository, content.config)
  return platform === null ? [] : [{ platform, digest }]
}

/** What an image's configuration says of its platform; null where it says nothing, as an artifact's does. */
async function configuredPlatform(
  registry: Registry,
  repository: string,
  config: Descriptor,
): Promise<Platform | null> {
  if (
    !/^application\/vnd\.(?:oci\.image\.config\.v1|docker\.container\.image\.v1)\+json$/.test(
      config.mediaType,
    )
  ) {
    return null
  }
  const bytes = await registry.readBlob(repository, config)
  return platformIn(jsonIn(bytes))
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return null
  }
}

/** `{"linux/amd64":"sha256:…"}` */
export function platformDigests(images: readonly PlatformImage[]): Record<string, string> {
  return Object.fromEntries(images.map(({ platform, digest }) => [platformName(platform), digest]))
}
