import type {
  GetLifecyclePolicyPreviewCommandInput,
  GetLifecyclePolicyPreviewCommandOutput,
  StartLifecyclePolicyPreviewCommandInput,
  StartLifecyclePolicyPreviewCommandOutput,
} from '@aws-sdk/client-ecr'
import { EcrError } from '../store/errors.ts'
import type { Store } from '../store/store.ts'
import type { Caller } from '../store/types.ts'
import { named, type Output, page, repositoryFor } from './context.ts'
import { evaluate } from './lifecycle.ts'
import { checkLifecyclePolicy, lifecyclePolicyOf } from './policies.ts'

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartLifecyclePolicyPreview.html */
export function startLifecyclePolicyPreview(
  store: Store,
  caller: Caller,
  input: StartLifecyclePolicyPreviewCommandInput,
): Output<StartLifecyclePolicyPreviewCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'StartLifecyclePolicyPreview')
  if ((repository.lifecyclePreview?.pending ?? 0) > 0)
    throw new EcrError(
      'LifecyclePolicyPreviewInProgressException',
      `A lifecycle policy preview is already in progress for the repository with name '${repository.repository}' in the registry with id '${repository.account}'`,
    )
  const text = input.lifecyclePolicyText ?? lifecyclePolicyOf(repository)
  checkLifecyclePolicy(text)
  repository.lifecyclePreview = { text, pending: 1, results: evaluate(repository, text, store.now()) }
  return { ...named(repository), lifecyclePolicyText: text, status: 'IN_PROGRESS' }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetLifecyclePolicyPreview.html */
export function getLifecyclePolicyPreview(
  store: Store,
  caller: Caller,
  input: GetLifecyclePolicyPreviewCommandInput,
): Output<GetLifecyclePolicyPreviewCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'GetLifecyclePolicyPreview')
  const preview = repository.lifecyclePreview
  if (!preview)
    throw new EcrError(
      'LifecyclePolicyPreviewNotFoundException',
      `Lifecycle policy preview does not exist for the repository with name '${repository.repository}' in the registry with id '${repository.account}'`,
    )
  const common = { ...named(repository), lifecyclePolicyText: preview.text }
  if (preview.pending > 0) {
    preview.pending -= 1
    return {
      ...common,
      status: 'IN_PROGRESS',
      previewResults: [],
      summary: { expiringImageTotalCount: 0 },
    }
  }
  const { items, ...rest } = page(preview.results, input)
  const expiring = preview.results.filter(({ action }) => action?.type === 'EXPIRE').length
  return {
    ...common,
    ...rest,
    status: 'COMPLETE',
    previewResults: items,
    summary: { expiringImageTotalCount: expiring },
  }
}
