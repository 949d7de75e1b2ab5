import { isImmutable } from '../ecr/settings/mutability.ts'
import type { HeldImage, Repository } from '../ecr/types.ts'
import { type ImageMetadata, withoutTags } from '../metadata/index.ts'
import { ActionError } from '../shared/errors.ts'

const EXISTS = 'recipes.md#skip-what-exists-already'
const IMMUTABLE = 'recipes.md#immutable-tags'

/** What to do if an image exists already under the wanted tags. */
export type IfImageExists = 'push' | 'skip' | 'fail'

/** The tags that this repository never moves once they exist. */
export function immutableTags(
  { mutability }: Pick<Repository, 'mutability'>,
  tags: readonly string[],
): string[] {
  return tags.filter((tag) => isImmutable(mutability, tag))
}

/** The image without the default tags that move from push to push, if the repository is immutable; tells of them. */
export function withoutMovingTags(
  repository: Pick<Repository, 'uri' | 'mutability'>,
  wanted: ImageMetadata,
  notice: (line: string) => void,
): ImageMetadata {
  const left = immutableTags(repository, wanted.tags).filter((tag) => wanted.moving.has(tag))
  if (left.length === 0) return wanted
  notice(
    `${repository.uri} is immutable: the default tags that move are left out (${left.join(', ')}). Name them in the input 'tags' to have them all the same.`,
  )
  return withoutTags(wanted, left)
}

/**
 * The image that exists already: under every tag, at one digest, and not archived.
 * @returns null if something is to be pushed
 */
export function existingImage(
  images: ReadonlyMap<string, HeldImage>,
  tags: readonly string[],
): HeldImage | null {
  const held = tags.map((tag) => images.get(tag))
  const [first] = held
  if (first === undefined) return null
  return held.every((image) => image?.digest === first.digest && image.active) ? first : null
}

/**
 * @throws ActionError for tags that ECR would refuse only after a whole build, and without a reason that docker passes
 * on; with `if-image-exists: fail`, for each tag that exists
 * @param digest what the tags are to name, if it is known without a build: a tag that names it already is not taken
 */
export function refuseTakenTags(
  repository: Repository,
  images: ReadonlyMap<string, HeldImage>,
  ifImageExists: IfImageExists,
  tags: readonly string[],
  digest: string | null,
): void {
  if (ifImageExists === 'skip' && existingImage(images, tags) !== null) return
  const immutable = immutableTags(repository, tags)
  const taken = (ifImageExists === 'fail' ? tags : immutable).flatMap((tag) => {
    const image = images.get(tag)
    return image === undefined || image.digest === digest
      ? []
      : [`${tag} (${image.digest}${image.active ? '' : ', archived'})`]
  })
  if (taken.length === 0) return
  const list = taken.join(', ')
  if (digest !== null) {
    throw new ActionError(
      `${repository.uri} is immutable and has another image than ${digest} under ${list}.`,
      'give other tags, delete that image, or let the repository exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION).',
      { page: IMMUTABLE },
    )
  }
  const free =
    'push a tag that does not exist yet (the commit SHA changes with each commit), delete that image,'
  if (ifImageExists === 'fail') {
    throw new ActionError(
      `${repository.uri} has an image already under ${list}, and if-image-exists is fail.`,
      `${free} or set if-image-exists: skip to succeed with the image that exists.`,
      { page: EXISTS },
    )
  }
  const skip =
    ifImageExists === 'skip'
      ? 'if-image-exists: skip needs every tag at one active image'
      : 'set if-image-exists: skip to succeed if every tag exists at one image'
  throw new ActionError(
    `${repository.uri} is immutable and has an image already under ${list}.`,
    `${free} let the repository exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION), or ${
      ifImageExists === 'skip' ? `reduce the tags: ${skip}` : skip
    }.`,
    { page: IMMUTABLE },
  )
}
