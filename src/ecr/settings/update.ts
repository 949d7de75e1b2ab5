import { ActionError } from '../../shared/errors.ts'
import { together } from '../../shared/together.ts'
import type { Ecr, SettingsPort } from '../port.ts'
import type { Repository } from '../types.ts'
import { type Difference, describeDifference, differences, differingTags } from './differences.ts'
import { type HeldSettings, type LifecyclePreview, NO_SETTINGS, type RepositorySettings } from './settings.ts'

/** Who hears what happens to a repository. */
export interface Teller {
  readonly log: (line: string) => void
  readonly notice: (line: string) => void
}

/** Whether any of the settings is not part of DescribeRepositories, and so has to be read by itself. */
export function needsReading(wanted: RepositorySettings): boolean {
  return wanted.resourceTags !== null || hasPolicies(wanted)
}

function hasPolicies({ lifecyclePolicy, repositoryPolicy }: RepositorySettings): boolean {
  return lifecyclePolicy !== null || repositoryPolicy !== null
}

/** The present policies, as far as the inputs name one. They can be read at the same time as the repository. */
export async function readHeldPolicies(
  ecr: Ecr,
  name: string,
  wanted: RepositorySettings,
): Promise<Omit<HeldSettings, 'resourceTags'>> {
  if (!hasPolicies(wanted)) return { lifecyclePolicy: null, repositoryPolicy: null }
  return (await ecr.settings()).readPolicies(name, {
    lifecycle: wanted.lifecyclePolicy !== null,
    repository: wanted.repositoryPolicy !== null,
  })
}

/**
 * Sets what CreateRepository does not take, on a repository that was just created: its policies.
 * @throws ActionError if ECR refuses one of them: the repository then exists without it
 */
export async function completeCreation(
  ecr: Ecr,
  { name, uri }: Repository,
  wanted: RepositorySettings,
  { log }: Teller,
): Promise<void> {
  const { lifecyclePolicy, repositoryPolicy } = wanted
  if (!hasPolicies(wanted)) return
  const settings = await ecr.settings()
  const setting = async (what: string, set: Promise<void>) => {
    try {
      await set
    } catch (error) {
      if (!(error instanceof ActionError)) throw error
      throw new ActionError(
        `${uri} was created, but without its ${what}. ${error.message}`,
        `${error.remedy} Then run again with update-repository: true, which sets what is missing.`,
        { cause: error },
      )
    }
    log(`Set its ${what}`)
  }
  await together([
    lifecyclePolicy === null
      ? null
      : setting('lifecycle policy', settings.putLifecyclePolicy(name, lifecyclePolicy)),
    repositoryPolicy === null
      ? null
      : setting('repository policy', settings.setRepositoryPolicy(name, repositoryPolicy)),
  ])
}

/** What comes with a repository's creation, and so is known as soon as the repository is. */
export function settingsOfCreation({
  mutability,
  scanOnPush,
  encryption,
}: RepositorySettings): RepositorySettings {
  return { ...NO_SETTINGS, mutability, scanOnPush, encryption }
}

/** What a repository differs in, and what is done about it. */
export interface Comparison {
  readonly differences: readonly Difference[]
  /** Changes what differs, touching nothing else, if that is asked for; gives the repository as it is then. */
  readonly change: () => Promise<Repository>
}

/**
 * Compares a repository with the settings that are wanted; changes nothing. Without `update`, a difference is a notice.
 * @param policies as {@link readHeldPolicies} returned them; null if they could not be read
 * @param options.update whether what differs is to be changed
 * @throws ActionError if what is to be changed is the encryption, which ECR never changes
 */
export async function compareSettings(
  ecr: Ecr,
  repository: Repository,
  policies: Omit<HeldSettings, 'resourceTags'> | null,
  wanted: RepositorySettings,
  options: Teller & { readonly update: boolean },
): Promise<Comparison> {
  const { update, notice } = options
  const held =
    policies === null ? null : { ...policies, resourceTags: await readTags(ecr, repository, wanted) }
  const found = differences(repository, held, wanted)
  const asItIs = { differences: found, change: async () => repository }
  if (found.length === 0) return asItIs
  if (!update) {
    notice(`${repository.uri} is not as the inputs say: ${leftAsItIs(found)}`)
    return asItIs
  }
  const encryption = found.find(({ setting }) => setting === 'encryption')
  if (encryption !== undefined) {
    throw new ActionError(
      `${repository.uri} has another encryption than the inputs say (${encryption.is}, wanted ${encryption.wanted}), and ECR cannot change the encryption of a repository.`,
      'correct encryption-type and kms-key, leave them empty, or create another repository and copy the images there.',
      { page: 'recipes.md#the-repositorys-settings' },
    )
  }
  const change = async () => {
    const settings = await ecr.settings()
    for (const difference of found) {
      await changeSetting(settings, repository, difference.setting, held, wanted, options)
      options.log(`Changed ${difference.input} of ${repository.uri} (${was(difference)})`)
    }
    return {
      ...repository,
      mutability: wanted.mutability ?? repository.mutability,
      scanOnPush: wanted.scanOnPush ?? repository.scanOnPush,
    }
  }
  return { differences: found, change }
}

/** What differs, and what would change it: ECR changes everything but the encryption. */
function leftAsItIs(found: readonly Difference[]): string {
  const told = `${found.map(describeDifference).join('; ')}. It is left as it is`
  if (!found.some(({ setting }) => setting === 'encryption')) {
    return `${told}; update-repository: true would change it.`
  }
  return found.length === 1
    ? `${told}: ECR cannot change the encryption of a repository.`
    : `${told}. update-repository: true would change the rest only if the inputs say the encryption that it has, which ECR cannot change.`
}

/** Brings one setting of a repository to what is wanted. */
async function changeSetting(
  settings: SettingsPort,
  repository: Repository,
  setting: Difference['setting'],
  held: HeldSettings | null,
  wanted: RepositorySettings,
  teller: Teller,
): Promise<void> {
  const { name } = repository
  const { mutability, scanOnPush, resourceTags, lifecyclePolicy, repositoryPolicy } = wanted
  if (setting === 'mutability' && mutability !== null) await settings.putMutability(name, mutability)
  if (setting === 'scanOnPush' && scanOnPush !== null) await settings.putScanOnPush(name, scanOnPush)
  if (setting === 'resourceTags') {
    await settings.putTags(repository, differingTags(held?.resourceTags ?? new Map(), resourceTags))
  }
  if (setting === 'lifecyclePolicy' && lifecyclePolicy !== null) {
    await replaceLifecyclePolicy(settings, name, lifecyclePolicy, teller)
  }
  if (setting === 'repositoryPolicy' && repositoryPolicy !== null) {
    await settings.setRepositoryPolicy(name, repositoryPolicy)
  }
}

function was({ is, wanted }: { readonly is: string | null; readonly wanted: string | null }): string {
  if (is === null) return 'there was another one'
  return wanted === null ? `there was ${is}` : `it was ${is}, now ${wanted}`
}

async function readTags(ecr: Ecr, repository: Repository, wanted: RepositorySettings) {
  return wanted.resourceTags === null
    ? new Map<string, string>()
    : (await ecr.settings()).readTags(repository)
}

/** Logs which images a new policy would expire, before it is in force. */
async function replaceLifecyclePolicy(
  settings: SettingsPort,
  name: string,
  policy: string,
  { log, notice }: Teller,
): Promise<void> {
  const preview = await settings.previewLifecyclePolicy(name, policy)
  for (const line of describePreview(preview)) log(line)
  if (!preview.complete) {
    notice(
      `ECR did not finish the preview of the new lifecycle policy of ${name} in time; it is set all the same.`,
    )
  }
  await settings.putLifecyclePolicy(name, policy)
}

const IMAGES_SHOWN = 20

/** The lines that the log has of a preview: the count, and the first of the images. */
export function describePreview({ complete, images, expiring }: LifecyclePreview): string[] {
  if (!complete) return []
  if (images.length === 0) return ['The new lifecycle policy would expire none of the existing images.']
  const lines = images
    .slice(0, IMAGES_SHOWN)
    .map(
      ({ digest, tags, action, rule }) =>
        `  rule ${rule} would ${action === 'expire' ? action : 'archive'} ${digest}${tags.length === 0 ? ' (untagged)' : ` (${tags.join(', ')})`}`,
    )
  const moved = images.filter(({ action }) => action !== 'expire').length
  // The preview's first page may be a part of it; the count of what expires is of all.
  const others = Math.max(expiring + moved, images.length) - lines.length
  const also = moved === 0 ? '' : `, and archive ${moved}`
  return [
    `The new lifecycle policy would expire ${expiring} of the existing images${also}:`,
    ...lines,
    ...(others > 0 ? [`  and ${others} more`] : []),
  ]
}
