import { type GitHub, imageMetadata } from '../metadata/describe.ts'
import type { ImageMetadata, MetadataInputs } from '../metadata/index.ts'
import { InputError } from '../shared/errors.ts'
import { tellInFew } from '../shared/in-few.ts'

/**
 * The tags, labels and annotations of an image that needs a tag; tells of what is doubtful about them.
 * @param context what the image is built from, as {@link imageMetadata} takes it; null if it is not built here
 * @throws InputError if no rule gives a tag for this event
 */
export async function describeTagged(
  inputs: MetadataInputs,
  world: {
    readonly github: GitHub
    readonly warn: (line: string) => void
    readonly log: (line: string) => void
  },
  context: string | null = null,
): Promise<ImageMetadata> {
  const image = await imageMetadata(inputs, world.github, context)
  warnOfMetadata(image, world)
  if (image.tags.length > 0) return image
  const message =
    'no rule gives a tag for this event, and an image cannot be pushed without one; add one that always does, such as type=sha'
  throw new InputError([{ input: 'tags', value: '', message }])
}

/** Tells of what is doubtful about the tags, labels and annotations of an image. */
export function warnOfMetadata(
  { warnings, tagWarnings }: Pick<ImageMetadata, 'warnings' | 'tagWarnings'>,
  { warn, log }: { readonly warn: (line: string) => void; readonly log: (line: string) => void },
): void {
  tellInFew(warnings, warn, log)
  tellInFew(tagWarnings, warn, log)
}
