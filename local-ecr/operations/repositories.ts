import type {
  CreateRepositoryCommandInput,
  CreateRepositoryCommandOutput,
  DeleteRepositoryCommandInput,
  DeleteRepositoryCommandOutput,
  DescribeRepositoriesCommandInput,
  DescribeRepositoriesCommandOutput,
  Repository as RepositoryShape,
} from '@aws-sdk/client-ecr'
import { EcrError } from '../store/errors.ts'
import { repositoryArn } from '../store/names.ts'
import type { Store } from '../store/store.ts'
import type { Caller, Repository } from '../store/types.ts'
import { named, type Output, page, repositoryFor } from './context.ts'
import { checkExclusions } from './mutability.ts'
import { checkTags } from './tagging.ts'

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
export function createRepository(
  store: Store,
  caller: Caller,
  input: CreateRepositoryCommandInput,
): Output<CreateRepositoryCommandOutput> {
  const account = input.registryId ?? caller.account
  const name = input.repositoryName ?? ''
  const { repositories } = store.registry(account, caller.region)
  checkExclusions(input.imageTagMutability, input.imageTagMutabilityExclusionFilters)
  checkTags(input.tags)
  if (repositories.has(name))
    throw new EcrError(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${account}'`,
    )
  const repository: Repository = {
    account,
    region: caller.region,
    repository: name,
    arn: repositoryArn(caller.region, account, name),
    uri: `${store.host(account, caller.region)}/${name}`,
    createdAt: store.now(),
    encryption: encryptionOf(input.encryptionConfiguration, caller.region, account),
    mutability: input.imageTagMutability ?? 'MUTABLE',
    exclusions: input.imageTagMutabilityExclusionFilters ?? [],
    scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
    resourceTags: input.tags ?? [],
    images: new Map(),
    tags: new Map(),
  }
  repositories.set(name, repository)
  return { repository: shapeOf(repository) }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html */
export function describeRepositories(
  store: Store,
  caller: Caller,
  input: DescribeRepositoriesCommandInput,
): Output<DescribeRepositoriesCommandOutput> {
  const { registryId } = input
  if (input.repositoryNames)
    return {
      repositories: input.repositoryNames.map((repositoryName) =>
        shapeOf(repositoryFor(store, caller, { registryId, repositoryName }, 'DescribeRepositories')),
      ),
    }
  const { repositories } = store.registry(registryId ?? caller.account, caller.region)
  const { items, ...rest } = page([...repositories.values()], input)
  return { repositories: items.map(shapeOf), ...rest }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html */
export async function deleteRepository(
  store: Store,
  caller: Caller,
  input: DeleteRepositoryCommandInput,
): Promise<Output<DeleteRepositoryCommandOutput>> {
  const repository = repositoryFor(store, caller, input, 'DeleteRepository')
  const { registryId, repositoryName } = named(repository)
  if (repository.images.size > 0 && !input.force)
    throw new EcrError(
      'RepositoryNotEmptyException',
      `The repository with name '${repositoryName}' in registry with id '${registryId}' cannot be deleted because it still contains images`,
    )
  store.registry(registryId, caller.region).repositories.delete(repositoryName)
  await store.backend.remove(repository)
  return { repository: shapeOf(repository) }
}

type Encryption = Repository['encryption']

function encryptionOf(
  given: CreateRepositoryCommandInput['encryptionConfiguration'],
  region: string,
  account: string,
): Encryption {
  const encryptionType = given?.encryptionType ?? 'AES256'
  if (encryptionType === 'AES256') return { encryptionType }
  // If the caller gives no key, ECR uses the AWS managed key aws/ecr.
  const managed = `arn:aws:kms:${region}:${account}:key/00000000-0000-4000-8000-${account}`
  return { encryptionType, kmsKey: given?.kmsKey ?? managed }
}

function shapeOf(repository: Repository): RepositoryShape {
  return {
    repositoryArn: repository.arn,
    ...named(repository),
    repositoryUri: repository.uri,
    createdAt: repository.createdAt,
    imageTagMutability: repository.mutability,
    ...(repository.exclusions.length > 0
      ? { imageTagMutabilityExclusionFilters: repository.exclusions }
      : {}),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: repository.encryption,
  }
}
