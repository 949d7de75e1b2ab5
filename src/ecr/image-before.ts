import type { HeldImage } from './types.ts'

/** What tags named before a run; null if it is not known. */
export type TagsBefore = ReadonlyMap<string, HeldImage> | null

/** Tags that an image is to get. */
export interface WantedTags {
  readonly tags: readonly string[]
  /** Asked for before anything is built; never an error of its own. */
  readonly before: () => Promise<TagsBefore>
}

/** An image, and a tag that named it. */
export interface TaggedImage {
  readonly tag: string
  readonly image: HeldImage
}

/**
 * The image before a run: that of the first of its tags that named another image than this one, rather one that is not
 * archived, of which nothing can be read. Only if no tag named another one is it this very image.
 * @param digest that of this run's image; null if it is not known yet, and nothing is told apart from it
 * @returns null if no tag named an image, or what they named is not known
 */
export function imageBefore(
  tags: readonly string[],
  before: TagsBefore,
  digest: string | null,
): TaggedImage | null {
  const held = tags.flatMap((tag): TaggedImage[] => {
    const image = before?.get(tag)
    return image === undefined ? [] : [{ tag, image }]
  })
  const others = held.filter(({ image }) => image.digest !== digest)
  const candidates = others.length > 0 ? others : held
  return candidates.find(({ image }) => image.active) ?? candidates[0] ?? null
}
