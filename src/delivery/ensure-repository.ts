import { isImmutable } from '../ecr/mutability.ts'
import type { Ecr } from '../ecr/port.ts'
import { NO_SETTINGS, type RepositorySettings } from '../ecr/settings.ts'
import type { HeldImage, Repository } from '../ecr/types.ts'
import type { Teller } from '../ecr/update.ts'
import type { Inputs } from '../inputs/index.ts'
import { type ImageMetadata, withoutTags } from '../metadata/index.ts'
import { ActionError } from '../shared/errors.ts'
import { together } from '../shared/together.ts'

/** The repository before the build, and what is in it under the wanted tags. */
export interface Ensured {
  /** Null where ECR is to create it on the push. */
  readonly repository: Repository | null
  readonly created: boolean
  /** With the tags that the repository can take. */
  readonly image: ImageMetadata
  /** By tag; as far as `if-image-exists` or an immutable repository made it necessary to ask. */
  readonly images: ReadonlyMap<string, HeldImage>
}

export type EnsureInputs = Pick<
  Inputs,
  'repository' | 'createRepository' | 'settings' | 'updateRepository' | 'ifImageExists'
>

/**
 * Finds the repository, or creates it, and asks what the wanted tags name. What does not depend on each other is
 * asked at the same time.
 * @throws ActionError where it is absent and nobody may create it, where it cannot be brought to the settings, or
 * where a tag is taken
 */
export async function ensureRepository(
  ecr: Ecr,
  inputs: EnsureInputs,
  wanted: ImageMetadata,
  teller: Teller,
): Promise<Ensured> {
  const { settings, updateRepository, ifImageExists } = inputs
  const { name, alias } = inputs.repository
  const [found, policies, early] = await together([
    ecr.findRepository(name),
    readPolicies(ecr, name, settings, updateRepository),
    ifImageExists === 'push' ? null : ecr.findImages({ name }, wanted.tags),
  ])
  if (found === null) return createRepository(ecr, inputs, wanted, teller)
  checkAlias(found, alias)
  teller.log(`Found the repository ${found.uri}`)
  // What an update is about to make immutable counts as immutable.
  const mutability = (updateRepository ? settings.mutability : null) ?? found.mutability
  const image = withoutMoving({ ...found, mutability }, wanted, teller)
  const [repository, images] = await together([
    anySettings(settings) ? compare(ecr, found, policies, inputs, teller) : found,
    // Immutability is known only now; a mutable repository takes every tag.
    early ?? ecr.findImages(found, immutableTags({ mutability }, image.tags)),
  ])
  refuseTakenTags(repository, images, ifImageExists, image.tags)
  return { repository, created: false, image, images }
}

/** Of an immutable repository, the tags that move and that nobody named are left out. */
export function withoutMoving(
  repository: Repository,
  wanted: ImageMetadata,
  { notice }: Teller,
): ImageMetadata {
  const left = immutableTags(repository, wanted.tags).filter((tag) => wanted.moving.has(tag))
  if (left.length === 0) return wanted
  notice(
    `${repository.uri} is immutable: the default tags that move are left out (${left.join(', ')}). Name them in the input 'tags' to have them all the same.`,
  )
  return withoutTags(wanted, left)
}

const anySettings = (settings: RepositorySettings) => Object.values(settings).some((value) => value !== null)

/** The code that knows settings is loaded where inputs have some. */
async function readPolicies(ecr: Ecr, name: string, settings: RepositorySettings, update: boolean) {
  if (!anySettings(settings)) return null
  const reading = (await import('../ecr/update.ts')).readPolicies(ecr, name, settings)
  // A role that may not read them can still push: what is only compared is not worth a failure.
  return update ? reading : reading.catch(() => null)
}

async function compare(
  ecr: Ecr,
  found: Repository,
  policies: Awaited<ReturnType<typeof readPolicies>>,
  { settings, updateRepository: update }: EnsureInputs,
  teller: Teller,
): Promise<Repository> {
  const { compareSettings } = await import('../ecr/update.ts')
  const comparing = compareSettings(ecr, found, policies, settings, { ...teller, update })
  if (update) return comparing
  return comparing.catch((error) => {
    teller.log(`The repository's settings could not be compared with the inputs: ${(error as Error).message}`)
    return found
  })
}

async function createRepository(
  ecr: Ecr,
  inputs: EnsureInputs,
  wanted: ImageMetadata,
  teller: Teller,
): Promise<Ensured> {
  const { settings, updateRepository, createRepository: mayCreate, ifImageExists } = inputs
  const { name, alias } = inputs.repository
  const images = new Map<string, HeldImage>()
  if (!mayCreate) {
    if (!(await ecr.createsOnPush(name))) throw absent(name)
    teller.log(
      `The repository ${name} is not there; a repository creation template has ECR create it on the push`,
    )
    return { repository: null, created: false, image: wanted, images }
  }
  const { created, ...repository } = await ecr.createRepository(name, settings)
  checkAlias(repository, alias)
  const image = withoutMoving(repository, wanted, teller)
  if (created) {
    teller.log(`Created the repository ${repository.uri}`)
    if (anySettings(settings)) {
      const { completeCreation } = await import('../ecr/update.ts')
      await completeCreation(ecr, repository, settings, teller)
    }
    return { repository, created, image, images }
  }
  teller.log(`Found the repository ${repository.uri}, which another run has just created`)
  // That run may still be setting its policies: only an update compares.
  const compared = updateRepository ? settings : NO_SETTINGS
  const policies = await readPolicies(ecr, name, compared, updateRepository)
  const asked = ifImageExists === 'push' ? immutableTags(repository, image.tags) : image.tags
  const [now, held] = await together([
    anySettings(compared) ? compare(ecr, repository, policies, inputs, teller) : repository,
    ecr.findImages(repository, asked),
  ])
  refuseTakenTags(now, held, ifImageExists, image.tags)
  return { repository: now, created, image, images: held }
}

function absent(name: string): ActionError {
  return new ActionError(
    `There is no repository '${name}' in ECR, and create-repository is false.`,
    "set create-repository: true, create it beforehand, correct 'repository', 'aws-region' or 'registry-id', or give the registry a repository creation template for CREATE_ON_PUSH whose prefix fits the name.",
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

export function immutableTags(
  { mutability }: Pick<Repository, 'mutability'>,
  tags: readonly string[],
): string[] {
  return tags.filter((tag) => isImmutable(mutability, tag))
}

/**
 * The image that is there already: under every tag, at one digest, and not archived.
 * @returns null where something is to be pushed
 */
export function imageThere(
  images: ReadonlyMap<string, HeldImage>,
  tags: readonly string[],
): HeldImage | null {
  const held = tags.map((tag) => images.get(tag))
  const [first] = held
  if (first === undefined) return null
  return held.every((image) => image?.digest === first.digest && image.active) ? first : null
}

/**
 * @throws ActionError for tags that ECR would refuse only after a whole build, and without a reason docker passes on;
 * with `if-image-exists: fail`, for each tag that is there
 */
function refuseTakenTags(
  repository: Repository,
  images: ReadonlyMap<string, HeldImage>,
  ifImageExists: Inputs['ifImageExists'],
  tags: readonly string[],
): void {
  if (ifImageExists === 'skip' && imageThere(images, tags) !== null) return
  const immutable = immutableTags(repository, tags)
  const taken = (ifImageExists === 'fail' ? tags : immutable).flatMap((tag) => {
    const image = images.get(tag)
    return image === undefined ? [] : [`${tag} (${image.digest}${image.active ? '' : ', archived'})`]
  })
  if (taken.length === 0) return
  const list = taken.join(', ')
  const free =
    'push a tag that is not there yet (the commit SHA changes with each commit), delete that image,'
  if (ifImageExists === 'fail') {
    throw new ActionError(
      `${repository.uri} has an image already under ${list}, and if-image-exists is fail.`,
      `${free} or set if-image-exists: skip to end well with the image that is there.`,
    )
  }
  const skip =
    ifImageExists === 'skip'
      ? 'if-image-exists: skip needs every tag at one active image'
      : 'set if-image-exists: skip to end well where every tag is there at one image'
  throw new ActionError(
    `${repository.uri} is immutable and has an image already under ${list}.`,
    `${free} let the repository exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION), or ${
      ifImageExists === 'skip' ? `reduce the tags: ${skip}` : skip
    }.`,
  )
}
