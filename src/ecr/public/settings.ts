import {
  type ECRPUBLICClient,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecr-public'
import type { SettingsPort } from '../port.ts'
import type { Api } from '../sdk/api.ts'
import { settingsMethods } from '../sdk/settings.ts'

/** A public repository has a policy and tags; the inputs refuse every other setting for it. */
export function publicSettings({ client, calling, registry }: Api<ECRPUBLICClient>): SettingsPort {
  const target = (name: string) => ({ ...registry, repositoryName: name })
  const { readPolicy, ...common } = settingsMethods(calling, {
    getPolicy: (name) => client.send(new GetRepositoryPolicyCommand(target(name))),
    setPolicy: (name, policyText) =>
      client.send(new SetRepositoryPolicyCommand({ ...target(name), policyText })),
    listTags: (resourceArn) => client.send(new ListTagsForResourceCommand({ resourceArn })),
    addTags: (resourceArn, tags) => client.send(new TagResourceCommand({ resourceArn, tags })),
  })
  return {
    ...common,
    readPolicies: async (name, which) => ({
      lifecyclePolicy: null,
      repositoryPolicy: which.repository ? await readPolicy(name) : null,
    }),
    putMutability: () => notOfPublic('image-tag-mutability'),
    putScanOnPush: () => notOfPublic('scan-on-push'),
    putLifecyclePolicy: () => notOfPublic('lifecycle-policy'),
    previewLifecyclePolicy: () => notOfPublic('lifecycle-policy'),
  }
}

/** @throws Error always: only a defect of this action leads here */
async function notOfPublic(input: string): Promise<never> {
  throw new Error(`a public repository has no ${input}`)
}
