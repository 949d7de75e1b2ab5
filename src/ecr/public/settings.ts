import {
  type ECRPUBLICClient,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecr-public'
import type { SettingsPort } from '../port.ts'
import { type Calling, isNamed } from '../sdk/calls.ts'

/** A public repository has a policy and tags; the inputs refuse every other setting for it. */
export function publicSettings(
  client: ECRPUBLICClient,
  calling: Calling,
  registryId: { readonly registryId?: string },
): SettingsPort {
  const target = (name: string) => ({ ...registryId, repositoryName: name })
  return {
    async readPolicies(name, which) {
      if (!which.repository) return { lifecyclePolicy: null, repositoryPolicy: null }
      return calling('ecr-public:GetRepositoryPolicy', name, async () => {
        try {
          const { policyText } = await client.send(new GetRepositoryPolicyCommand(target(name)))
          return { lifecyclePolicy: null, repositoryPolicy: policyText ?? null }
        } catch (error) {
          if (!isNamed(error, 'RepositoryPolicyNotFoundException', 'RepositoryNotFoundException')) throw error
          return { lifecyclePolicy: null, repositoryPolicy: null }
        }
      })
    },

    readTags({ name, arn }) {
      return calling('ecr-public:ListTagsForResource', name, async () => {
        const { tags = [] } = await client.send(new ListTagsForResourceCommand({ resourceArn: arn }))
        return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
      })
    },

    async putTags({ name, arn }, tags) {
      const input = { resourceArn: arn, tags: [...tags].map(([Key, Value]) => ({ Key, Value })) }
      await calling('ecr-public:TagResource', name, () => client.send(new TagResourceCommand(input)))
    },

    async setRepositoryPolicy(name, policyText) {
      await calling('ecr-public:SetRepositoryPolicy', name, () =>
        client.send(new SetRepositoryPolicyCommand({ ...target(name), policyText })),
      )
    },

    putMutability: () => notOfPublic('image-tag-mutability'),
    putScanOnPush: () => notOfPublic('scan-on-push'),
    putLifecyclePolicy: () => notOfPublic('lifecycle-policy'),
    previewLifecyclePolicy: () => notOfPublic('lifecycle-policy'),
  }
}

/** @throws Error always: it is a defect of ours to get here */
async function notOfPublic(input: string): Promise<never> {
  throw new Error(`a public repository has no ${input}`)
}
