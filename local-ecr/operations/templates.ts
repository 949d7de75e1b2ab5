import type {
  CreateRepositoryCreationTemplateCommandInput,
  CreateRepositoryCreationTemplateCommandOutput,
  DescribeRepositoryCreationTemplatesCommandInput,
  DescribeRepositoryCreationTemplatesCommandOutput,
  RepositoryCreationTemplate,
} from '@aws-sdk/client-ecr'
import { EcrError } from '../store/errors.ts'
import type { Store } from '../store/store.ts'
import type { Caller, Repository, RepositoryKey } from '../store/types.ts'
import { type Output, page } from './context.ts'
import { createRepository } from './repositories.ts'

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepositoryCreationTemplate.html */
export function createRepositoryCreationTemplate(
  store: Store,
  caller: Caller,
  input: CreateRepositoryCreationTemplateCommandInput,
): Output<CreateRepositoryCreationTemplateCommandOutput> {
  const { creationTemplates } = store.registry(caller.account, caller.region)
  if (creationTemplates.some(({ prefix }) => prefix === input.prefix))
    throw new EcrError(
      'TemplateAlreadyExistsException',
      `The template with prefix '${input.prefix}' already exists in the registry with id '${caller.account}'`,
    )
  const template: RepositoryCreationTemplate = {
    imageTagMutability: 'MUTABLE',
    ...input,
    createdAt: store.now(),
    updatedAt: store.now(),
  }
  creationTemplates.push(template)
  return { registryId: caller.account, repositoryCreationTemplate: template }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositoryCreationTemplates.html */
export function describeRepositoryCreationTemplates(
  store: Store,
  caller: Caller,
  input: DescribeRepositoryCreationTemplatesCommandInput,
): Output<DescribeRepositoryCreationTemplatesCommandOutput> {
  const { creationTemplates } = store.registry(caller.account, caller.region)
  const wanted = creationTemplates.filter(
    ({ prefix = '' }) => !input.prefixes || input.prefixes.includes(prefix),
  )
  const { items, ...rest } = page(wanted, input)
  return { registryId: caller.account, repositoryCreationTemplates: items, ...rest }
}

/**
 * Creates the repository that a push creates, from the template with the longest matching prefix.
 * @returns undefined if no template is for CREATE_ON_PUSH
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
 */
export function createOnPush(store: Store, key: RepositoryKey, arn: string): Repository | undefined {
  const { account, region, repository: repositoryName } = key
  const [template] = store
    .registry(account, region)
    .creationTemplates.filter(
      ({ prefix = '' }) => prefix === 'ROOT' || repositoryName.startsWith(`${prefix}/`),
    )
    .sort((a, b) => specificity(b) - specificity(a))
  if (!template?.appliedFor?.includes('CREATE_ON_PUSH')) return undefined
  const { imageTagMutability, imageTagMutabilityExclusionFilters, resourceTags, repositoryPolicy } = template
  createRepository(
    store,
    { account, region, arn },
    {
      repositoryName,
      imageTagMutability,
      imageTagMutabilityExclusionFilters,
      tags: resourceTags,
    },
  )
  const created = store.get(key)
  if (repositoryPolicy) created.policy = repositoryPolicy
  if (template.lifecyclePolicy) created.lifecyclePolicy = template.lifecyclePolicy
  return created
}

const specificity = ({ prefix = '' }: RepositoryCreationTemplate) => (prefix === 'ROOT' ? 0 : prefix.length)
