import {
  type ECRClient,
  GetLifecyclePolicyCommand,
  GetLifecyclePolicyPreviewCommand,
  type GetLifecyclePolicyPreviewResponse,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
  StartLifecyclePolicyPreviewCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecr'
import { LIMITS } from '../../shared/limits.ts'
import { poll, REAL_TIME } from '../../shared/time.ts'
import { together } from '../../shared/together.ts'
import type { SettingsPort } from '../port.ts'
import type { Api } from '../sdk/api.ts'
import { isException, orNull } from '../sdk/exceptions.ts'
import { settingsMethods } from '../sdk/settings.ts'
import { mutabilityInput } from '../settings/mutability.ts'
import type { LifecyclePreview } from '../settings/settings.ts'

const PREVIEW_PAUSES = { firstMs: 300, longestMs: 4000, factor: 2 }

/** The settings of a private repository through the AWS SDK; its methods throw ActionErrors only. */
export function privateSettings({ client, calling, registry }: Api<ECRClient>): SettingsPort {
  const target = (name: string) => ({ ...registry, repositoryName: name })
  const { readPolicy, ...common } = settingsMethods(calling, {
    getPolicy: (name) => client.send(new GetRepositoryPolicyCommand(target(name))),
    setPolicy: (name, policyText) =>
      client.send(new SetRepositoryPolicyCommand({ ...target(name), policyText })),
    listTags: (resourceArn) => client.send(new ListTagsForResourceCommand({ resourceArn })),
    addTags: (resourceArn, tags) => client.send(new TagResourceCommand({ resourceArn, tags })),
  })

  const readLifecyclePolicy = (name: string) =>
    calling('GetLifecyclePolicy', name, () =>
      orNull(['LifecyclePolicyNotFoundException', 'RepositoryNotFoundException'], async () => {
        const { lifecyclePolicyText } = await client.send(new GetLifecyclePolicyCommand(target(name)))
        return lifecyclePolicyText
      }),
    )

  return {
    ...common,

    async readPolicies(name, which) {
      const [lifecyclePolicy, repositoryPolicy] = await together([
        which.lifecycle ? readLifecyclePolicy(name) : null,
        which.repository ? readPolicy(name) : null,
      ])
      return { lifecyclePolicy, repositoryPolicy }
    },

    async putMutability(name, mutability) {
      const input = { ...target(name), ...mutabilityInput(mutability) }
      await calling('PutImageTagMutability', name, () => client.send(new PutImageTagMutabilityCommand(input)))
    },

    async putScanOnPush(name, scanOnPush) {
      const input = { ...target(name), imageScanningConfiguration: { scanOnPush } }
      await calling('PutImageScanningConfiguration', name, () =>
        client.send(new PutImageScanningConfigurationCommand(input)),
      )
    },

    async putLifecyclePolicy(name, lifecyclePolicyText) {
      await calling('PutLifecyclePolicy', name, () =>
        client.send(new PutLifecyclePolicyCommand({ ...target(name), lifecyclePolicyText })),
      )
    },

    async previewLifecyclePolicy(name, lifecyclePolicyText) {
      const end = REAL_TIME.clock() + LIMITS.lifecyclePreviewMs
      const started = await calling('StartLifecyclePolicyPreview', name, () =>
        startPreview(client, { ...target(name), lifecyclePolicyText }, end),
      )
      const complete = started
        ? await calling('GetLifecyclePolicyPreview', name, () => awaitPreview(client, target(name), end))
        : null
      return complete === null ? INCOMPLETE : toPreview(complete)
    },
  }
}

interface Target {
  readonly registryId?: string
  readonly repositoryName: string
}

const INCOMPLETE: LifecyclePreview = { complete: false, images: [], expiring: 0 }

/** Asks until there is an answer, or the preview's time is over. */
async function pollUntil<T>(end: number, ask: () => Promise<T | undefined>): Promise<T | null> {
  return (await poll(REAL_TIME, end - REAL_TIME.clock(), PREVIEW_PAUSES, ask)) ?? null
}

/** @returns false if another preview is in progress until the end: ECR makes one at a time */
async function startPreview(
  client: ECRClient,
  input: Target & { readonly lifecyclePolicyText: string },
  end: number,
): Promise<boolean> {
  const started = await pollUntil(end, async () => {
    try {
      await client.send(new StartLifecyclePolicyPreviewCommand(input))
      return true
    } catch (error) {
      if (isException(error, 'LifecyclePolicyPreviewInProgressException')) return undefined
      throw error
    }
  })
  return started !== null
}

/** @returns the first page of the complete preview; null if ECR has not completed it */
async function awaitPreview(
  client: ECRClient,
  input: Target,
  end: number,
): Promise<GetLifecyclePolicyPreviewResponse | null> {
  const answer = await pollUntil(end, async () => {
    const preview = await client.send(new GetLifecyclePolicyPreviewCommand({ ...input, maxResults: 100 }))
    return preview.status === 'IN_PROGRESS' ? undefined : preview
  })
  return answer?.status === 'COMPLETE' ? answer : null
}

/** The first page has some of the images; the count of those that expire is of all. */
function toPreview({ previewResults = [], summary }: GetLifecyclePolicyPreviewResponse): LifecyclePreview {
  const images = previewResults.map((result) => ({
    digest: result.imageDigest ?? '',
    tags: result.imageTags ?? [],
    action: (result.action?.type ?? 'EXPIRE').toLowerCase(),
    rule: result.appliedRulePriority ?? 0,
  }))
  const expiring = images.filter(({ action }) => action === 'expire').length
  return { complete: true, images, expiring: summary?.expiringImageTotalCount ?? expiring }
}
