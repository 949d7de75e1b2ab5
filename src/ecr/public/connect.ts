import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRPUBLICClient,
  type ECRPUBLICClientConfig,
  GetAuthorizationTokenCommand,
  type Repository as SdkRepository,
} from '@aws-sdk/client-ecr-public'
import type { Ecr } from '../port.ts'
import { soundDigest, soundRepository, soundSize } from '../sdk/answers.ts'
import { callingIn, chunks, decodeToken, type EcrOptions, isNamed } from '../sdk/calls.ts'
import { RETRIES, tellRetries } from '../sdk/retries.ts'
import type { HeldImage, Repository } from '../types.ts'

/** DescribeImages answers for so many of them. */
const IMAGES_PER_CALL = 100

/**
 * Public ECR through the AWS SDK. Its registry knows neither immutable tags nor scans nor lifecycle policies, and its
 * API gives no manifests.
 * https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/Welcome.html
 * @returns the port; its methods throw ActionErrors only
 */
export async function connectPublicEcr(options: EcrOptions<ECRPUBLICClientConfig>): Promise<Ecr> {
  const region = options.region ?? 'us-east-1'
  const client = new ECRPUBLICClient({ ...RETRIES, region, ...options.client })
  if (options.log !== undefined) tellRetries(client, 'ECR Public', options.log)
  const registryId = options.registryId === null ? {} : { registryId: options.registryId }
  const calling = callingIn({ region, registryId: options.registryId })

  const ecr: Ecr = {
    authorize() {
      return calling('ecr-public:GetAuthorizationToken', null, async () => {
        const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}))
        return decodeToken(authorizationData, options.mask)
      })
    },

    findRepository(name) {
      return calling('ecr-public:DescribeRepositories', name, async () => {
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

    createRepository(name, { resourceTags }) {
      return calling('ecr-public:CreateRepository', name, async () => {
        try {
          const tags = [...(resourceTags ?? [])].map(([Key, Value]) => ({ Key, Value }))
          const input = { repositoryName: name, ...(tags.length === 0 ? {} : { tags }) }
          const made = await client.send(new CreateRepositoryCommand(input))
          return { ...toRepository(made.repository, name), created: true }
        } catch (error) {
          if (!isNamed(error, 'RepositoryAlreadyExistsException')) throw error
          const found = await ecr.findRepository(name)
          if (found === null) throw error
          return { ...found, created: false }
        }
      })
    },

    async createsOnPush() {
      return false
    },

    async findImages({ name }, tags) {
      const held = new Map<string, HeldImage>()
      const describe = async (wanted: readonly string[]): Promise<void> => {
        try {
          const imageIds = wanted.map((imageTag) => ({ imageTag }))
          const input = { ...registryId, repositoryName: name, imageIds }
          const { imageDetails = [] } = await client.send(new DescribeImagesCommand(input))
          for (const {
            imageDigest,
            imageTags = [],
            imageManifestMediaType,
            imageSizeInBytes,
          } of imageDetails) {
            for (const tag of imageTags) {
              if (!wanted.includes(tag) || imageDigest === undefined) continue
              held.set(tag, {
                digest: soundDigest(imageDigest),
                mediaType: imageManifestMediaType ?? null,
                sizeInBytes: soundSize(imageSizeInBytes),
                active: true,
              })
            }
          }
        } catch (error) {
          if (isNamed(error, 'RepositoryNotFoundException')) return
          if (!isNamed(error, 'ImageNotFoundException')) throw error
          if (wanted.length > 1) await Promise.all(wanted.map((tag) => describe([tag])))
        }
      }
      await Promise.all(
        chunks(tags, IMAGES_PER_CALL).map((wanted) =>
          calling('ecr-public:DescribeImages', name, () => describe(wanted)),
        ),
      )
      return held
    },

    async readManifest() {
      return null
    },

    async settings() {
      const { publicSettings } = await import('./settings.ts')
      return publicSettings(client, calling, registryId)
    },
  }
  return ecr
}

function toRepository(found: SdkRepository | undefined, name: string): Repository {
  const sound = soundRepository(found, name)
  return {
    ...sound,
    mutability: { mode: 'MUTABLE', exclusions: [] },
    scanOnPush: false,
    encryption: { type: 'AES256', key: null },
  }
}
