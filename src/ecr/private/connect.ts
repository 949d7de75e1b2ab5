import {
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  DescribeRepositoriesCommand,
  ECRClient,
  type ECRClientConfig,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr'
import { together } from '../../shared/together.ts'
import { noRegion } from '../errors/explain.ts'
import type { Ecr } from '../port.ts'
import { malformed } from '../sdk/answers.ts'
import { type Api, type EcrOptions, openApi } from '../sdk/api.ts'
import { clientOptions } from '../sdk/client.ts'
import { repositoryMethods } from '../sdk/repositories.ts'
import { tagList } from '../sdk/settings.ts'
import { decodeToken } from '../sdk/token.ts'
import { mutabilityInput } from '../settings/mutability.ts'
import type { RepositorySettings } from '../settings/settings.ts'
import type { RegistryToken } from '../tokens.ts'
import { findImages, isArchived } from './images.ts'

/** A private registry. */
export type PrivateApi = Api<ECRClient>

/**
 * Private ECR through the AWS SDK.
 * @returns the port; its methods throw ActionErrors only
 * @throws ActionError if no region is set
 */
export async function connectPrivateEcr(options: EcrOptions<ECRClientConfig>): Promise<Ecr> {
  const { registryId, mask } = options
  const region = options.region === null ? {} : { region: options.region }
  const client = new ECRClient({ ...clientOptions(), ...region, ...options.client })
  const api = openApi('ecr', client, { region: await regionOf(client), registryId }, options)
  const { calling, registry } = api
  return {
    authorize: () => authorize(api, registryId, mask),
    ...repositoryMethods(calling, {
      describe: (repositoryNames) =>
        client.send(new DescribeRepositoriesCommand({ ...registry, repositoryNames })),
      create: (name, settings) =>
        client.send(
          new CreateRepositoryCommand({ ...registry, repositoryName: name, ...creationInput(settings) }),
        ),
    }),
    findImages: ({ name }, tags) => findImages(api, name, tags),
    isArchived: ({ name }, digest) => isArchived(api, name, digest),
    // Loaded only if the inputs ask for it.
    listReferrers: async ({ name }, digest) =>
      (await import('./referrers.ts')).listReferrers(api, name, digest),
    createsOnPush: async (name) => (await import('./creation-templates.ts')).findsCreationOnPush(api, name),
    settings: async () => (await import('./settings.ts')).privateSettings(api),
    scans: async () => (await import('./scans.ts')).privateScans(api),
    replication: async () => (await import('./replication.ts')).privateReplication(api),
    signing: async () =>
      (await import('./signing.ts')).privateSigning(api, () => isOwnRegistry(api, options)),
  }
}

async function regionOf(client: ECRClient): Promise<string> {
  try {
    return await client.config.region()
  } catch (error) {
    throw noRegion(error)
  }
}

/**
 * The registry is named by `registryIds` on purpose, although the API calls that deprecated: a token serves exactly
 * the registry that it was issued for, and `proxyEndpoint` then is that registry's host.
 */
function authorize(
  { client, calling }: PrivateApi,
  registryId: string | null,
  mask: (secret: string) => void,
): Promise<RegistryToken> {
  const input = registryId === null ? {} : { registryIds: [registryId] }
  return calling('GetAuthorizationToken', null, async () => {
    const { authorizationData } = await client.send(new GetAuthorizationTokenCommand(input))
    const token = decodeToken(authorizationData?.[0], mask)
    if (token.host === null) throw malformed('without an endpoint')
    return token
  })
}

/** Whether the registry is that of the credentials' own account: the host of its token is, and no other permission is needed. */
async function isOwnRegistry(
  api: PrivateApi,
  { registryId, mask }: Pick<EcrOptions<ECRClientConfig>, 'registryId' | 'mask'>,
): Promise<boolean> {
  if (registryId === null) return true
  const [own, named] = await together([authorize(api, null, mask), authorize(api, registryId, mask)])
  return own.host === named.host
}

/** The settings that are part of a repository's creation. */
function creationInput(settings: RepositorySettings): Partial<CreateRepositoryCommandInput> {
  const { mutability, scanOnPush, encryption, resourceTags } = settings
  return {
    ...(mutability === null ? {} : mutabilityInput(mutability)),
    ...(scanOnPush === null ? {} : { imageScanningConfiguration: { scanOnPush } }),
    ...(encryption === null
      ? {}
      : {
          encryptionConfiguration: {
            encryptionType: encryption.type,
            ...(encryption.key === null ? {} : { kmsKey: encryption.key }),
          },
        }),
    ...(resourceTags === null ? {} : { tags: tagList(resourceTags) }),
  }
}
