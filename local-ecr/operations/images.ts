import type {
  BatchDeleteImageCommandInput,
  BatchDeleteImageCommandOutput,
  BatchGetImageCommandInput,
  BatchGetImageCommandOutput,
  DescribeImagesCommandInput,
  DescribeImagesCommandOutput,
  ImageDetail,
  ImageFailure,
  ImageIdentifier,
  ListImageReferrersCommandInput,
  ListImageReferrersCommandOutput,
  ListImagesCommandInput,
  ListImagesCommandOutput,
  PutImageCommandInput,
  PutImageCommandOutput,
} from '@aws-sdk/client-ecr'
import { EcrError } from '../store/errors.ts'
import { digestOf, putImage as put, referrersOf, refuseTaken, tagsOf } from '../store/images.ts'
import type { Store } from '../store/store.ts'
import type { Caller, Image, Repository } from '../store/types.ts'
import { named, type Output, page, repositoryFor } from './context.ts'

type FailureCode = NonNullable<ImageFailure['failureCode']>

/** The image that an identifier names. @throws EcrError ImageNotFoundException */
export function imageNamed(repository: Repository, id: ImageIdentifier): Image {
  const found = locate(repository, id)
  if ('image' in found) return found.image
  throw new EcrError(
    'ImageNotFoundException',
    `The image with imageId ${shown(id)} does not exist within the repository with name '${repository.repository}' in the registry with id '${repository.account}'`,
  )
}

/** An identifier as ECR writes it in its messages. */
export function shown(id: ImageIdentifier): string {
  return `{imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'}`
}

/** The image that an identifier names, or why none can be returned. */
function locate(
  repository: Repository,
  id: ImageIdentifier,
): { image: Image } | { code: FailureCode; reason: string } {
  const { imageDigest, imageTag } = id
  if (!imageDigest && !imageTag)
    return {
      code: 'MissingDigestAndTag',
      reason: 'Invalid request parameters: both tag and digest cannot be null',
    }
  if (imageDigest && !/^sha256:[0-9a-f]{64}$/.test(imageDigest))
    return {
      code: 'InvalidImageDigest',
      reason:
        "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    }
  const tagged = imageTag ? repository.tags.get(imageTag) : imageDigest
  if (imageDigest && tagged && tagged !== imageDigest)
    return { code: 'ImageTagDoesNotMatchDigest', reason: 'Requested image digest does not match the tag' }
  const image = tagged ? repository.images.get(tagged) : undefined
  return image ? { image } : { code: 'ImageNotFound', reason: 'Requested image not found' }
}

function failure(imageId: ImageIdentifier, code: FailureCode, failureReason: string): ImageFailure {
  return { imageId, failureCode: code, failureReason }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html */
export function describeImages(
  store: Store,
  caller: Caller,
  input: DescribeImagesCommandInput,
): Output<DescribeImagesCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'DescribeImages')
  if (input.imageIds) {
    const images = input.imageIds.map((id) => imageNamed(repository, id))
    return { imageDetails: [...new Set(images)].map((image) => detail(repository, image)) }
  }
  const wanted = input.filter?.tagStatus ?? 'ANY'
  const status = input.filter?.imageStatus ?? 'ACTIVE'
  const images = [...repository.images.values()].filter((image) => {
    const tagged = tagsOf(repository, image.digest).length > 0
    return (
      (wanted === 'ANY' || (wanted === 'TAGGED') === tagged) && (status === 'ANY' || status === image.status)
    )
  })
  const { items, ...rest } = page(images, input)
  return { imageDetails: items.map((image) => detail(repository, image)), ...rest }
}

function detail(repository: Repository, image: Image): ImageDetail {
  const tags = tagsOf(repository, image.digest)
  return {
    ...named(repository),
    imageDigest: image.digest,
    ...(tags.length > 0 ? { imageTags: tags } : {}),
    imageSizeInBytes: image.size,
    imagePushedAt: image.pushedAt,
    imageManifestMediaType: image.mediaType,
    ...(image.configMediaType ? { artifactMediaType: image.configMediaType } : {}),
    ...(image.pulledAt ? { lastRecordedPullTime: image.pulledAt } : {}),
    ...(image.subject ? { subjectManifestDigest: image.subject } : {}),
    imageStatus: image.status,
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImages.html */
export function listImages(
  store: Store,
  caller: Caller,
  input: ListImagesCommandInput,
): Output<ListImagesCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'ListImages')
  const wanted = input.filter?.tagStatus ?? 'ANY'
  const ids = [...repository.images.keys()].flatMap((imageDigest): ImageIdentifier[] => {
    const tags = tagsOf(repository, imageDigest)
    if (tags.length === 0) return wanted === 'TAGGED' ? [] : [{ imageDigest }]
    return wanted === 'UNTAGGED' ? [] : tags.map((imageTag) => ({ imageDigest, imageTag }))
  })
  const { items, ...rest } = page(ids, input)
  return { imageIds: items, ...rest }
}

/**
 * Returns manifests as they are stored. (ECR converts only between the older Docker types.)
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html
 */
export function batchGetImage(
  store: Store,
  caller: Caller,
  input: BatchGetImageCommandInput,
): Output<BatchGetImageCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'BatchGetImage')
  const output = { images: [] as ReturnType<typeof imageOf>[], failures: [] as ImageFailure[] }
  for (const id of input.imageIds ?? []) {
    const found = locate(repository, id)
    if ('code' in found) output.failures.push(failure(id, found.code, found.reason))
    else if (found.image.status !== 'ACTIVE')
      output.failures.push(failure(id, 'ImageInaccessible', `Requested image is ${found.image.status}`))
    else {
      found.image.pulledAt = store.now()
      output.images.push(imageOf(repository, found.image, id.imageTag))
    }
  }
  return output
}

function imageOf(repository: Repository, image: Image, imageTag: string | undefined) {
  return {
    ...named(repository),
    imageId: { imageDigest: image.digest, ...(imageTag ? { imageTag } : {}) },
    imageManifest: Buffer.from(image.bytes).toString('utf8'),
    imageManifestMediaType: image.mediaType,
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html */
export async function putImage(
  store: Store,
  caller: Caller,
  input: PutImageCommandInput,
): Promise<Output<PutImageCommandOutput>> {
  const repository = repositoryFor(store, caller, input, 'PutImage')
  const bytes = Buffer.from(input.imageManifest ?? '', 'utf8')
  const digest = digestOf(bytes)
  const { imageTag: tag } = input
  // What is archived is restored by a push.
  const isActive = repository.images.get(digest)?.status === 'ACTIVE'
  const same = isActive && (tag ? repository.tags.get(tag) === digest : true)
  if (same) {
    if (tag) refuseTaken(repository, tag)
    throw new EcrError(
      'ImageAlreadyExistsException',
      `Image with digest '${digest}' and tag '${tag ?? 'null'}' already exists in the repository with name '${repository.repository}' in registry with id '${repository.account}'`,
    )
  }
  const image = await put(store, repository, {
    bytes,
    tag,
    mediaType: input.imageManifestMediaType,
    digest: input.imageDigest,
  })
  return { image: imageOf(repository, image, tag) }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html */
export function batchDeleteImage(
  store: Store,
  caller: Caller,
  input: BatchDeleteImageCommandInput,
): Output<BatchDeleteImageCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'BatchDeleteImage')
  const output = { imageIds: [] as ImageIdentifier[], failures: [] as ImageFailure[] }
  for (const id of input.imageIds ?? []) {
    const found = locate(repository, id)
    if ('code' in found) {
      output.failures.push(failure(id, found.code, found.reason))
      continue
    }
    const { digest } = found.image
    const tags = tagsOf(repository, digest)
    const removed = id.imageTag ? [id.imageTag] : tags
    const parents = [...repository.images.values()].filter((image) => image.children.includes(digest))
    const last = removed.length === tags.length
    if (last && parents.length > 0) {
      const names = parents.map((parent) => parent.digest).join(', ')
      output.failures.push(
        failure(
          { imageDigest: digest, ...id },
          'ImageReferencedByManifestList',
          `Requested image referenced by manifest list: [${names}]`,
        ),
      )
      continue
    }
    for (const tag of removed) repository.tags.delete(tag)
    if (last) repository.images.delete(digest)
    const gone: ImageIdentifier[] = removed.map((imageTag) => ({ imageDigest: digest, imageTag }))
    output.imageIds.push(...(gone.length > 0 ? gone : [{ imageDigest: digest }]))
  }
  return output
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImageReferrers.html */
export function listImageReferrers(
  store: Store,
  caller: Caller,
  input: ListImageReferrersCommandInput,
): Output<ListImageReferrersCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'ListImageReferrers')
  const subject = input.subjectId?.imageDigest ?? ''
  const { artifactTypes: types, artifactStatus: wanted = 'ACTIVE' } = input.filter ?? {}
  const found = referrersOf(repository, subject).filter(
    ({ artifactType = '', status }) =>
      (!types || types.includes(artifactType)) && (wanted === 'ANY' || wanted === status),
  )
  const { items, ...rest } = page(found, { nextToken: input.nextToken, maxResults: input.maxResults ?? 50 })
  return {
    referrers: items.map((image) => ({
      digest: image.digest,
      mediaType: image.mediaType,
      size: image.bytes.byteLength,
      artifactStatus: image.status,
      ...(image.artifactType ? { artifactType: image.artifactType } : {}),
      ...(image.annotations ? { annotations: image.annotations } : {}),
    })),
    ...rest,
  }
}
