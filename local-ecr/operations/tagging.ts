import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  Tag,
  TagResourceCommandInput,
  TagResourceCommandOutput,
  UntagResourceCommandInput,
  UntagResourceCommandOutput,
} from '@aws-sdk/client-ecr'
import { EcrError, invalidParameter } from '../store/errors.ts'
import { PUBLIC } from '../store/names.ts'
import type { Store } from '../store/store.ts'
import type { Caller, Repository } from '../store/types.ts'
import { type Output, repositoryFor } from './context.ts'

/**
 * Checks tags: at most fifty, and no key begins with `aws:`.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html
 */
export function checkTags(tags: Tag[] | undefined): void {
  for (const { Key = '' } of tags ?? [])
    if (!Key || Key.length > 128 || /^aws:/i.test(Key))
      throw new EcrError('InvalidTagParameterException', `Invalid tag key '${Key}'`)
  if ((tags?.length ?? 0) > 50)
    throw new EcrError('TooManyTagsException', 'The number of tags exceeds the limit of 50')
}

function resource(store: Store, caller: Caller, arn: string | undefined, operation: string): Repository {
  const parts = /^arn:[^:]+:ecr(?:-public)?:([^:]*):(\d{12}):repository\/(.+)$/.exec(arn ?? '')
  if (!parts) throw invalidParameter('resourceArn', 'Invalid ARN')
  const [, region = '', registryId = '', repositoryName = ''] = parts
  return repositoryFor(
    store,
    { ...caller, region: region || PUBLIC },
    { registryId, repositoryName },
    operation,
  )
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_TagResource.html */
export function tagResource(
  store: Store,
  caller: Caller,
  input: TagResourceCommandInput,
): Output<TagResourceCommandOutput> {
  const repository = resource(store, caller, input.resourceArn, 'TagResource')
  const added = input.tags ?? []
  const kept = repository.resourceTags.filter(({ Key }) => !added.some((tag) => tag.Key === Key))
  checkTags([...kept, ...added])
  repository.resourceTags = [...kept, ...added]
  return {}
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UntagResource.html */
export function untagResource(
  store: Store,
  caller: Caller,
  input: UntagResourceCommandInput,
): Output<UntagResourceCommandOutput> {
  const repository = resource(store, caller, input.resourceArn, 'UntagResource')
  repository.resourceTags = repository.resourceTags.filter(({ Key = '' }) => !input.tagKeys?.includes(Key))
  return {}
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListTagsForResource.html */
export function listTagsForResource(
  store: Store,
  caller: Caller,
  input: ListTagsForResourceCommandInput,
): Output<ListTagsForResourceCommandOutput> {
  return { tags: resource(store, caller, input.resourceArn, 'ListTagsForResource').resourceTags }
}
