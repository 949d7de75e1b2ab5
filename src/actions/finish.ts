import { expectAfter } from '../after-push/expect.ts'
import type { Verdict } from '../after-push/index.ts'
import { consolePlace } from '../delivery/console-place.ts'
import { deliver, type Origin } from '../delivery/deliver.ts'
import { describeExisting } from '../delivery/describe-existing.ts'
import { measure } from '../delivery/measure.ts'
import { type Report, reportDelivered, reportPlatforms } from '../delivery/report.ts'
import type { HeldImage } from '../ecr/types.ts'
import type { Inputs } from '../inputs/index.ts'
import type { ImageMetadata } from '../metadata/index.ts'
import { isIndex } from '../oci/media-types.ts'
import { type Manifest, type Platform, platformName } from '../oci/types.ts'
import type { BuildStep, Compared, Deed, ImageOutcome, PlatformSize } from '../report/facts.ts'
import { imageUris, repositoryOutputs } from '../report/outputs.ts'
import { together } from '../shared/together.ts'
import type { World } from '../world.ts'
import type { Destinations } from './destinations.ts'
import type { Result } from './step.ts'

/** An image that is in ECR, and where it is to be. */
export interface Work extends Destinations {
  readonly origin: Origin
  readonly image: ImageMetadata
  readonly deed: Deed
  /** What the tags of the first destination named before; null if it is not known. */
  readonly before: ReadonlyMap<string, HeldImage> | null
  /** What the build of this run told of the image; null if the image was not built by this run. */
  readonly built: {
    readonly imageId: string
    /** Of an image that is no index; null if docker does not tell. */
    readonly platform: Platform | null
    readonly engine: string
    /** Of the build and its push, in milliseconds of the world's clock; so are those of the steps. */
    readonly from: number
    readonly to: number
    readonly steps: readonly BuildStep[]
  } | null
}

export type FinishWorld = Omit<World, 'docker'>

/**
 * The end of every action: brings an image under all tags into all registries, reads back what ECR holds, sets the
 * outputs that this allows, and runs the checks that follow a push.
 * @throws ActionError if the image is not under every tag in every registry; a check that fails is in the result
 */
export async function finish(
  work: Work,
  inputs: Pick<Inputs, 'after' | 'repository' | 'summary'>,
  world: FinishWorld,
): Promise<Result> {
  const { origin, destinations, image, built } = work
  const [first] = destinations
  const deliveredFrom = world.clock()
  const compared = comparedWith(first.tags, work.before)
  const [delivered, imageId, sizes] = await together([
    deliver(origin, destinations, world),
    built === null ? reportExisting(work, world) : built.imageId,
    describePlatforms(work, compared, inputs, world),
  ])
  const report = reportDelivered(delivered, image, world)
  if (delivered.failure !== null || report === null) throw delivered.failure
  const deliveredTo = world.clock()
  const verdict = await checkAfterPush(work, report.image, inputs, world)
  const { mediaType, sizeInBytes } = report.image
  return {
    deed: work.deed,
    outcome: outcomeOf(report, origin.digest, work),
    places: report.holders.map(({ destination }) => ({
      uri: destination.uri,
      tags: destination.tags,
      uris: imageUris(destination, origin.digest),
      console: consolePlace(destination),
    })),
    localUris: [],
    digest: origin.digest,
    isIndex: mediaType === null ? null : isIndex(mediaType),
    imageId,
    sizeInBytes,
    sizes,
    compared,
    repositoryCreated: first.created !== 'no',
    engine: built?.engine ?? null,
    phases: [
      ...(built === null ? [] : [{ name: 'build and push', from: built.from, to: built.to }]),
      { name: 'tags and read-back', from: deliveredFrom, to: deliveredTo },
      ...(verdict === null ? [] : [{ name: 'checks after the push', from: deliveredTo, to: world.clock() }]),
    ],
    steps: built?.steps ?? [],
    verdict,
  }
}

/**
 * Sets the output of the digests by platform.
 * @returns the size of each platform's image, if there is to be a summary
 */
async function describePlatforms(
  { origin: { digest, source }, built }: Work,
  compared: Compared | null,
  { summary }: Pick<Inputs, 'summary'>,
  world: FinishWorld,
): Promise<readonly PlatformSize[]> {
  const platform = built?.platform ?? null
  let manifest: Manifest | null = null
  if (platform === null) manifest = await reportPlatforms(source, digest, world)
  else world.setOutputs({ 'platform-digests': JSON.stringify({ [platformName(platform)]: digest }) })
  return summary ? measure(source, digest, { manifest, platform }, compared?.digest ?? null, world) : []
}

/** The first tag that named an image before, and that image. */
function comparedWith(tags: readonly string[], before: Work['before']): Compared | null {
  const tag = tags.find((name) => before?.get(name)?.active)
  const held = tag === undefined ? undefined : before?.get(tag)
  return tag === undefined || held === undefined ? null : { tag, digest: held.digest }
}

/** `unchanged` only if that is known of every tag, and no other registry got anything. */
function outcomeOf(report: Report, digest: string, { before }: Pick<Work, 'before'>): ImageOutcome {
  if (!report.written) return 'exists'
  const [first, ...others] = report.holders
  const tags = first?.destination.tags ?? []
  const same = tags.length > 0 && tags.every((tag) => before?.get(tag)?.digest === digest)
  return same && others.every(({ written }) => !written) ? 'unchanged' : 'pushed'
}

/** The outputs of a build, for an image that another run built; a role may be unable to read it, which is no failure. */
async function reportExisting(
  { origin: { digest, source }, destinations }: Work,
  world: FinishWorld,
): Promise<string | null> {
  const uris = destinations.flatMap((destination) => imageUris(destination, digest))
  try {
    const { imageId, metadata } = await describeExisting(source.ecr, source, { digest }, uris)
    world.setOutputs({
      ...(imageId === null ? {} : { imageid: imageId }),
      metadata: JSON.stringify(metadata),
    })
    return imageId
  } catch (error) {
    world.log(`The outputs imageid and metadata stay empty: ${(error as Error).message}`)
    return null
  }
}

/** Runs the checks. If the push created the repository, its settings are read first. */
async function checkAfterPush(
  { destinations: [first], after }: Work,
  held: HeldImage,
  inputs: Pick<Inputs, 'after' | 'repository'>,
  world: FinishWorld,
): Promise<Verdict | null> {
  if (first.created !== 'on push') return (await after?.verify(held)) ?? null
  const repository = await first.ecr.findRepository(first.name)
  if (repository === null) return null
  world.setOutputs(repositoryOutputs(repository, true))
  world.log(`ECR created the repository ${repository.uri} on the push`)
  try {
    const checks = await expectAfter(first.ecr, repository, inputs, world)
    return (await checks?.verify(held)) ?? null
  } catch (failure) {
    // Known only now, it fails the step after the summary, as every check after a push does.
    return { checks: [], failure }
  }
}
