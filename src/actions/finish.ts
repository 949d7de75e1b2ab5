import { expectAfter } from '../after-push/expect.ts'
import type { Verdict } from '../after-push/index.ts'
import { deliver, type Origin } from '../delivery/deliver.ts'
import { describeExisting } from '../delivery/describe-existing.ts'
import { reportDelivered, reportPlatforms } from '../delivery/report.ts'
import type { HeldImage } from '../ecr/types.ts'
import type { Inputs } from '../inputs/index.ts'
import type { ImageMetadata } from '../metadata/index.ts'
import { type Platform, platformName } from '../oci/types.ts'
import { imageUris, repositoryOutputs } from '../report/outputs.ts'
import { together } from '../shared/together.ts'
import type { World } from '../world.ts'
import type { Destinations } from './destinations.ts'
import type { Result } from './step.ts'

/** An image that is in ECR, and where it is to be. */
export interface Work extends Destinations {
  readonly origin: Origin
  readonly image: ImageMetadata
  /** What the build of this run told of the image; null if the image was not built by this run. */
  readonly built: {
    readonly imageId: string
    /** Of an image that is no index; null if docker does not tell. */
    readonly platform: Platform | null
    readonly engine: string
    readonly seconds: number
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
  inputs: Pick<Inputs, 'after' | 'repository'>,
  world: FinishWorld,
): Promise<Result> {
  const { origin, destinations, image, built } = work
  const [first] = destinations
  const [delivered, imageId] = await together([
    deliver(origin, destinations, world),
    built === null ? reportExisting(work, world) : built.imageId,
    built?.platform
      ? world.setOutputs({
          'platform-digests': JSON.stringify({ [platformName(built.platform)]: origin.digest }),
        })
      : reportPlatforms(origin.source, origin.digest, world),
  ])
  const report = reportDelivered(delivered, image, world)
  if (delivered.failure !== null || report === null) throw delivered.failure
  return {
    outcome: report.written ? 'pushed' : 'exists',
    uris: report.uris,
    digestUri: `${first.uri}@${origin.digest}`,
    imageId,
    sizeInBytes: report.image.sizeInBytes,
    repositoryCreated: first.created !== 'no',
    engine: built?.engine ?? null,
    buildSeconds: built?.seconds ?? null,
    verdict: await checkAfterPush(work, report.image, inputs, world),
  }
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
    return { sections: [], failure }
  }
}
