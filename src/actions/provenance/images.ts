import { type OpenRepository, pathOf } from '../../delivery/destination.ts'
import { explaining } from '../../delivery/explaining.ts'
import { isIndex } from '../../oci/media-types.ts'
import type { Descriptor } from '../../oci/types.ts'
import type { RemoteRepository } from '../../registry/copy.ts'
import { ActionError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'

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
  let marked = 0
  const tooLarge = () =>
    new ActionError(
      `require-provenance: platforms=each: an index in ${uri} has more than ${LIMITS.indexImages} images, more than ${LIMITS.indexImages} attestations of BuildKit's, or more than ${LIMITS.indexDepth} indexes in each other.`,
      'leave the line platforms=each out, which asks for provenance of the index itself.',
      { page: 'trust.md#what-is-required' },
    )
  const visit = async (digest: string, depth: number): Promise<void> => {
    if (seen.has(digest)) return
    if (depth > LIMITS.indexDepth || seen.size > LIMITS.indexImages) throw tooLarge()
    seen.add(digest)
    const { mediaType, content } = await explaining(`Reading ${uri}@${digest}`, () =>
      registry.manifest(pathOf({ uri }), digest),
    )
    if (!isIndex(mediaType)) {
      images.add(digest)
      return
    }
    const parts: Descriptor[] = []
    for (const entry of content.manifests ?? []) if (!(await isOnlyAttestation(entry))) parts.push(entry)
    // Nothing in it is nothing that has provenance; and what is an image as well, some tools run as one.
    const isImageToo = content.config !== undefined || content.layers !== undefined
    if (parts.length === 0 || isImageToo) images.add(digest)
    for (const part of parts) await visit(part.digest, depth + 1)
  }
  /**
   * Whether nobody runs an entry. What chooses an image for a machine looks at the platform alone, and whoever may push
   * can put the marks of an attestation on any image: here, each of them counts, and what the entry holds.
   */
  const isOnlyAttestation = async (entry: Descriptor): Promise<boolean> => {
    const { annotations, platform } = entry
    const isMarked =
      annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' &&
      platform?.os === 'unknown' &&
      platform.architecture === 'unknown'
    if (!isMarked) return false
    // BuildKit has one for each image.
    if (++marked > LIMITS.indexImages) throw tooLarge()
    const { mediaType, content } = await explaining(`Reading ${uri}@${entry.digest}`, () =>
      registry.manifest(pathOf({ uri }), entry.digest),
    )
    const layers = content.layers ?? []
    return (
      !isIndex(mediaType) &&
      layers.length > 0 &&
      layers.every((layer) => layer.mediaType === 'application/vnd.in-toto+json')
    )
  }
  for (const digest of digests) await visit(digest, 0)
  return [...images]
}
