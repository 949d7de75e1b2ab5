import { type Descriptor, type ManifestContent, type Platform, platformIn } from './types.ts'

/** Whether a descriptor is of the configuration of an image, and not of a Helm chart, a signature or the like. */
export function isImageConfig(config: Pick<Descriptor, 'mediaType'> | undefined): boolean {
  return /^application\/vnd\.(?:oci\.image\.config\.v1|docker\.container\.image\.v1)\+json$/.test(
    config?.mediaType ?? '',
  )
}

/**
 * What a manifest that is no index is, if it is no image: the type of an artifact, such as a Helm chart's.
 * @param mediaType of the manifest
 * @returns null for an image
 */
export function artifactTypeOf({ artifactType, config }: ManifestContent, mediaType: string): string | null {
  return isImageConfig(config) ? null : (artifactType ?? config?.mediaType ?? mediaType)
}

/** The platform that an image's configuration names; null if it names none, or is no JSON. */
export function platformOfConfig(config: Uint8Array): Platform | null {
  try {
    return platformIn(JSON.parse(Buffer.from(config).toString('utf8')))
  } catch {
    return null
  }
}
