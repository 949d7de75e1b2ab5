import { isIndex } from '../oci/media-types.ts'
import {
  type Descriptor,
  isAttestation,
  type Manifest,
  type Platform,
  platformIn,
  platformName,
} from '../oci/types.ts'
import type { Registry } from './client.ts'

/** The manifest of one platform's image. */
export interface PlatformManifest {
  readonly platform: Platform
  readonly digest: string
}

/**
 * The images of an index with their platforms, without attestations. If the manifest is not an index, itself.
 * @throws RegistryError if the image's configuration cannot be read
 */
export async function platformImages(
  registry: Registry,
  repository: string,
  manifest: Manifest,
): Promise<PlatformManifest[]> {
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

/** The platform in an image's configuration; null if it has none, as in an artifact. */
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
export function platformDigests(images: readonly PlatformManifest[]): Record<string, string> {
  return Object.fromEntries(images.map(({ platform, digest }) => [platformName(platform), digest]))
}
