import { ActionError } from '../shared/errors.ts'
import { LIMITS } from '../shared/limits.ts'
import { together } from '../shared/together.ts'
import { isIndex } from './media-types.ts'
import { fullPlatformName } from './platform-names.ts'
import { type Descriptor, isAttestation, type ManifestContent } from './types.ts'

/**
 * The images of an index, also those of indexes in it, without attestations: the entries in their order, one for each
 * digest and platform. Whoever may push writes indexes, also such that list the same ones over and over: each digest is
 * read once, and how many there may be has a limit.
 * @param index its digest and content
 * @param read gets the digest of an index in it
 * @throws ActionError if there are more images or indexes than the limit, or more indexes in each other
 * @throws what `read` throws
 */
export async function imagesOfIndex(
  index: { readonly digest: string; readonly content: ManifestContent },
  read: (digest: string) => Promise<ManifestContent>,
): Promise<Descriptor[]> {
  const entries = new Map([[index.digest, listedIn(index.content)]])
  let level = [index.digest]
  for (let depth = 0; ; depth++) {
    const inner = level
      .flatMap((digest) => entries.get(digest) ?? [])
      .filter(({ mediaType }) => isIndex(mediaType))
    level = [...new Set(inner.map(({ digest }) => digest))].filter((digest) => !entries.has(digest))
    if (level.length === 0) break
    if (depth >= LIMITS.indexDepth || entries.size + level.length > LIMITS.indexImages) throw tooLarge()
    const contents = await together(level.map(read))
    for (const [at, digest] of level.entries()) entries.set(digest, listedIn(contents[at] as ManifestContent))
  }
  return imagesIn(entries, index.digest)
}

/** Without attestations; the first entry of each digest and platform. */
function listedIn({ manifests = [] }: ManifestContent): Descriptor[] {
  return [...addNew(manifests.filter((entry) => !isAttestation(entry))).values()]
}

/**
 * The images under an index, in the order of the entries.
 * @param entries by digest of an index
 */
function imagesIn(entries: ReadonlyMap<string, readonly Descriptor[]>, from: string): Descriptor[] {
  const images = new Map<string, Descriptor>()
  const visited = new Set<string>()
  const within = new Set<string>()
  const visit = (digest: string): void => {
    // No digest is that of bytes that name it.
    if (within.has(digest)) throw tooLarge()
    if (visited.has(digest)) return
    visited.add(digest)
    within.add(digest)
    for (const entry of entries.get(digest) ?? []) {
      if (isIndex(entry.mediaType)) visit(entry.digest)
      else addNew([entry], images)
    }
    within.delete(digest)
  }
  visit(from)
  return [...images.values()]
}

/** Adds the first entry of each digest and platform to those that are there. */
function addNew(
  entries: readonly Descriptor[],
  to: Map<string, Descriptor> = new Map(),
): Map<string, Descriptor> {
  for (const entry of entries) {
    const { digest, platform } = entry
    const key = `${digest} ${platform === undefined ? '' : fullPlatformName(platform)}`
    if (!to.has(key)) to.set(key, entry)
    if (to.size > LIMITS.indexImages) throw tooLarge()
  }
  return to
}

const tooLarge = () =>
  new ActionError(
    `It is an index with more than ${LIMITS.indexImages} images, as many indexes in it, or more than ${LIMITS.indexDepth} in each other.`,
    'see who has pushed it: no image for several platforms has as many.',
  )
