import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  type ECRClientConfig,
  GetAuthorizationTokenCommand,
  type Repository as SdkRepository,
} from '@aws-sdk/client-ecr'
import { ActionError } from '../errors.ts'
import { type Calling, isNamed } from './calling.ts'
import { type Call, explainEcrError } from './errors.ts'
import { MANIFEST_TYPES } from './media-types.ts'
import type { Ecr, HeldImage, RegistryLogin, Repository } from './port.ts'

export interface PrivateEcrOptions {
  /** Null: the SDK's chain decides. */
  readonly region: string | null
  /** Another account's registry; null: the registry of the credentials' own account. */
  readonly registryId: string | null
  /** Called with each secret before anything else sees it. */
  readonly mask: (secret: string) => void
  readonly client?: ECRClientConfig
}

/** ECR answers for so many images of one DescribeImages or BatchGetImage call. */
const IMAGES_PER_CALL = 100

/**
 * Private ECR through the AWS SDK.
 * @returns the port; its methods throw ActionErrors only
 * @throws ActionError where no region is set
 */
export async function connectPrivateEcr(options: PrivateEcrOptions): Promise<Ecr> {
  const client = new ECRClient({
    // A token bucket with client-side rate limiting: many jobs of one matrix share the account's quota.
    retryMode: 'adaptive',
    maxAttempts: 6,
    ...(options.region === null ? {} : { region: options.region }),
    ...options.client,
  })
  const registryId = options.registryId === null ? {} : { registryId: options.registryId }
  const region = await regionOf(client)

  const calling: Calling = async (action, repository, call) => {
    try {
      return await call()
    } catch (error) {
      throw explainEcrError(error, {
        action,
        repository,
        region,
        registryId: options.registryId,
      } satisfies Call)
    }
  }

  const ecr: Ecr = {
    authorize() {
      // The registry is deliberately named by `registryIds`: a token serves exactly the registry that it was
      // issued for, and `proxyEndpoint` then is the target's host.
      const registryIds = options.registryId === null ? {} : { registryIds: [options.registryId] }
      return calling('ecr:GetAuthorizationToken', null, async () => {
        const { authorizationData } = await client.send(new GetAuthorizationTokenCommand(registryIds))
        const data = authorizationData?.[0]
        return decodeToken(data?.authorizationToken, data?.proxyEndpoint, data?.expiresAt, options.mask)
      })
    },

    findRepository(name) {
      return calling('ecr:DescribeRepositories', name, async () => {
        try {
          const found = await client.send(
            new DescribeRepositoriesCommand({ ...registryId, repositoryNames: [name] }),
          )
          return toRepository(found.repositories?.[0])
        } catch (error) {
          if (isNamed(error, 'RepositoryNotFoundException')) return null
          throw error
        }
      })
    },

    createRepository(name) {
      return calling('ecr:CreateRepository', name, async () => {
        try {
          const made = await client.send(new CreateRepositoryCommand({ ...registryId, repositoryName: name }))
          return { ...toRepository(made.repository), created: true }
        } catch (error) {
          // Two jobs of one matrix create the same repository at the same time: the second finds the first's.
          if (!isNamed(error, 'RepositoryAlreadyExistsException')) throw error
          const found = await ecr.findRepository(name)
          if (found === null) throw error
          return { ...found, created: false }
        }
      })
    },

    async findImages(repository, tags) {
      const held = new Map<string, HeldImage>()
      const target = { registryId: repository.registryId, repositoryName: repository.name }
      const describe = async (wanted: readonly string[]): Promise<void> => {
        try {
          const imageIds = wanted.map((imageTag) => ({ imageTag }))
          const answer = await client.send(new DescribeImagesCommand({ ...target, imageIds }))
          for (const detail of answer.imageDetails ?? []) {
            for (const tag of detail.imageTags ?? []) {
              if (!wanted.includes(tag) || detail.imageDigest === undefined) continue
              held.set(tag, {
                digest: detail.imageDigest,
                mediaType: detail.imageManifestMediaType ?? null,
                sizeInBytes: detail.imageSizeInBytes ?? null,
              })
            }
          }
        } catch (error) {
          if (!isNamed(error, 'ImageNotFoundException')) throw error
          // One absent tag fails the whole call: ask for each alone.
          if (wanted.length > 1) await Promise.all(wanted.map((tag) => describe([tag])))
        }
      }
      const batchGet = async (wanted: readonly string[]): Promise<void> => {
        const imageIds = wanted.map((imageTag) => ({ imageTag }))
        const answer = await client.send(
          new BatchGetImageCommand({ ...target, imageIds, acceptedMediaTypes: MANIFEST_TYPES }),
        )
        for (const image of answer.images ?? []) {
          const { imageTag, imageDigest } = image.imageId ?? {}
          if (imageTag === undefined || imageDigest === undefined) continue
          held.set(imageTag, {
            digest: imageDigest,
            mediaType: image.imageManifestMediaType ?? null,
            sizeInBytes: null,
          })
        }
      }
      await Promise.all(
        chunks(tags, IMAGES_PER_CALL).map((wanted) =>
          calling('ecr:DescribeImages', repository.name, async () => {
            try {
              await describe(wanted)
            } catch (error) {
              if (!isNamed(error, 'AccessDeniedException')) throw error
              // Roles made for `docker push` have BatchGetImage more often than DescribeImages. If that is
              // denied too, DescribeImages is the permission to ask for.
              await batchGet(wanted).catch(() => Promise.reject(error))
            }
          }),
        ),
      )
      return held
    },

    scans: async () => (await import('./private-scans.ts')).privateScans(client, calling),
    replication: async () => (await import('./private-replication.ts')).privateReplication(client, calling),
  }
  return ecr
}

async function regionOf(client: ECRClient): Promise<string> {
  try {
    return await client.config.region()
  } catch (error) {
    throw new ActionError(
      'No AWS region.',
      "set the input 'aws-region', or AWS_REGION in the job's env, or give 'repository' as a URI.",
      { cause: error },
    )
  }
}

function toRepository(found: SdkRepository | undefined): Repository {
  if (!found?.repositoryName || !found.repositoryArn || !found.repositoryUri || !found.registryId) {
    throw new ActionError(
      'ECR answered without a repository.',
      'check AWS_ENDPOINT_URL and proxies on the way to ECR.',
    )
  }
  return {
    name: found.repositoryName,
    arn: found.repositoryArn,
    uri: found.repositoryUri,
    registryId: found.registryId,
    mutability: {
      mode: found.imageTagMutability ?? 'MUTABLE',
      exclusions: (found.imageTagMutabilityExclusionFilters ?? []).flatMap(({ filter }) => filter ?? []),
    },
  }
}

/** `authorizationToken` is base64 of `AWS:password`; both forms are masked before anything is made of them. */
function decodeToken(
  token: string | undefined,
  endpoint: string | undefined,
  expiresAt: Date | undefined,
  mask: (secret: string) => void,
): RegistryLogin {
  if (!token || !endpoint) {
    throw new ActionError(
      'ECR answered without a token.',
      'check AWS_ENDPOINT_URL and proxies on the way to ECR.',
    )
  }
  mask(token)
  const decoded = Buffer.from(token, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  const password = decoded.slice(colon + 1)
  mask(password)
  return {
    host: endpoint.replace(/^https?:\/\//, '').replace(/\/$/, ''),
    username: decoded.slice(0, colon),
    password,
    expiresAt: expiresAt ?? null,
  }
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = []
  for (let start = 0; start < items.length; start += size) result.push(items.slice(start, start + size))
  return result
}
