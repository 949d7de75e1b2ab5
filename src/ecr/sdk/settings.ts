import type { SettingsPort } from '../port.ts'
import type { Calling } from './api.ts'
import { orNull } from './exceptions.ts'

interface Tag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** The calls on a repository's settings that both APIs have, each of them once. */
export interface SettingsCalls {
  getPolicy(name: string): Promise<{ readonly policyText?: string | undefined }>
  setPolicy(name: string, policyText: string): Promise<unknown>
  listTags(resourceArn: string): Promise<{ readonly tags?: readonly Tag[] | undefined }>
  addTags(resourceArn: string, tags: { Key: string; Value: string }[]): Promise<unknown>
}

/** How both adapters read and change a repository's tags and its policy. */
export function settingsMethods(
  calling: Calling,
  calls: SettingsCalls,
): Pick<SettingsPort, 'readTags' | 'putTags' | 'setRepositoryPolicy'> & {
  readPolicy(name: string): Promise<string | null>
} {
  return {
    readPolicy(name) {
      return calling('GetRepositoryPolicy', name, () =>
        orNull(
          ['RepositoryPolicyNotFoundException', 'RepositoryNotFoundException'],
          async () => (await calls.getPolicy(name)).policyText,
        ),
      )
    },

    async setRepositoryPolicy(name, policyText) {
      await calling('SetRepositoryPolicy', name, () => calls.setPolicy(name, policyText))
    },

    readTags({ name, arn }) {
      return calling('ListTagsForResource', name, async () => {
        const { tags = [] } = await calls.listTags(arn)
        return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
      })
    },

    async putTags({ name, arn }, tags) {
      await calling('TagResource', name, () => calls.addTags(arn, tagList(tags)))
    },
  }
}

/** Tags as AWS takes them. */
export function tagList(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }))
}
