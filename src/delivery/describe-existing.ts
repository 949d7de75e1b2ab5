import type { Ecr } from '../ecr/port.ts'
import type { HeldImage, Repository } from '../ecr/types.ts'
import { contentOf } from '../oci/content.ts'

/** The outputs of a build, as far as an image that was built before tells them. */
export interface KnownOfBuild {
  /** As buildx has it: the configuration's digest, or an index's own. Null if the API gives no manifest. */
  readonly imageId: string | null
  /** What buildx's metadata says of digest and names; the rest of it was known to the build alone. */
  readonly metadata: Readonly<Record<string, string>>
}

/** Reads from the existing image what a build would have reported. */
export async function describeExisting(
  ecr: Ecr,
  repository: Pick<Repository, 'name'>,
  image: Pick<HeldImage, 'digest'>,
  uris: readonly string[],
): Promise<KnownOfBuild> {
  const manifest = await ecr.readManifest(repository, image.digest)
  const config = manifest === null ? undefined : configDigest(manifest)
  return {
    imageId: manifest === null ? null : (config ?? image.digest),
    metadata: {
      ...(config === undefined ? {} : { 'containerimage.config.digest': config }),
      'containerimage.digest': image.digest,
      'image.name': uris.join(','),
    },
  }
}

/** Of an image's manifest; an index has none. */
function configDigest(manifest: string): string | undefined {
  return contentOf(manifest)?.config?.digest
}
