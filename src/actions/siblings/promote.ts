import { type Destination, prepare, prepared } from '../../delivery/destination.ts'
import type { InputSource } from '../../inputs/index.ts'
import { Reader } from '../../inputs/reader.ts'
import { type RepositoryInput, readRepository } from '../../inputs/repository.ts'
import { describe } from '../../metadata/describe.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import { explainRegistryError } from '../../registry/explain.ts'
import { ActionError } from '../../shared/errors.ts'
import { together } from '../../shared/together.ts'
import {
  asMain,
  finishSibling,
  openHolder,
  readCommon,
  type SiblingInputs,
  type SiblingWorld,
  untagged,
  withJson,
  withOthers,
} from './common.ts'
import { readSource } from './source.ts'

export interface PromoteInputs extends SiblingInputs {
  readonly source: {
    readonly repository: RepositoryInput
    readonly tag: string | null
    readonly digest: string | null
  }
}

/** @throws InputError with everything that is wrong */
export function readPromoteInputs(given: InputSource): PromoteInputs {
  const reader = new Reader(given)
  const source = readSource(reader)
  const destination = reader.text('repository')
  // Where only one of the two names a repository, it is the other one's too.
  const common = readCommon(
    destination === '' && source.repository !== null ? reader.as('repository', source.repository) : reader,
  )
  const { repository } = common
  const from =
    source.repository === null || destination === ''
      ? repository
      : sourceRepository(reader, source.repository, repository)
  const { tags } = common.metadata
  const same =
    from.name === repository.name &&
    from.region === repository.region &&
    from.registryId === repository.registryId
  if (same && tags.length === 0 && common.registries.length === 0) {
    reader.problem('tags', '', 'is required where neither repository nor registries names another place')
  }
  reader.finish()
  // A copy without tags of its own keeps the source's.
  const kept = tags.length > 0 || source.tag === null ? tags : [source.tag]
  return {
    ...common,
    metadata: { ...common.metadata, tags: kept },
    source: { repository: from, tag: source.tag, digest: source.digest },
  }
}

/** A name alone is in the registry that the copy goes to; a URI says its own account and region. */
function sourceRepository(
  reader: Reader,
  source: string,
  { registryId, region }: RepositoryInput,
): RepositoryInput {
  const read = readRepository(reader.as('repository', source, { 'aws-region': '', 'registry-id': '' }))
  return read.host === null ? { ...read, registryId, region } : read
}

/**
 * Gives an image that is in ECR more tags, or copies it with all that belongs to it, digest unchanged, through the
 * registry's API alone.
 * @throws ActionError where there is no such image, a tag is taken, or a place could not get it
 */
export async function promote(inputs: PromoteInputs, outer: SiblingWorld): Promise<void> {
  const started = outer.clock()
  let image: ImageMetadata | null = null
  await withJson(
    outer,
    () => image,
    async (world) => {
      const described = await describeTags(inputs, world)
      image = described
      for (const warning of described.warnings) world.warn(warning)
      world.setOutputs({ version: described.version, pushed: 'false' })
      const { source, repository } = inputs
      const within = sameRegistry(source.repository, repository)
      const ecr = world.connectEcr(inputs)
      const sourceEcr = within ? ecr : world.connectEcr({ repository: source.repository, role: inputs.role })
      const holder = sourceEcr.then((port) => openHolder(port, source.repository, world))
      const first =
        within && source.repository.name === repository.name
          ? holder
          : ecr.then((port) =>
              prepared(port, repository.name, prepare(port, asMain(inputs), untagged(described), world)),
            )
      const finding = holder.then((place) => findImage(place, source, world))
      const [place, destinations, digest] = await together([
        holder,
        withOthers(inputs, described, first, world),
        finding,
      ])
      // Two ways to say the same place, one with the account's number: the registry's own URI tells.
      const here = destinations.find(({ uri }) => uri === place.uri) ?? place
      world.log(`Promoting ${place.uri}@${digest}`)
      await finishSibling(
        { digest, source: here, referrers: true },
        destinations,
        described,
        inputs,
        world,
        started,
      )
    },
  )
}

/** Rules as in the main action, but none by default: nobody wants a release under the names of a commit. */
async function describeTags({ metadata }: PromoteInputs, world: SiblingWorld): Promise<ImageMetadata> {
  const described = await describe(metadata, world.github)
  return metadata.tags.length === 0 ? untagged({ ...described, warnings: [] }) : described
}

const sameRegistry = (one: RepositoryInput, other: RepositoryInput) =>
  one.region === other.region && one.registryId === other.registryId

/** @returns the image's digest */
async function findImage(
  { ecr, name, uri, session }: Destination,
  { tag, digest }: PromoteInputs['source'],
  world: SiblingWorld,
): Promise<string> {
  const missing = (what: string) =>
    new ActionError(
      `${uri} has no image ${what}.`,
      "correct 'source', or push the image first; a lifecycle rule may have deleted it.",
    )
  if (digest !== null) {
    try {
      if ((await (await world.openRegistry(session)).head(name, digest)) === null) throw missing(digest)
    } catch (error) {
      throw explainRegistryError(`Reading ${uri}@${digest}`, error)
    }
    return digest
  }
  const held = (await ecr.findImages({ name }, [tag as string])).get(tag as string)
  if (held === undefined) throw missing(`under the tag ${tag}`)
  if (!held.active) {
    throw new ActionError(
      `${uri}:${tag} (${held.digest}) is archived, and cannot be read.`,
      'restore it in ECR first.',
    )
  }
  return held.digest
}
