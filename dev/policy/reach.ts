import { partitionOf } from '../../src/ecr/hosts.ts'
import type { Placeholders } from './placeholders.ts'
import type { StepUse } from './uses-of-step.ts'

// What a role's own permissions do not reach, and what of them only some repositories take.

const ARN = /^arn:([\w-]+):(?:iam|ecr):([^:]*):(\d{12}|\*):/

/**
 * What a person has to know of repositories that are not the role's own, or may not take all of its permissions.
 * @param role its ARN; null: whatever credentials the job has
 */
export function notesOfReach(
  role: string | null,
  uses: readonly StepUse[],
  placeholders: Placeholders,
): string[] {
  const [, partition, , account = '*'] = ARN.exec(role ?? '') ?? []
  // What stands for a role that is an expression is of no partition, and of no account.
  const isKnown = partition !== undefined && !/^\$\{\{/.test(placeholders.asWritten(role ?? ''))
  const isOpen = (id: string) => id === '*' || placeholders.isIn(id)
  const places = uses.flatMap(({ registry, repository, features }) => {
    const [, , region, owner] = ARN.exec(repository) ?? []
    if (registry !== 'private' || region === undefined || owner === undefined) return []
    const isFar = isKnown && region !== '*' && !placeholders.isIn(region) && partitionOf(region) !== partition
    const isOther = !isFar && owner !== account && !isOpen(owner) && !isOpen(account)
    return [{ name: placeholders.asPattern(repository), isFar, isOther, features }]
  })
  const namesOf = (which: (place: (typeof places)[number]) => boolean) =>
    [...new Set(places.filter(which).map(({ name }) => name))].join(', ')
  const far = namesOf(({ isFar }) => isFar)
  const others = namesOf(({ isOther }) => isOther)
  const created = namesOf(({ isOther, features }) => isOther && features.includes('create-repository'))
  const cached = namesOf(({ features }) => features.includes('pull-through'))
  return [
    far !== '' && `no role of ${partition} reaches another partition, and so not ${far}.`,
    others !== '' &&
      `of another account than the role's, the repository's own policy has to allow the role too: ${others} (docs/iam.md, 'A repository of another account').`,
    created !== '' &&
      `in another account than the role's, no repository can be created: ${created}. Create it there beforehand, and set create-repository: false.`,
    cached !== '' &&
      `the permissions policy has ecr:CreateRepository and ecr:BatchImportUpstreamImage for base images with a folder in their name: ${cached}. Only the first pull through a pull-through cache takes them: leave them out for what is of none.`,
  ].filter((note) => note !== false)
}
