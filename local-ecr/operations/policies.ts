import type {
  DeleteLifecyclePolicyCommandInput,
  DeleteLifecyclePolicyCommandOutput,
  DeleteRepositoryPolicyCommandInput,
  DeleteRepositoryPolicyCommandOutput,
  GetLifecyclePolicyCommandInput,
  GetLifecyclePolicyCommandOutput,
  GetRepositoryPolicyCommandInput,
  GetRepositoryPolicyCommandOutput,
  PutLifecyclePolicyCommandInput,
  PutLifecyclePolicyCommandOutput,
  SetRepositoryPolicyCommandInput,
  SetRepositoryPolicyCommandOutput,
} from '@aws-sdk/client-ecr'
import { EcrError, invalidParameter } from '../store/errors.ts'
import type { Store } from '../store/store.ts'
import type { Caller, Repository } from '../store/types.ts'
import { named, type Output, repositoryFor } from './context.ts'

function json(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function none(what: string, name: string, repository: Repository): EcrError {
  return new EcrError(
    name,
    `${what} does not exist for the repository with name '${repository.repository}' in the registry with id '${repository.account}'`,
  )
}

/** @throws EcrError if a text is not a lifecycle policy */
export function checkLifecyclePolicy(text: string): void {
  const policy = json(text)
  if (!policy || !Array.isArray(policy.rules) || policy.rules.length === 0)
    throw invalidParameter(
      'LifecyclePolicyText',
      `Lifecycle policy validation failure:\n${policy ? 'object has missing required properties (["rules"])' : 'string is not valid JSON'}\n`,
    )
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html */
export function putLifecyclePolicy(
  store: Store,
  caller: Caller,
  input: PutLifecyclePolicyCommandInput,
): Output<PutLifecyclePolicyCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'PutLifecyclePolicy')
  const text = input.lifecyclePolicyText ?? ''
  checkLifecyclePolicy(text)
  repository.lifecyclePolicy = text
  return { ...named(repository), lifecyclePolicyText: text }
}

/** @throws EcrError LifecyclePolicyNotFoundException */
export function lifecyclePolicyOf(repository: Repository): string {
  if (repository.lifecyclePolicy === undefined)
    throw none('Lifecycle policy', 'LifecyclePolicyNotFoundException', repository)
  return repository.lifecyclePolicy
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetLifecyclePolicy.html */
export function getLifecyclePolicy(
  store: Store,
  caller: Caller,
  input: GetLifecyclePolicyCommandInput,
): Output<GetLifecyclePolicyCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'GetLifecyclePolicy')
  // lastEvaluatedAt is when the policy was last run. Policies are never run here, and ECR gives the epoch for never.
  return {
    ...named(repository),
    lifecyclePolicyText: lifecyclePolicyOf(repository),
    lastEvaluatedAt: new Date(0),
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteLifecyclePolicy.html */
export function deleteLifecyclePolicy(
  store: Store,
  caller: Caller,
  input: DeleteLifecyclePolicyCommandInput,
): Output<DeleteLifecyclePolicyCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'DeleteLifecyclePolicy')
  const lifecyclePolicyText = lifecyclePolicyOf(repository)
  delete repository.lifecyclePolicy
  return { ...named(repository), lifecyclePolicyText, lastEvaluatedAt: new Date(0) }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html */
export function setRepositoryPolicy(
  store: Store,
  caller: Caller,
  input: SetRepositoryPolicyCommandInput,
): Output<SetRepositoryPolicyCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'SetRepositoryPolicy')
  const policyText = input.policyText ?? ''
  if (!json(policyText)?.Statement) throw invalidParameter('PolicyText', 'Invalid repository policy provided')
  repository.policy = policyText
  return { ...named(repository), policyText }
}

function policyOf(repository: Repository): string {
  if (repository.policy === undefined)
    throw none('Repository policy', 'RepositoryPolicyNotFoundException', repository)
  return repository.policy
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRepositoryPolicy.html */
export function getRepositoryPolicy(
  store: Store,
  caller: Caller,
  input: GetRepositoryPolicyCommandInput,
): Output<GetRepositoryPolicyCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'GetRepositoryPolicy')
  return { ...named(repository), policyText: policyOf(repository) }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepositoryPolicy.html */
export function deleteRepositoryPolicy(
  store: Store,
  caller: Caller,
  input: DeleteRepositoryPolicyCommandInput,
): Output<DeleteRepositoryPolicyCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'DeleteRepositoryPolicy')
  const policyText = policyOf(repository)
  delete repository.policy
  return { ...named(repository), policyText }
}
