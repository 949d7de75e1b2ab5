import { describeRegistry } from '../ecr/hosts.ts'
import type { Ecr } from '../ecr/port.ts'
import type { Difference } from '../ecr/settings/differences.ts'
import type { RepositorySettings } from '../ecr/settings/settings.ts'
import type { Comparison, Teller } from '../ecr/settings/update.ts'
import type { HeldImage, Repository } from '../ecr/types.ts'
import type { Inputs } from '../inputs/index.ts'
import type { ImageMetadata } from '../metadata/index.ts'
import { ActionError } from '../shared/errors.ts'
import { together } from '../shared/together.ts'
import { immutableTags, refuseTakenTags, withoutMovingTags } from './existing-images.ts'

/** A repository, as it is before the build. */
export interface PreparedRepository {
  /** Null if ECR creates it on the push. */
  readonly repository: Repository | null
  /** Whether this run has created it. */
  readonly created: boolean
  /** With the tags that the repository can take. */
  readonly image: ImageMetadata
  /** What those tags name, as far as `if-image-exists` or an immutable repository made it necessary to ask. */
  readonly images: ReadonlyMap<string, HeldImage>
}

/** What was found, and what is to be done about it once everything else has been checked. */
export interface RepositoryPlan extends PreparedRepository {
  /** The repository as it is; null if it does not exist. */
  readonly repository: Repository | null
  readonly created: false
  /** What the tags name, as far as anything; null if not all of them were asked for. */
  readonly asked: ReadonlyMap<string, HeldImage> | null
  /** Who creates it: this run, or ECR on the push; null if it exists. */
  readonly createdBy: 'run' | 'push' | null
  /** In what the repository that exists differs from the inputs, whether or not it is to be changed. */
  readonly differences: readonly Difference[]
  /** Creates the repository or brings it to the inputs' settings; does nothing if there is nothing to do. */
  readonly carryOut: () => Promise<PreparedRepository>
}

export type RepositoryPlanInputs = Pick<
  Inputs,
  'repository' | 'createRepository' | 'settings' | 'updateRepository' | 'ifImageExists'
>

/**
 * Asks what the wanted tags name, and compares the repository with the inputs. Changes nothing. What does not depend on
 * each other is asked at the same time.
 * @param finding the repository, being asked for
 * @param expected the digest that the tags are to name, if it is known without a build; null if that is never known, and
 * of null if it turns out not to be
 * @throws ActionError if it does not exist and nobody may create it, or if a tag is taken
 */
export async function planRepository(
  ecr: Ecr,
  finding: Promise<Repository | null>,
  inputs: RepositoryPlanInputs,
  wanted: ImageMetadata,
  teller: Teller,
  expected: Promise<string | null> | null,
): Promise<RepositoryPlan> {
  const { settings, updateRepository, ifImageExists } = inputs
  const { name, alias } = inputs.repository
  const asksForAll = ifImageExists !== 'push' || expected !== null
  const [found, policies, early, digest] = await together([
    finding,
    readPolicies(ecr, name, settings, updateRepository),
    asksForAll && wanted.tags.length > 0 ? ecr.findImages({ name }, wanted.tags) : null,
    expected,
  ])
  if (found === null) return planCreation(ecr, inputs, wanted, teller, digest)
  checkAlias(found, alias)
  teller.log(`Found the repository ${found.uri}`)
  // What an update is about to make immutable counts as immutable.
  const mutability = (updateRepository ? settings.mutability : null) ?? found.mutability
  const image = withoutMovingTags({ ...found, mutability }, wanted, teller.notice)
  const compared = anySettings(settings)
  const immutable = immutableTags({ mutability }, image.tags)
  const [{ differences, change }, held] = await together([
    compared ? compare(ecr, found, policies, inputs, teller) : asItIs(found),
    // Immutability is known only now; a mutable repository takes every tag.
    early ?? ecr.findImages(found, immutable),
  ])
  // Of an image that is to be built, what a tag names that can move says nothing about the end of the build.
  const decides = ifImageExists !== 'push' || digest !== null
  const images = decides ? held : new Map([...held].filter(([tag]) => immutable.includes(tag)))
  refuseTakenTags({ ...found, mutability }, images, ifImageExists, image.tags, digest)
  const prepared = { repository: found, created: false, image, images } as const
  return {
    ...prepared,
    asked: early,
    createdBy: null,
    differences,
    carryOut: async () => ({ ...prepared, repository: await change() }),
  }
}

const asItIs = (found: Repository): Comparison => ({ differences: [], change: async () => found })

const anySettings = (settings: RepositorySettings) => Object.values(settings).some((value) => value !== null)

/** The code that knows settings is loaded only if the inputs have some. */
async function readPolicies(ecr: Ecr, name: string, settings: RepositorySettings, update: boolean) {
  if (!anySettings(settings)) return null
  const reading = (await import('../ecr/settings/update.ts')).readHeldPolicies(ecr, name, settings)
  // A role that may not read them can still push: what is only compared is not worth a failure.
  return update ? reading : reading.catch(() => null)
}

async function compare(
  ecr: Ecr,
  found: Repository,
  policies: Awaited<ReturnType<typeof readPolicies>>,
  { settings, updateRepository: update }: Pick<RepositoryPlanInputs, 'settings' | 'updateRepository'>,
  teller: Teller,
): Promise<Comparison> {
  const { compareSettings } = await import('../ecr/settings/update.ts')
  const comparing = compareSettings(ecr, found, policies, settings, { ...teller, update })
  if (update) return comparing
  return comparing.catch((error) => {
    teller.log(`The repository's settings could not be compared with the inputs: ${(error as Error).message}`)
    return asItIs(found)
  })
}

async function planCreation(
  ecr: Ecr,
  inputs: RepositoryPlanInputs,
  wanted: ImageMetadata,
  teller: Teller,
  digest: string | null,
): Promise<RepositoryPlan> {
  const { name } = inputs.repository
  const nothing = { repository: null, created: false, image: wanted, images: new Map() } as const
  if (inputs.createRepository) {
    const carryOut = () => createRepository(ecr, inputs, wanted, teller, digest)
    return { ...nothing, asked: new Map(), createdBy: 'run', differences: [], carryOut }
  }
  const onPush = await ecr.createsOnPush(name).catch((error: Error) => error)
  if (onPush !== true) throw absent(inputs.repository, onPush === false ? null : onPush)
  teller.log(
    `The repository ${name} does not exist; a repository creation template has ECR create it on the push`,
  )
  return { ...nothing, asked: new Map(), createdBy: 'push', differences: [], carryOut: async () => nothing }
}

async function createRepository(
  ecr: Ecr,
  inputs: RepositoryPlanInputs,
  wanted: ImageMetadata,
  teller: Teller,
  digest: string | null,
): Promise<PreparedRepository> {
  const { settings, updateRepository, ifImageExists } = inputs
  const { name, alias } = inputs.repository
  const { created, ...repository } = await ecr.createRepository(name, settings)
  checkAlias(repository, alias)
  const image = withoutMovingTags(repository, wanted, teller.notice)
  if (created) {
    teller.log(`Created the repository ${repository.uri}`)
    if (anySettings(settings)) {
      const { completeCreation } = await import('../ecr/settings/update.ts')
      await completeCreation(ecr, repository, settings, teller)
    }
    return { repository, created, image, images: new Map() }
  }
  teller.log(
    `Found the repository ${repository.uri}, which did not exist when this run looked for it: somebody else has created it since`,
  )
  // Another run may still be setting its policies: without an update, only what comes with the creation is compared.
  const { settingsOfCreation } = await import('../ecr/settings/update.ts')
  const compared = updateRepository ? settings : settingsOfCreation(settings)
  const policies = await readPolicies(ecr, name, compared, updateRepository)
  const asked =
    ifImageExists === 'push' && digest === null ? immutableTags(repository, image.tags) : image.tags
  const [{ change }, held] = await together([
    anySettings(compared)
      ? compare(ecr, repository, policies, { settings: compared, updateRepository }, teller)
      : asItIs(repository),
    ecr.findImages(repository, asked),
  ])
  const now = await change()
  refuseTakenTags(now, held, ifImageExists, image.tags, digest)
  return { repository: now, created, image, images: held }
}

/** @param unknown why it is not known whether ECR would create the repository on the push; null if it would not */
function absent(
  { name, region, registryId, registryType }: Inputs['repository'],
  unknown: Error | null,
): ActionError {
  const isPublic = registryType === 'public'
  const registry = isPublic
    ? 'the public registry of these credentials'
    : describeRegistry({ region: region ?? "the environment's region", registryId })
  const also =
    unknown === null ? '' : ` Whether ECR would create it on the push is not known: ${unknown.message}`
  return new ActionError(
    `The repository '${name}' does not exist in ${registry}, and create-repository is false.${also}`,
    isPublic
      ? "set create-repository: true, create it beforehand, or correct 'repository' or the credentials."
      : "set create-repository: true, create it beforehand, correct 'repository', 'aws-region' or 'registry-id', or give the registry a repository creation template for CREATE_ON_PUSH whose prefix fits the name.",
    { page: 'iam.md#create-the-repository-too' },
  )
}

/** A repository is found by its name in the account's own public registry; the URI may mean another's. */
function checkAlias({ uri }: Repository, alias: string | null): void {
  const own = uri.split('/').at(1)
  if (alias === null || own === alias) return
  throw new ActionError(
    `The public registry of these credentials has the alias '${own}', and the input 'repository' says '${alias}'.`,
    `use credentials of the account that has the registry '${alias}', or correct 'repository' (${uri}).`,
  )
}
