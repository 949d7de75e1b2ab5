import { settled } from '../../shared/limiter.ts'
import type { HeldImage } from '../types.ts'
import { checkedDigest, checkedSize } from './answers.ts'
import { isException } from './exceptions.ts'

/** ECR answers for this many images in one DescribeImages or BatchGetImage call. */
const IMAGES_PER_CALL = 100

/** What both APIs answer to DescribeImages about one image; a public one has no status. */
interface ImageDetail {
  readonly imageDigest?: string | undefined
  readonly imageTags?: readonly string[] | undefined
  readonly imageManifestMediaType?: string | undefined
  readonly imageSizeInBytes?: number | undefined
  readonly imageStatus?: string | undefined
}

/** Images by their tags. */
export type TaggedImages = ReadonlyMap<string, HeldImage>

/** Splits tags into as many calls as they need, and puts the answers together. */
export async function inCalls(
  tags: readonly string[],
  ask: (tags: readonly string[]) => Promise<TaggedImages>,
): Promise<TaggedImages> {
  const calls: Promise<TaggedImages>[] = []
  for (let start = 0; start < tags.length; start += IMAGES_PER_CALL) {
    calls.push(ask(tags.slice(start, start + IMAGES_PER_CALL)))
  }
  return mergeTagged(await settled(calls))
}

/**
 * Asks for all tags in one call. If ECR fails the call because of one of them, each is asked for alone.
 * @param absent the exception by which ECR says that at least one of the tags names nothing
 * @returns what the tags name; nothing if the repository does not exist
 */
export async function askForTags(
  tags: readonly string[],
  absent: string,
  ask: (tags: readonly string[]) => Promise<TaggedImages>,
): Promise<TaggedImages> {
  try {
    return await ask(tags)
  } catch (error) {
    if (isException(error, 'RepositoryNotFoundException')) return new Map()
    if (!isException(error, absent)) throw error
    if (tags.length < 2) return new Map()
    return mergeTagged(await settled(tags.map((tag) => askForTags([tag], absent, ask))))
  }
}

/**
 * What DescribeImages says of tags.
 * @param describe makes the call
 */
export function describeTags(
  tags: readonly string[],
  describe: (
    imageIds: { imageTag: string }[],
  ) => Promise<{ readonly imageDetails?: readonly ImageDetail[] | undefined }>,
): Promise<TaggedImages> {
  return askForTags(tags, 'ImageNotFoundException', async (asked) => {
    const { imageDetails = [] } = await describe(asked.map((imageTag) => ({ imageTag })))
    return new Map(imageDetails.flatMap((detail) => taggedImages(detail, asked)))
  })
}

/** An image has tags that nobody asked for, too. */
function taggedImages(detail: ImageDetail, asked: readonly string[]): [tag: string, image: HeldImage][] {
  const { imageDigest, imageTags = [], imageManifestMediaType, imageSizeInBytes, imageStatus } = detail
  if (imageDigest === undefined) return []
  return imageTags
    .filter((tag) => asked.includes(tag))
    .map((tag) => [
      tag,
      {
        digest: checkedDigest(imageDigest),
        mediaType: imageManifestMediaType ?? null,
        sizeInBytes: checkedSize(imageSizeInBytes),
        active: isActive({ imageStatus }),
      },
    ])
}

/** Whether an image is neither archived nor being restored. */
export const isActive = ({ imageStatus = 'ACTIVE' }: Pick<ImageDetail, 'imageStatus'>): boolean =>
  imageStatus === 'ACTIVE'

function mergeTagged(parts: readonly TaggedImages[]): TaggedImages {
  return new Map(parts.flatMap((part) => [...part]))
}
