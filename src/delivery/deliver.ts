import type { TagsBefore } from '../ecr/image-before.ts'
import type { HeldImage } from '../ecr/types.ts'
import type { CopyReport, RemoteRepository } from '../registry/copy.ts'
import type { TellTag } from '../registry/put-tag.ts'
import { byteSize } from '../shared/byte-size.ts'
import { duration } from '../shared/duration.ts'
import { ActionError } from '../shared/errors.ts'
import { fanOut, type Outcome, oneError } from '../shared/fanout.ts'
import type { World } from '../world.ts'
import { type Destination, type OpenRepository, pathOf } from './destination.ts'
import { existingImage } from './existing-images.ts'
import { explaining } from './explaining.ts'
import { manifestReader, type ReadConfig, type ReadManifest } from './manifest-reader.ts'
import type { PushRecord, Recording } from './push-record.ts'
import { readBack } from './read-back.ts'

export type DeliveryWorld = Pick<World, 'openRegistry' | 'log' | 'debug' | 'clock' | 'sleep'> & Recording

/** What a destination came to hold. */
export interface Held {
  readonly image: HeldImage
  /** False if the image existed there under every tag, and nothing was sent. */
  readonly written: boolean
  /** The tags that this run has put there, those that docker pushed included; the others named the image already. */
  readonly put: readonly string[]
  /** What was done there beside docker's push. */
  readonly how: 'copied' | 'tagged' | 'nothing'
}

export interface Delivered {
  /** By destination, in their order. */
  readonly outcomes: readonly Outcome<Destination, Held>[]
  /** Null if the image is under every tag in every destination. */
  readonly failure: unknown
}

/** An image in a repository of ECR. */
export interface Origin {
  readonly digest: string
  readonly source: OpenRepository
  /** Whether this run has put it there. */
  readonly fresh: boolean
  /** Tags that docker has just pushed there: they are not put once more, only read back. */
  readonly pushedTags: readonly string[]
  /** Whether what refers to the image is copied with it: signatures, attestations. */
  readonly referrers: boolean
  /** Reads its manifest where it is, if others read it as well, or it is being read already. */
  readonly manifest?: ReadManifest
  /** Reads its configuration there, if others read it as well. */
  readonly config?: ReadConfig
}

/** Registries that are copied to at the same time. */
export const REGISTRIES_AT_ONCE = 4

/** Whether an image gets its tags as it arrives, or by {@link tagDelivered}, when it has passed what decides about them. */
export type WhenTagged = 'now' | 'later'

/**
 * Brings an image from where it is to every tag in every destination, and reads back what ECR holds there. A failure
 * in one stops no other; what exists already is not sent once more.
 * @param destinations each with its tags; without any, the image is known by its digest alone there
 * @param before what the tags of each destination named before the build; null if it is not known
 */
export async function deliver(
  origin: Origin,
  destinations: readonly Destination[],
  before: readonly TagsBefore[],
  world: DeliveryWorld,
  whenTagged: WhenTagged = 'now',
): Promise<Delivered> {
  world.pushed.expect(destinations, before, origin.digest)
  const outcomes = await fanOut(destinations, REGISTRIES_AT_ONCE, (destination) =>
    deliverTo(
      destination,
      origin,
      before[destinations.indexOf(destination)] ?? null,
      whenTagged,
      world,
    ).catch(sayingWhatIsPut(destination, world)),
  )
  return { outcomes, failure: deliveryError(origin.digest, outcomes, whenTagged) }
}

/**
 * One error for what failed in a delivery.
 * @returns null if nothing has
 */
export function deliveryError(
  digest: string,
  outcomes: Delivered['outcomes'],
  whenTagged: WhenTagged,
): unknown {
  if (whenTagged === 'later') return oneError(digest, outcomes, ({ uri }) => uri)
  const areTagged = outcomes.some(({ item: { tags } }) => tags.length > 0)
  return oneError(digest, outcomes, describeDestination, areTagged ? 'under every tag in' : 'in')
}

/**
 * Puts the tags on an image that every destination has by its digest, and reads back what ECR holds there. A failure in
 * one stops no other.
 * @param arrivals what {@link deliver} brought, in the order of the destinations
 * @param before what the tags of each destination named before the build; null if it is not known
 */
export async function tagDelivered(
  { digest }: Pick<Origin, 'digest'>,
  arrivals: readonly { readonly item: Destination; readonly value: Held }[],
  before: readonly TagsBefore[],
  world: DeliveryWorld,
): Promise<Delivered> {
  const tag = async (destination: Destination, at: number): Promise<Held> => {
    const held = arrivals[at]?.value as Held
    const { uri, tags } = destination
    if (tags.length === 0) return held
    const images = await imagesNow(destination, digest, before[at] ?? null, world)
    const missing = tags.filter((one) => images.get(one)?.digest !== digest)
    world.pushed.existed(
      uri,
      tags.filter((one) => !missing.includes(one)),
    )
    world.debug(`${uri} has ${digest}; to put: ${missing.join(', ') || 'no tag'}`)
    if (missing.length > 0) {
      await explaining(`Putting tags on ${uri}@${digest} (${missing.join(', ')})`, () =>
        tagOnly(digest, destination, missing, world),
      )
    }
    return {
      image: await readBack(destination, digest, held.written || missing.length > 0, world),
      written: held.written || missing.length > 0,
      put: missing,
      how: held.how === 'copied' || missing.length === 0 ? held.how : 'tagged',
    }
  }
  const destinations = arrivals.map(({ item }) => item)
  const outcomes = await fanOut(destinations, REGISTRIES_AT_ONCE, (destination) =>
    tag(destination, destinations.indexOf(destination)).catch(sayingWhatIsPut(destination, world)),
  )
  return { outcomes, failure: deliveryError(digest, outcomes, 'now') }
}

async function deliverTo(
  destination: Destination,
  origin: Origin,
  before: TagsBefore,
  whenTagged: WhenTagged,
  world: DeliveryWorld,
): Promise<Held> {
  const { digest, fresh, pushedTags, referrers } = origin
  const { uri, tags } = destination
  const here = uri === origin.source.uri
  const images = here ? destination.images : await imagesNow(destination, digest, before, world)
  const existing = existingImage(images, tags)
  if (existing?.digest === digest && (here ? !fresh : !referrers)) {
    world.debug(`${uri} gets nothing: ${tags.join(', ')} exist there as ${digest}`)
    world.pushed.arrived(uri, digest, false)
    world.pushed.existed(uri, tags)
    return { image: existing, written: false, put: [], how: 'nothing' }
  }
  const pushed = here ? pushedTags : []
  const existed = tags.filter((tag) => images.get(tag)?.digest === digest && !pushed.includes(tag))
  const missing =
    whenTagged === 'later' ? [] : tags.filter((tag) => !existed.includes(tag) && !pushed.includes(tag))
  if (here) world.pushed.arrived(uri, digest, fresh)
  world.pushed.existed(uri, existed)
  const how = here ? 'tags alone' : `copied from ${origin.source.uri}`
  world.debug(`${uri} gets ${digest}, ${how}; to put: ${missing.join(', ') || 'no tag'}`)
  let copied = false
  await explaining(`The push of ${digest} to ${uri}`, async () => {
    if (!here) copied = await copy(origin, destination, missing, world)
    else if (missing.length > 0) await tagOnly(digest, destination, missing, world, origin.manifest)
  })
  const written = copied || missing.length > 0 || (here && fresh)
  const named = whenTagged === 'later' ? { ...destination, tags: [] } : destination
  return {
    image: await readBack(named, digest, written, world),
    written,
    put: tags.filter((tag) => pushed.includes(tag) || missing.includes(tag)),
    how: copied ? 'copied' : missing.length > 0 ? 'tagged' : 'nothing',
  }
}

/**
 * What the tags of a registry name at this moment. What they named before the build, or before the checks of the image,
 * is not enough to leave one as it is: somebody else may have moved it meanwhile. Asked only if one named this very image
 * then.
 */
async function imagesNow(
  { ecr, name, uri, tags, images }: Destination,
  digest: string,
  before: TagsBefore,
  world: Pick<World, 'debug'>,
): Promise<ReadonlyMap<string, HeldImage>> {
  const named = (tag: string) => [before, images].some((known) => known?.get(tag)?.digest === digest)
  if (!tags.some(named)) return images
  return ecr.findImages({ name }, tags).catch((error: Error) => {
    // Every tag is put then, as if none had been asked for.
    world.debug(`What the tags of ${uri} name now is not known: ${error.message}`)
    return new Map()
  })
}

function describeDestination({ uri, tags }: Destination): string {
  return tags.length === 0 ? uri : `${uri} (${tags.join(', ')})`
}

/** The repository as the client of its registry knows it. */
export async function placeOf(
  repository: Pick<OpenRepository, 'session' | 'uri'>,
  world: Pick<World, 'openRegistry'>,
): Promise<RemoteRepository> {
  return { registry: await world.openRegistry(repository.session), repository: pathOf(repository) }
}

async function tagOnly(
  digest: string,
  destination: Destination,
  tags: readonly string[],
  world: DeliveryWorld,
  read: ReadManifest = manifestReader(destination, digest, world),
): Promise<void> {
  const [place, manifest, { putTags }] = await Promise.all([
    placeOf(destination, world),
    read(),
    import('../registry/tags.ts'),
  ])
  await putTags(place, manifest, tags, noting(destination, world.pushed))
}

const noting =
  ({ uri }: Destination, record: PushRecord): TellTag =>
  (tag, state) =>
    record[state](uri, [tag])

/** Adds to the error of a destination which tags were put there all the same: what they name by now may not be known. */
const sayingWhatIsPut =
  ({ uri }: Destination, { pushed }: Recording) =>
  (error: unknown): never => {
    const put = pushed.putAt(uri)
    if (put.length === 0 || !(error instanceof ActionError)) throw error
    const message = `${error.message}\n  All the same, the push of ${put.join(', ')} as ${pushed.digest} was confirmed.`
    throw new ActionError(message, error.remedy, { cause: error })
  }

/** @returns whether anything had to be sent */
async function copy(
  { digest, source, referrers, manifest: read }: Origin,
  destination: Destination,
  tags: readonly string[],
  world: DeliveryWorld,
): Promise<boolean> {
  const { copyImage } = await import('../registry/copy.ts')
  const [from, to] = await Promise.all([placeOf(source, world), placeOf(destination, world)])
  const [tag, ...more] = tags
  const tell = noting(destination, world.pushed)
  const began = world.clock()
  world.pushed.begun(destination.uri)
  const { manifest, report, tagged } = await copyImage(from, to, digest, {
    referrers,
    targetIsEmpty: destination.created !== 'no',
    log: world.log,
    tell,
    arrived: (pushed) => world.pushed.arrived(destination.uri, digest, pushed),
    ...(tag === undefined ? {} : { tag }),
    ...(read === undefined ? {} : { manifest: read }),
  })
  const sent = report.manifests + report.blobsSent + report.blobsMounted > 0
  world.pushed.arrived(destination.uri, digest, sent)
  world.log(describeCopy(destination.uri, report, (world.clock() - began) / 1000))
  const left = tagged ? more : tags
  if (left.length > 0) {
    const { putTags } = await import('../registry/tags.ts')
    await putTags(to, manifest, left, tell)
  }
  return sent
}

function describeCopy(uri: string, report: CopyReport, seconds: number): string {
  const { manifests, blobsSent, bytesSent, blobsMounted, blobsExisting } = report
  if (manifests + blobsSent + blobsMounted === 0) return `${uri} has the image already`
  const parts = [
    `${manifests} manifest${manifests === 1 ? '' : 's'}`,
    `${blobsSent} blob${blobsSent === 1 ? '' : 's'} sent (${byteSize(bytesSent)})`,
    ...(blobsMounted > 0 ? [`${blobsMounted} mounted`] : []),
    ...(blobsExisting > 0 ? [`${blobsExisting} existed already`] : []),
  ]
  return `Copied to ${uri} in ${duration(seconds)}: ${parts.join(', ')}`
}
