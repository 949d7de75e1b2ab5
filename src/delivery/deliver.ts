import type { HeldImage } from '../ecr/types.ts'
import type { RegistrySession } from '../oci/registry-session.ts'
import type { Registry } from '../registry/client.ts'
import type { CopyReport, Place } from '../registry/copy.ts'
import { ActionError } from '../shared/errors.ts'
import { fanOut, type Outcome, oneError } from '../shared/fanout.ts'
import { type Destination, pathOf } from './destination.ts'

/** What a delivery touches. */
export interface DeliveryWorld {
  readonly openRegistry: (session: RegistrySession) => Promise<Registry>
  readonly log: (line: string) => void
}

export interface Delivered {
  /** What each place holds now, where it came there. */
  readonly outcomes: readonly Outcome<Destination, HeldImage>[]
  /** Null where the image is under every tag in every place. */
  readonly failure: unknown
}

/** An image that is in a repository. */
export interface Origin {
  readonly digest: string
  /** The same object as one of the destinations where it is one of them. */
  readonly source: Destination
  /** Tags that it was just pushed under there; they are not put again, only read back. */
  readonly pushed?: readonly string[]
  /** What refers to the image goes along: signatures, attestations. */
  readonly referrers?: boolean
}

/** Registries that are copied to at the same time. */
const REGISTRIES_AT_ONCE = 4

/**
 * Brings an image from where it is to every tag in every place, and reads back what ECR holds there. A place that
 * fails stops no other; what is there already is not sent again.
 * @param destinations each with its tags; without any, the image is known by its digest alone there
 */
export async function deliver(
  image: Origin,
  destinations: readonly Destination[],
  world: DeliveryWorld,
): Promise<Delivered> {
  const { digest, source, pushed = [] } = image
  const outcomes = await fanOut(destinations, REGISTRIES_AT_ONCE, async (destination) => {
    const here = destination === source
    const missing = destination.tags.filter(
      (tag) => destination.images.get(tag)?.digest !== digest && !(here && pushed.includes(tag)),
    )
    if (!here || missing.length > 0) {
      const { explainRegistryError } = await import('../registry/explain.ts')
      try {
        if (here) await tagOnly(digest, destination, missing, world)
        else await copy(image, destination, missing, world)
      } catch (error) {
        throw explainRegistryError(`The push of ${digest} to ${destination.uri}`, error)
      }
    }
    return readBack(destination, digest, world)
  })
  return { outcomes, failure: oneError(digest, outcomes, describePlace) }
}

function describePlace({ uri, tags }: Destination): string {
  return tags.length === 0 ? uri : `${uri} (${tags.join(', ')})`
}

async function placeOf(destination: Destination, world: DeliveryWorld): Promise<Place> {
  return { registry: await world.openRegistry(destination.session), repository: pathOf(destination) }
}

async function tagOnly(
  digest: string,
  destination: Destination,
  tags: readonly string[],
  world: DeliveryWorld,
): Promise<void> {
  const [place, { putTags }] = await Promise.all([placeOf(destination, world), import('../registry/tags.ts')])
  await putTags(place, await place.registry.manifest(place.repository, digest), tags)
}

async function copy(
  { digest, source, referrers = false }: Origin,
  destination: Destination,
  tags: readonly string[],
  world: DeliveryWorld,
): Promise<void> {
  const { copyImage } = await import('../registry/copy.ts')
  const [from, to] = await Promise.all([placeOf(source, world), placeOf(destination, world)])
  const [tag, ...more] = tags
  const { manifest, report, tagged } = await copyImage(from, to, digest, {
    referrers,
    targetIsEmpty: destination.created !== 'no',
    log: world.log,
    ...(tag === undefined ? {} : { tag }),
  })
  world.log(describeCopy(destination.uri, report))
  const left = tagged ? more : tags
  if (left.length === 0) return
  const { putTags } = await import('../registry/tags.ts')
  await putTags(to, manifest, left)
}

function describeCopy(uri: string, report: CopyReport): string {
  const { manifests, blobsSent, bytesSent, blobsMounted, blobsThere } = report
  if (manifests + blobsSent + blobsMounted === 0) return `${uri} has the image already`
  const parts = [
    `${manifests} manifest${manifests === 1 ? '' : 's'}`,
    `${blobsSent} blob${blobsSent === 1 ? '' : 's'} sent (${(bytesSent / 1e6).toFixed(2)} MB)`,
    ...(blobsMounted > 0 ? [`${blobsMounted} mounted`] : []),
    ...(blobsThere > 0 ? [`${blobsThere} there already`] : []),
  ]
  return `Copied to ${uri}: ${parts.join(', ')}`
}

/**
 * What ECR itself holds, after the push: the only digest that is worth an output.
 * @throws ActionError where a tag is not there, or names another image
 */
async function readBack(
  { ecr, name, uri, session, tags }: Destination,
  digest: string,
  world: DeliveryWorld,
): Promise<HeldImage> {
  if (tags.length === 0) {
    const { explainRegistryError } = await import('../registry/explain.ts')
    try {
      const held = await (await world.openRegistry(session)).head(pathOf({ uri }), digest)
      if (held !== null) return { ...held, sizeInBytes: null, active: true }
    } catch (error) {
      throw explainRegistryError(`The check of ${digest} in ${uri}`, error)
    }
    throw notHeld(uri, digest, 'its digest is absent')
  }
  const images = await ecr.findImages({ name }, tags)
  const wrong = tags.filter((tag) => images.get(tag)?.digest !== digest)
  const first = images.get(tags[0] as string)
  if (first !== undefined && wrong.length === 0) return first
  throw notHeld(
    uri,
    digest,
    wrong.map((tag) => `${tag} is ${images.get(tag)?.digest ?? 'absent'}`).join(', '),
  )
}

function notHeld(uri: string, digest: string, found: string): ActionError {
  return new ActionError(
    `After the push, ECR does not hold ${digest} under every tag of ${uri}: ${found}.`,
    'another job has pushed the same tag at the same time, or a lifecycle rule or a person has deleted it: use tags of one commit only, or let the jobs wait for each other (concurrency).',
  )
}
