import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  type CreateRepositoryCommandInput,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  type ECRClientConfig,
  GetAuthorizationTokenCommand,
  type Repository as SdkRepository,
} from '@aws-sdk/client-ecr'
import { MANIFEST_TYPES } from '../../oci/media-types.ts'
import { ActionError } from '../../shared/errors.ts'
import type { Ecr } from '../port.ts'
import { soundDigest, soundRepository, soundSize } from '../sdk/answers.ts'
import { callingIn, chunks, decodeToken, type EcrOptions, isNamed } from '../sdk/calls.ts'
import { RETRIES, tellRetries } from '../sdk/retries.ts'
import { mutabilityInput } from '../settings/mutability.ts'
import type { RepositorySettings } from '../settings/settings.ts'
import type { HeldImage, Repository } from '../types.ts'

/** ECR answers for so many images of one DescribeImages or BatchGetImage call. */
const IMAGES_PER_CALL = 100

/**
 * Private ECR through the AWS SDK.
 * @returns the port; its methods throw ActionErrors only
 * @throws ActionError where no region is set
 */
export async function connectPrivateEcr(options: EcrOptions<ECRClientConfig>): Promise<Ecr> {
  const client = new ECRClient({
    ...RETRIES,
    ...(options.region === null ? {} : { region: options.region }),
    ...options.client,
  })
  if (options.log !== undefined) tellRetries(client, 'ECR', options.log)
  const registryId = options.registryId === null ? {} : { registryId: options.registryId }
  const calling = callingIn({ region: await regionOf(client), registryId: options.registryId })

  const ecr: Ecr = {
    authorize() {
      // The registry is deliberately named by `registryIds`: a token serves exactly the registry that it was
      // issued for, and `proxyEndpoint` then is the target's host.
      const registryIds = options.registryId === null ? {} : { registryIds: [options.registryId] }
      return calling('ecr:GetAuthorizationToken', null, async () => {
        const { authorizationData } = await client.send(new GetAuthorizationTokenCommand(registryIds))
        const token = decodeToken(authorizationData?.[0], options.mask)
        if (token.host !== null) return token
        throw new ActionError(
          'ECR answered without an endpoint.',
          'check AWS_ENDPOINT_URL and proxies on the way to ECR.',
        )
      })
    },

    findRepository(name) {
      return calling('ecr:DescribeRepositories', name, async () => {
        try {
          const input = { ...registryId, repositoryNames: [name] }
          const found = await client.send(new DescribeRepositoriesCommand(input))
          return toRepository(found.repositories?.[0], name)
        } catch (error) {
          if (isNamed(error, 'RepositoryNotFoundException')) return null
          throw error
        }
      })
    },

    createRepository(name, settings) {
      return calling('ecr:CreateRepository', name, async () => {
        try {
          const input = { ...registryId, repositoryName: name, ...creationInput(settings) }
          const made = await client.send(new CreateRepositoryCommand(input))
          return { ...toRepository(made.repository, name), created: true }
        } catch (error) {
          // Two jobs of one matrix create the same repository at the same time: the second finds the first's.
          if (!isNamed(error, 'RepositoryAlreadyExistsException')) throw error
          const found = await ecr.findRepository(name)
          if (found === null) throw error
          return { ...found, created: false }
        }
      })
    },

    async createsOnPush(name) {
      const { findsCreationOnPush } = await import('./creation-templates.ts')
      return findsCreationOnPush(client, calling, name)
    },

    async findImages({ name }, tags) {
      const held = new Map<string, HeldImage>()
      const target = { ...registryId, repositoryName: name }
      const describe = async (wanted: readonly string[]): Promise<void> => {
        try {
          const imageIds = wanted.map((imageTag) => ({ imageTag }))
          const answer = await client.send(new DescribeImagesCommand({ ...target, imageIds }))
          for (const detail of answer.imageDetails ?? []) {
            for (const tag of detail.imageTags ?? []) {
              if (!wanted.includes(tag) || detail.imageDigest === undefined) continue
              held.set(tag, {
                digest: soundDigest(detail.imageDigest),
                mediaType: detail.imageManifestMediaType ?? null,
                sizeInBytes: soundSize(detail.imageSizeInBytes),
                active: (detail.imageStatus ?? 'ACTIVE') === 'ACTIVE',
              })
            }
          }
        } catch (error) {
          if (isNamed(error, 'RepositoryNotFoundException')) return
          if (!isNamed(error, 'ImageNotFoundException')) throw error
          // One absent tag fails the whole call: ask for each alone.
          if (wanted.length > 1) await Promise.all(wanted.map((tag) => describe([tag])))
        }
      }
      const batchGet = async (wanted: readonly string[]): Promise<void> => {
        const imageIds = wanted.map((imageTag) => ({ imageTag }))
        const input = { ...target, imageIds, acceptedMediaTypes: MANIFEST_TYPES }
        const answer = await client.send(new BatchGetImageCommand(input)).catch(async (error: unknown) => {
          if (isNamed(error, 'RepositoryNotFoundException')) return null
          // Behind a pull-through cache, ECR looks for an absent tag in the other registry first.
          if (!isNamed(error, 'UnableToGetUpstreamImageException')) throw error
          if (wanted.length > 1) await Promise.all(wanted.map((tag) => batchGet([tag])))
          return null
        })
        if (answer === null) return
        for (const image of answer.images ?? []) {
          const { imageTag, imageDigest } = image.imageId ?? {}
          if (imageTag === undefined || imageDigest === undefined) continue
          held.set(imageTag, {
            digest: soundDigest(imageDigest),
            mediaType: image.imageManifestMediaType ?? null,
            sizeInBytes: null,
            // An archived image is among the failures: ECR gives no manifest of it.
            active: true,
          })
        }
      }
      await Promise.all(
        chunks(tags, IMAGES_PER_CALL).map((wanted) =>
          calling('ecr:DescribeImages', name, async () => {
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

    readManifest({ name }, imageDigest) {
      return calling('ecr:BatchGetImage', name, async () => {
        const input = { ...registryId, repositoryName: name, imageIds: [{ imageDigest }] }
        const answer = await client.send(
          new BatchGetImageCommand({ ...input, acceptedMediaTypes: MANIFEST_TYPES }),
        )
        return answer.images?.[0]?.imageManifest ?? null
      })
    },

    async settings() {
      const { privateSettings } = await import('./settings.ts')
      return privateSettings(client, calling, registryId)
    },

    scans: async () => (await import('./scans.ts')).privateScans(client, calling),
    replication: async () => (await import('./replication.ts')).privateReplication(client, calling),
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
    ...(resourceTags === null ? {} : { tags: [...resourceTags].map(([Key, Value]) => ({ Key, Value })) }),
  }
}

function toRepository(found: SdkRepository | undefined, name: string): Repository {
  const sound = soundRepository(found, name)
  return {
    ...sound,
    mutability: {
      mode: found?.imageTagMutability ?? 'MUTABLE',
      exclusions: (found?.imageTagMutabilityExclusionFilters ?? []).flatMap(({ filter }) => filter ?? []),
    },
    scanOnPush: found?.imageScanningConfiguration?.scanOnPush ?? false,
    encryption: {
      type: found?.encryptionConfiguration?.encryptionType ?? 'AES256',
      key: found?.encryptionConfiguration?.kmsKey ?? null,
    },
  }
}
