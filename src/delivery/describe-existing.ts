import type { Manifest } from '../oci/types.ts'

/** The outputs of a build, as far as an image that was built before tells them. */
export interface KnownOfBuild {
  /** As buildx has it: the configuration's digest, or an index's own. */
  readonly imageId: string
  /** What buildx's metadata says of digest and names; the rest of it was known to the build alone. */
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Tells from the existing image what a build would have reported.
 * @param uris under which it is known
 */
export function describeExisting(
  { digest, content: { config } }: Pick<Manifest, 'digest' | 'content'>,
  uris: readonly string[],
): KnownOfBuild {
  return {
    imageId: config?.digest ?? digest,
    metadata: {
      ...(config === undefined ? {} : { 'containerimage.config.digest': config.digest }),
      'containerimage.digest': digest,
      'image.name': uris.join(','),
    },
  }
}
