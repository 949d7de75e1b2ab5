import type {
  CreateRepositoryCommandInput,
  CreateRepositoryCommandOutput,
  DescribeImagesCommandInput,
  DescribeImagesCommandOutput,
  DescribeRegistriesCommandOutput,
  DescribeRepositoriesCommandInput,
  DescribeRepositoriesCommandOutput,
  GetAuthorizationTokenCommandOutput,
  Repository as PublicRepository,
} from '@aws-sdk/client-ecr-public'
import { publicAlias } from '../store/names.ts'
import type { Store } from '../store/store.ts'
import type { Caller, Repository } from '../store/types.ts'
import { named, type Output, page, repositoryFor } from './context.ts'
import { describeImages as describePrivateImages } from './images.ts'
import { getRepositoryPolicy, setRepositoryPolicy } from './policies.ts'
import * as repositories from './repositories.ts'
import { listTagsForResource, tagResource } from './tagging.ts'

/*
 * The operations of ECR Public: those of private ECR on the account's public registry, without the members that ECR
 * Public does not have.
 * https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_Operations.html
 */

function getAuthorizationToken(store: Store, caller: Caller): Output<GetAuthorizationTokenCommandOutput> {
  const { password, expires } = store.issueToken(caller)
  const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64')
  return { authorizationData: { authorizationToken, expiresAt: expires } }
}

function createRepository(
  store: Store,
  caller: Caller,
  { repositoryName, tags: given = [] }: CreateRepositoryCommandInput,
): Output<CreateRepositoryCommandOutput> {
  const tags = given.map(({ Key = '', Value = '' }) => ({ Key, Value }))
  repositories.createRepository(store, caller, { repositoryName, tags })
  const { account, region } = caller
  const repository = store.get({ account, region, repository: repositoryName ?? '' })
  return { repository: shapeOf(repository), catalogData: {} }
}

function describeRepositories(
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
  const { repositories: held } = store.registry(registryId ?? caller.account, caller.region)
  const { items, ...rest } = page([...held.values()], input)
  return { repositories: items.map(shapeOf), ...rest }
}

function describeImages(
  store: Store,
  caller: Caller,
  input: DescribeImagesCommandInput,
): Output<DescribeImagesCommandOutput> {
  const { imageDetails = [], ...rest } = describePrivateImages(store, caller, input)
  return {
    ...rest,
    imageDetails: imageDetails.map(
      ({ imageStatus, lastRecordedPullTime, subjectManifestDigest, ...detail }) => detail,
    ),
  }
}

function describeRegistries(store: Store, caller: Caller): Output<DescribeRegistriesCommandOutput> {
  const { account, region } = caller
  return {
    registries: [
      {
        registryId: account,
        registryArn: `arn:aws:ecr-public::${account}:registry/${account}`,
        registryUri: store.host(account, region),
        verified: false,
        aliases: [
          {
            name: publicAlias(account),
            status: 'ACTIVE',
            primaryRegistryAlias: true,
            defaultRegistryAlias: true,
          },
        ],
      },
    ],
  }
}

function shapeOf(repository: Repository): PublicRepository {
  return {
    repositoryArn: repository.arn,
    ...named(repository),
    repositoryUri: repository.uri,
    createdAt: repository.createdAt,
  }
}

const repository = 'repositoryName'

/** Every operation of ECR Public that the local ECR knows, with the required members of its input. */
export const publicOperations = {
  GetAuthorizationToken: { required: [], run: getAuthorizationToken },
  CreateRepository: { required: [repository], run: createRepository },
  DescribeRepositories: { required: [], run: describeRepositories },
  DescribeImages: { required: [repository], run: describeImages },
  DescribeRegistries: { required: [], run: describeRegistries },
  SetRepositoryPolicy: { required: [repository, 'policyText'], run: setRepositoryPolicy },
  GetRepositoryPolicy: { required: [repository], run: getRepositoryPolicy },
  TagResource: { required: ['resourceArn', 'tags'], run: tagResource },
  ListTagsForResource: { required: ['resourceArn'], run: listTagsForResource },
}
