import { type OpenRepository, pathOf } from '../../delivery/destination.ts'
import { explaining } from '../../delivery/explaining.ts'
import { isIndex } from '../../oci/media-types.ts'
import { isAttestation, MAX_INDEX_DEPTH } from '../../oci/types.ts'
import type { RemoteRepository } from '../../registry/copy.ts'
import { ActionError } from '../../shared/errors.ts'

/** More images than any index of a multi-platform image has. */
const MOST_IMAGES = 100

/**
 * The images that have to have provenance of their own: those in an index, without what BuildKit attests of them; of an
 * image that is no index, itself.
 * @throws ActionError if there are too many, or an index cannot be read
 */
export async function imagesToProve(
  { uri }: OpenRepository,
  { registry }: RemoteRepository,
  digests: readonly string[],
): Promise<string[]> {
  const images = new Set<string>()
  const seen = new Set<string>()
  const tooLarge = () =>
    new ActionError(
      `require-provenance: platforms=each: an index in ${uri} has more than ${MOST_IMAGES} images, or more than ${MAX_INDEX_DEPTH} indexes in each other.`,
      'leave the line platforms=each out, which asks for provenance of the index itself.',
    )
  const visit = async (digest: string, depth: number): Promise<void> => {
    if (seen.has(digest)) return
    if (depth > MAX_INDEX_DEPTH || seen.size > MOST_IMAGES) throw tooLarge()
    seen.add(digest)
    const { mediaType, content } = await explaining(`Reading ${uri}@${digest}`, () =>
      registry.manifest(pathOf({ uri }), digest),
    )
    if (!isIndex(mediaType)) {
      images.add(digest)
      return
    }
    const parts = (content.manifests ?? []).filter((entry) => !isAttestation(entry))
    // Nothing in it is nothing that has provenance.
    if (parts.length === 0) images.add(digest)
    for (const part of parts) await visit(part.digest, depth + 1)
  }
  for (const digest of digests) await visit(digest, 0)
  return [...images]
}
