import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ECRClient,
  GetLifecyclePolicyCommand,
  GetLifecyclePolicyPreviewCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
  StartLifecyclePolicyPreviewCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecr'
import type { SettingsPort } from '../port.ts'
import { type Calling, isNamed } from '../sdk/calls.ts'
import { mutabilityInput } from '../settings/mutability.ts'
import type { LifecyclePreview } from '../settings/settings.ts'

/** How long a preview may take: ECR walks over every image of the repository. */
const PREVIEW_MS = 60_000

/** @param registryId as members of an input: empty for the credentials' own account */
export function privateSettings(
  client: ECRClient,
  calling: Calling,
  registryId: { readonly registryId?: string },
): SettingsPort {
  const target = (name: string) => ({ ...registryId, repositoryName: name })

  /** The text, or null where ECR says that there is none. */
  const orNull = async (
    action: string,
    name: string,
    absent: string,
    read: () => Promise<string | undefined>,
  ) =>
    calling(action, name, async () => {
      try {
        return (await read()) ?? null
      } catch (error) {
        if (isNamed(error, absent, 'RepositoryNotFoundException')) return null
        throw error
      }
    })

  return {
    async readPolicies(name, which) {
      const [lifecyclePolicy, repositoryPolicy] = await Promise.all([
        which.lifecycle
          ? orNull('ecr:GetLifecyclePolicy', name, 'LifecyclePolicyNotFoundException', async () => {
              const answer = await client.send(new GetLifecyclePolicyCommand(target(name)))
              return answer.lifecyclePolicyText
            })
          : null,
        which.repository
          ? orNull('ecr:GetRepositoryPolicy', name, 'RepositoryPolicyNotFoundException', async () => {
              const answer = await client.send(new GetRepositoryPolicyCommand(target(name)))
              return answer.policyText
            })
          : null,
      ])
      return { lifecyclePolicy, repositoryPolicy }
    },

    readTags({ name, arn }) {
      return calling('ecr:ListTagsForResource', name, async () => {
        const { tags = [] } = await client.send(new ListTagsForResourceCommand({ resourceArn: arn }))
        return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
      })
    },

    async putMutability(name, mutability) {
      await calling('ecr:PutImageTagMutability', name, () =>
        client.send(new PutImageTagMutabilityCommand({ ...target(name), ...mutabilityInput(mutability) })),
      )
    },

    async putScanOnPush(name, scanOnPush) {
      const input = { ...target(name), imageScanningConfiguration: { scanOnPush } }
      await calling('ecr:PutImageScanningConfiguration', name, () =>
        client.send(new PutImageScanningConfigurationCommand(input)),
      )
    },

    async putTags({ name, arn }, tags) {
      const input = { resourceArn: arn, tags: [...tags].map(([Key, Value]) => ({ Key, Value })) }
      await calling('ecr:TagResource', name, () => client.send(new TagResourceCommand(input)))
    },

    async putLifecyclePolicy(name, lifecyclePolicyText) {
      await calling('ecr:PutLifecyclePolicy', name, () =>
        client.send(new PutLifecyclePolicyCommand({ ...target(name), lifecyclePolicyText })),
      )
    },

    async setRepositoryPolicy(name, policyText) {
      await calling('ecr:SetRepositoryPolicy', name, () =>
        client.send(new SetRepositoryPolicyCommand({ ...target(name), policyText })),
      )
    },

    async previewLifecyclePolicy(name, lifecyclePolicyText) {
      const deadline = performance.now() + PREVIEW_MS
      const started = await calling('ecr:StartLifecyclePolicyPreview', name, () =>
        startPreview(client, { ...target(name), lifecyclePolicyText }, deadline),
      )
      if (!started) return { complete: false, images: [], expiring: 0 }
      return calling('ecr:GetLifecyclePolicyPreview', name, () => readPreview(client, target(name), deadline))
    },
  }
}

interface Target {
  readonly registryId?: string
  readonly repositoryName: string
}

/** @returns false where another preview is in progress until the deadline: ECR has one at a time */
async function startPreview(
  client: ECRClient,
  input: Target & { readonly lifecyclePolicyText: string },
  deadline: number,
): Promise<boolean> {
  for (let wait = 500; ; wait = Math.min(wait * 2, 4000)) {
    try {
      await client.send(new StartLifecyclePolicyPreviewCommand(input))
      return true
    } catch (error) {
      if (!isNamed(error, 'LifecyclePolicyPreviewInProgressException')) throw error
      if (performance.now() + wait > deadline) return false
      await sleep(wait)
    }
  }
}

/** Polls until the preview is complete, then reads its first page: the count is in the summary. */
async function readPreview(client: ECRClient, input: Target, deadline: number): Promise<LifecyclePreview> {
  for (let wait = 300; ; wait = Math.min(wait * 2, 4000)) {
    const answer = await client.send(new GetLifecyclePolicyPreviewCommand({ ...input, maxResults: 100 }))
    if (answer.status === 'IN_PROGRESS' && performance.now() + wait < deadline) {
      await sleep(wait)
      continue
    }
    const images = (answer.previewResults ?? []).map((result) => ({
      digest: result.imageDigest ?? '',
      tags: result.imageTags ?? [],
      action: (result.action?.type ?? 'EXPIRE').toLowerCase(),
      rule: result.appliedRulePriority ?? 0,
    }))
    return {
      complete: answer.status === 'COMPLETE',
      images,
      expiring:
        answer.summary?.expiringImageTotalCount ?? images.filter(({ action }) => action === 'expire').length,
    }
  }
}
