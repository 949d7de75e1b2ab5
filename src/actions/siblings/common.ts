import { expectAfter } from '../../after-push/expect.ts'
import type { RoleInput } from '../../aws/workflow.ts'
import { deliver, type Origin } from '../../delivery/deliver.ts'
import { describeThere } from '../../delivery/describe-existing.ts'
import { type Destination, openSession, prepareOthers, refuseTwins } from '../../delivery/destination.ts'
import { immutableTags, withoutMoving } from '../../delivery/ensure-repository.ts'
import { reportDelivered, reportPlatforms } from '../../delivery/report.ts'
import type { Ecr } from '../../ecr/port.ts'
import { NO_SETTINGS } from '../../ecr/settings.ts'
import { type AfterInputs, readAfter } from '../../inputs/after-push.ts'
import { readMetadata } from '../../inputs/metadata.ts'
import type { Reader } from '../../inputs/reader.ts'
import { type RegistryTarget, readRegistries } from '../../inputs/registries.ts'
import { type RepositoryInput, readRepository } from '../../inputs/repository.ts'
import { readRole } from '../../inputs/role.ts'
import type { ImageMetadata, MetadataInputs } from '../../metadata/index.ts'
import { imageUris, jsonOutput, type Outputs, repositoryOutputs } from '../../report/outputs.ts'
import { ending } from '../../shared/ending.ts'
import { ActionError } from '../../shared/errors.ts'
import { together } from '../../shared/together.ts'
import type { World } from '../../world.ts'

/** A sibling action needs no engine. */
export type SiblingWorld = Omit<World, 'docker'>

/** What both sibling actions are told. */
export interface SiblingInputs {
  readonly repository: RepositoryInput
  readonly registries: readonly RegistryTarget[]
  readonly createRepository: boolean
  readonly role: RoleInput | null
  readonly metadata: MetadataInputs
  readonly after: AfterInputs
  readonly summary: boolean
}

/** The inputs that both have, read by the readers of the main action. */
export function readCommon(reader: Reader): SiblingInputs {
  const repository = readRepository(reader)
  const role = readRole(reader)
  if (repository.registryType === 'public') {
    reader.problem('repository', reader.text('repository'), 'must be in a private registry')
  }
  return {
    repository,
    registries: readRegistries(reader, { repository, role }),
    createRepository: reader.boolean('create-repository', true),
    role,
    metadata: readMetadata(reader),
    after: readAfter(reader, { push: true, registryType: repository.registryType }),
    summary: reader.boolean('summary', true),
  }
}

/** The inputs in the terms of the main action's preparation; tags are looked at when the digest is known. */
export function asMain(inputs: SiblingInputs) {
  return { ...inputs, settings: NO_SETTINGS, updateRepository: false, ifImageExists: 'push' as const }
}

/** The image without tags: no tag of a repository is asked for before the digest is known. */
export function untagged(image: ImageMetadata): ImageMetadata {
  return { ...image, tags: [] }
}

/** @throws ActionError where there is no such repository; nobody creates one that must hold something already */
export async function openHolder(
  ecr: Ecr,
  { name }: RepositoryInput,
  world: Pick<SiblingWorld, 'clock' | 'log'>,
): Promise<Destination> {
  const finding = ecr.findRepository(name)
  const [repository, session] = await together([finding, openSession(ecr, () => finding, world)])
  if (repository === null) {
    throw new ActionError(
      `There is no repository '${name}' in ECR, so that nothing can be in it.`,
      "correct 'source' or 'repository', 'aws-region' or 'registry-id'.",
    )
  }
  return { ecr, name, uri: repository.uri, session, repository, created: 'no', tags: [], images: new Map() }
}

/** Every further registry, prepared; and no place twice. */
export async function withOthers(
  inputs: SiblingInputs,
  image: ImageMetadata,
  first: Promise<Destination>,
  world: SiblingWorld,
): Promise<[Destination, ...Destination[]]> {
  const others = prepareOthers(asMain(inputs), untagged(image), world.connectEcr, world)
  const [destination, more] = await together([first, others])
  const { repository, created, uri, session } = destination
  world.setOutputs({
    registry: session.host,
    ...(repository === null ? { 'repository-uri': uri } : repositoryOutputs(repository, created === 'yes')),
  })
  refuseTwins([destination, ...more])
  return [destination, ...more]
}

/**
 * Brings an image that is in ECR under the wanted tags everywhere, and ends as the main action does: outputs, what
 * follows a push, summary.
 * @throws ActionError where a tag is taken in an immutable repository, or where the image did not get everywhere
 */
export async function finishSibling(
  origin: Origin,
  wanted: readonly [Destination, ...Destination[]],
  image: ImageMetadata,
  inputs: SiblingInputs,
  world: SiblingWorld,
  started: number,
): Promise<void> {
  const { digest } = origin
  const sourceAt = wanted.indexOf(origin.source)
  const destinations = await together(wanted.map((place) => tagged(place, image, digest, world)))
  const [first] = destinations as [Destination, ...Destination[]]
  const source = destinations[sourceAt] ?? origin.source
  const [delivered, known] = await together([
    deliver({ ...origin, source }, destinations, world),
    describeThere(
      source.ecr,
      source,
      { digest },
      destinations.flatMap((place) => imageUris(place, digest)),
    ),
    reportPlatforms(source, digest, world),
  ])
  const result = reportDelivered(delivered, world)
  if (delivered.failure !== null || result === null) throw delivered.failure
  world.setOutputs({
    'image-name': first.tags[0] === undefined ? `${first.name}@${digest}` : `${first.name}:${first.tags[0]}`,
    tags: first.tags.join('\n'),
    ...(known.imageId === null ? {} : { imageid: known.imageId }),
    metadata: JSON.stringify(known.metadata),
  })
  const repository = first.repository ?? (await first.ecr.findRepository(first.name))
  if (first.repository === null && repository !== null) world.setOutputs(repositoryOutputs(repository, true))
  const after = await expectAfter(first.ecr, repository, inputs, world)
  const verdict = await after?.verify(result.held)
  if (inputs.summary)
    await world.summarize({
      name: first.name,
      outcome: 'pushed',
      uris: result.uris,
      digestUri: `${first.uri}@${digest}`,
      imageId: known.imageId,
      sizeInBytes: result.held.sizeInBytes,
      repositoryCreated: first.created !== 'no',
      engine: null,
      seconds: { build: 0, total: (world.clock() - started) / 1000 },
      sections: verdict?.sections ?? [],
    })
  if (verdict?.failure) throw verdict.failure
}

/** The place with its tags, and what they name there now. An immutable one may have the very image already. */
async function tagged(
  place: Destination,
  image: ImageMetadata,
  digest: string,
  world: SiblingWorld,
): Promise<Destination> {
  const { repository } = place
  if (repository === null) return { ...place, tags: image.tags }
  const { tags } = withoutMoving(repository, image, world)
  if (place.created !== 'no' || tags.length === 0) return { ...place, tags }
  const images = await place.ecr.findImages(repository, tags)
  const taken = immutableTags(repository, tags).flatMap((tag) => {
    const held = images.get(tag)?.digest
    return held === undefined || held === digest ? [] : [`${tag} (${held})`]
  })
  if (taken.length === 0) return { ...place, tags, images }
  throw new ActionError(
    `${repository.uri} is immutable and has another image than ${digest} under ${taken.join(', ')}.`,
    'give other tags, delete that image, or let the repository exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION).',
  )
}

/** Runs an action whose outputs are also set as one JSON, as far as they came to be. */
export async function withJson(
  outer: SiblingWorld,
  image: () => ImageMetadata | null,
  work: (world: SiblingWorld) => Promise<void>,
): Promise<void> {
  const outputs: Partial<Outputs> = {}
  const setOutputs: SiblingWorld['setOutputs'] = (some) => {
    Object.assign(outputs, some)
    outer.setOutputs(some)
  }
  try {
    await ending.before(work({ ...outer, setOutputs }))
  } finally {
    const { labels = {}, annotations = [] } = image() ?? {}
    outer.setOutputs({ json: jsonOutput(outputs, { labels, annotations }) })
  }
}
