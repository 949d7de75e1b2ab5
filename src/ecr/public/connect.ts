import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRPUBLICClient,
  type ECRPUBLICClientConfig,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr-public'
import { PUBLIC_REGION } from '../hosts.ts'
import type { Ecr } from '../port.ts'
import { type EcrOptions, openApi } from '../sdk/api.ts'
import { clientOptions } from '../sdk/client.ts'
import { describeTags, inCalls } from '../sdk/images.ts'
import { repositoryMethods } from '../sdk/repositories.ts'
import { tagList } from '../sdk/settings.ts'
import { decodeToken } from '../sdk/token.ts'

/**
 * Public ECR through the AWS SDK. Its registry has neither immutable tags nor scans nor lifecycle policies, and its
 * API gives no manifests.
 * https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/Welcome.html
 * @returns the port; its methods throw ActionErrors only
 */
export async function connectPublicEcr(options: EcrOptions<ECRPUBLICClientConfig>): Promise<Ecr> {
  const { registryId, mask } = options
  const region = options.region ?? PUBLIC_REGION
  const client = new ECRPUBLICClient({ ...clientOptions(), region, ...options.client })
  const api = openApi('ecr-public', client, { region, registryId }, options)
  const { calling, registry } = api
  return {
    authorize: () =>
      calling('GetAuthorizationToken', null, async () => {
        const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}))
        return decodeToken(authorizationData, mask)
      }),
    ...repositoryMethods(calling, {
      describe: (repositoryNames) =>
        client.send(new DescribeRepositoriesCommand({ ...registry, repositoryNames })),
      create: (name, { resourceTags }) => {
        const tags = tagList(resourceTags ?? new Map())
        const input = { repositoryName: name, ...(tags.length === 0 ? {} : { tags }) }
        return client.send(new CreateRepositoryCommand(input))
      },
    }),
    createsOnPush: async () => false,
    findImages: ({ name }, tags) =>
      inCalls(tags, (asked) =>
        calling('DescribeImages', name, () =>
          describeTags(asked, (imageIds) =>
            client.send(new DescribeImagesCommand({ ...registry, repositoryName: name, imageIds })),
          ),
        ),
      ),
    settings: async () => (await import('./settings.ts')).publicSettings(api),
  }
}
