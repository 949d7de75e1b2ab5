import { BatchGetImageCommand, DescribeImagesCommand, type ECRClient } from '@aws-sdk/client-ecr'
import { MANIFEST_TYPES } from '../../oci/media-types.ts'
import { checkedDigest } from '../sdk/answers.ts'
import type { Api } from '../sdk/api.ts'
import { isException } from '../sdk/exceptions.ts'
import { askForTags, describeTags, inCalls, isActive, type TaggedImages } from '../sdk/images.ts'
import type { HeldImage } from '../types.ts'

/** What tags of a repository name. */
export function findImages(
  api: Api<ECRClient>,
  name: string,
  tags: readonly string[],
): Promise<TaggedImages> {
  const target = { ...api.registry, repositoryName: name }
  return inCalls(tags, (asked) =>
    api.calling('DescribeImages', name, async () => {
      try {
        return await describeTags(asked, (imageIds) =>
          api.client.send(new DescribeImagesCommand({ ...target, imageIds })),
        )
      } catch (error) {
        if (!isException(error, 'AccessDeniedException')) throw error
        // Roles made for `docker push` have BatchGetImage more often than DescribeImages. If that is denied too,
        // DescribeImages is the permission to ask for.
        return getTags(api.client, target, asked).catch(() => Promise.reject(error))
      }
    }),
  )
}

/** Whether ECR has an image of that digest that cannot be pulled. */
export function isArchived(
  { client, calling, registry }: Api<ECRClient>,
  name: string,
  imageDigest: string,
): Promise<boolean> {
  return calling('DescribeImages', name, async () => {
    const input = { ...registry, repositoryName: name, imageIds: [{ imageDigest }] }
    try {
      const { imageDetails = [] } = await client.send(new DescribeImagesCommand(input))
      return imageDetails.some((image) => image.imageDigest === imageDigest && !isActive(image))
    } catch (error) {
      if (isException(error, 'ImageNotFoundException') || isException(error, 'RepositoryNotFoundException')) {
        return false
      }
      throw error
    }
  })
}

/** What tags name, by BatchGetImage: all that DescribeImages says, but for the size. */
function getTags(
  client: ECRClient,
  target: { readonly registryId?: string; readonly repositoryName: string },
  tags: readonly string[],
): Promise<TaggedImages> {
  // Behind a pull-through cache, ECR looks for an absent tag in the other registry first.
  return askForTags(tags, 'UnableToGetUpstreamImageException', async (asked) => {
    const imageIds = asked.map((imageTag) => ({ imageTag }))
    const input = { ...target, imageIds, acceptedMediaTypes: MANIFEST_TYPES }
    const { images = [] } = await client.send(new BatchGetImageCommand(input))
    const found = new Map<string, HeldImage>()
    for (const { imageId: { imageTag, imageDigest } = {}, imageManifestMediaType } of images) {
      if (imageTag === undefined || imageDigest === undefined) continue
      found.set(imageTag, {
        digest: checkedDigest(imageDigest),
        mediaType: imageManifestMediaType ?? null,
        sizeInBytes: null,
        // An archived image is among the failures: ECR gives no manifest of it.
        active: true,
      })
    }
    return found
  })
}
