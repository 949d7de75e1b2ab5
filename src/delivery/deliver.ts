import type { HeldImage } from '../ecr/types.ts'
import type { CopyReport, RemoteRepository } from '../registry/copy.ts'
import { byteSize } from '../shared/byte-size.ts'
import { duration } from '../shared/duration.ts'
import { fanOut, type Outcome, oneError } from '../shared/fanout.ts'
import type { World } from '../world.ts'
import { type Destination, type OpenRepository, pathOf } from './destination.ts'
import { existingImage } from './existing-images.ts'
import { explaining } from './explaining.ts'
import { readBack } from './read-back.ts'

export type DeliveryWorld = Pick<World, 'openRegistry' | 'log' | 'debug' | 'clock' | 'sleep'>

/** What a destination came to hold. */
export interface Held {
  readonly image: HeldImage
  /** False if the image existed there under every tag, and nothing was sent. */
  readonly written: boolean
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
}

/** Registries that are copied to at the same time. */
export const REGISTRIES_AT_ONCE = 4

/**
 * Brings an image from where it is to every tag in every destination, and reads back what ECR holds there. A failure
 * in one stops no other; what exists already is not sent once more.
 * @param destinations each with its tags; without any, the image is known by its digest alone there
 */
export async function deliver(
  origin: Origin,
  destinations: readonly Destination[],
  world: DeliveryWorld,
): Promise<Delivered> {
  const outcomes = await fanOut(destinations, REGISTRIES_AT_ONCE, (destination) =>
    deliverTo(destination, origin, world),
  )
  return { outcomes, failure: oneError(origin.digest, outcomes, describeDestination) }
}

async function deliverTo(destination: Destination, origin: Origin, world: DeliveryWorld): Promise<Held> {
  const { digest, fresh, pushedTags, referrers } = origin
  const here = destination.uri === origin.source.uri
  const existing = existingImage(destination.images, destination.tags)
  if (existing?.digest === digest && (here ? !fresh : !referrers)) {
    world.debug(`${destination.uri} gets nothing: ${destination.tags.join(', ')} exist there as ${digest}`)
    return { image: existing, written: false }
  }
  const missing = destination.tags.filter(
    (tag) => destination.images.get(tag)?.digest !== digest && !(here && pushedTags.includes(tag)),
  )
  const how = here ? 'tags alone' : `copied from ${origin.source.uri}`
  world.debug(`${destination.uri} gets ${digest}, ${how}; to put: ${missing.join(', ') || 'no tag'}`)
  let written = (here && fresh) || missing.length > 0
  await explaining(`The push of ${digest} to ${destination.uri}`, async () => {
    if (!here) written = (await copy(origin, destination, missing, world)) || written
    else if (missing.length > 0) await tagOnly(digest, destination, missing, world)
  })
  return { image: await readBack(destination, digest, world), written }
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
): Promise<void> {
  const [place, { putTags }] = await Promise.all([placeOf(destination, world), import('../registry/tags.ts')])
  await putTags(place, await place.registry.manifest(place.repository, digest), tags)
}

/** @returns whether anything had to be sent */
async function copy(
  { digest, source, referrers }: Origin,
  destination: Destination,
  tags: readonly string[],
  world: DeliveryWorld,
): Promise<boolean> {
  const { copyImage } = await import('../registry/copy.ts')
  const [from, to] = await Promise.all([placeOf(source, world), placeOf(destination, world)])
  const [tag, ...more] = tags
  const began = world.clock()
  const { manifest, report, tagged } = await copyImage(from, to, digest, {
    referrers,
    targetIsEmpty: destination.created !== 'no',
    log: world.log,
    ...(tag === undefined ? {} : { tag }),
  })
  world.log(describeCopy(destination.uri, report, (world.clock() - began) / 1000))
  const left = tagged ? more : tags
  if (left.length > 0) {
    const { putTags } = await import('../registry/tags.ts')
    await putTags(to, manifest, left)
  }
  return report.manifests + report.blobsSent + report.blobsMounted > 0
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
