import { joined } from '../after-push/verdicts.ts'
import { deliver } from '../delivery/deliver.ts'
import { describeExisting } from '../delivery/describe-existing.ts'
import { type Measured, measure } from '../delivery/measure.ts'
import { type Report, reportDelivered, reportPlatforms } from '../delivery/report.ts'
import { imageBefore } from '../ecr/image-before.ts'
import { namesAfterScan } from '../inputs/after-push.ts'
import type { Inputs } from '../inputs/index.ts'
import { artifactTypeOf } from '../oci/image-config.ts'
import { isIndex } from '../oci/media-types.ts'
import { type Manifest, platformName } from '../oci/types.ts'
import type { Compared } from '../report/facts.ts'
import { imageUris } from '../report/outputs.ts'
import { together } from '../shared/together.ts'
import type { AttestVerdict } from './attest/attester.ts'
import { checkAfterPush } from './checks.ts'
import { countsOf, deliveryName, outcomeOf, placesOf } from './delivered.ts'
import { readBackLine } from './stages.ts'
import type { Result } from './step.ts'
import type { Conclusion, FinishWorld, Work } from './work.ts'

/**
 * The end of every action: brings an image under all tags into all registries, reads back what ECR holds, sets the
 * outputs that this allows, and runs the checks that follow a push; with `gate: before-tags`, the tags are the last.
 * @throws ActionError if the image is not under every tag in every registry; a check that fails is in the result
 */
export async function finish(
  work: Work,
  inputs: Pick<Inputs, 'after' | 'repository' | 'summary'>,
  world: FinishWorld,
): Promise<Result> {
  const { origin, destinations, built } = work
  const compared = comparedWith(destinations[0].tags, work)
  world.debug(
    `The summary compares with ${compared === null ? 'nothing' : `${compared.tag}, ${compared.digest}`}`,
  )
  const tagsLast = namesAfterScan(inputs.after)
  const end = tagsLast ? (await import('./before-tags.ts')).checkThenTag : tagThenCheck
  const reading = together([
    built === null ? reportExisting(work, tagsLast, world) : built.imageId,
    describePlatforms(work, compared, inputs, world),
  ])
  const { image, phases, ...ending } = await end(work, reading, inputs, world)
  const [imageId, described] = await reading
  return {
    deed: work.deed,
    localUris: [],
    inEngine: null,
    leftImage: true,
    digest: origin.digest,
    isIndex: image.mediaType === null ? null : isIndex(image.mediaType),
    imageId,
    sizeInBytes: image.sizeInBytes,
    ...described,
    compared,
    engine: built?.engine ?? null,
    phases: [
      ...(built === null ? [] : [{ name: 'build and push', from: built.from, to: built.to }]),
      ...phases,
    ],
    steps: built?.steps ?? [],
    ...ending,
  }
}

/**
 * The tags first: what follows a push is about an image that has its name.
 * @param reading what is read of the image meanwhile
 */
async function tagThenCheck(
  work: Work,
  reading: Promise<unknown>,
  inputs: Pick<Inputs, 'after' | 'repository'>,
  world: FinishWorld,
): Promise<Conclusion> {
  const { origin, destinations, image } = work
  const deliveredFrom = world.clock()
  const [delivered] = await together([deliver(origin, destinations, work.before, world), reading])
  const report = reportDelivered(delivered, image, world)
  if (delivered.failure !== null || report === null) throw delivered.failure
  const deliveredTo = world.clock()
  const outcome = outcomeOf(report, origin.digest, work)
  world.log(readBackLine((deliveredTo - deliveredFrom) / 1000, countsOf(report), outcome))
  const signed = await attestDelivered(work, report)
  const attestedTo = world.clock()
  if (signed !== null) world.log(signed.stageLine((attestedTo - deliveredTo) / 1000))
  const checked = await checkAfterPush(work, report, inputs, world)
  return {
    outcome,
    places: placesOf(report, origin.digest),
    image: report.image,
    heldBack: null,
    phases: [
      { name: deliveryName(report, outcome), from: deliveredFrom, to: deliveredTo },
      ...(signed === null ? [] : [{ name: 'attestation', from: deliveredTo, to: attestedTo }]),
      ...(checked === null ? [] : [{ name: 'checks after the push', from: attestedTo, to: world.clock() }]),
    ],
    verdict: joined([work.verified, signed, checked]),
    verifyCommands: signed?.verifyCommands ?? [],
  }
}

/**
 * Sets the output of the digests by platform.
 * @returns what it is, and, if there is to be a summary, the size of each platform's image
 */
async function describePlatforms(
  { origin: { digest, source }, destinations: [at], built }: Work,
  compared: Compared | null,
  { summary }: Pick<Inputs, 'summary'>,
  world: FinishWorld,
): Promise<Measured & Pick<Result, 'artifactType'>> {
  const platform = built?.platform ?? null
  let manifest: Manifest | null = null
  if (platform === null) manifest = await reportPlatforms(source, digest, world)
  else world.setOutputs({ 'platform-digests': JSON.stringify({ [platformName(platform)]: digest }) })
  // What is built is an image.
  const artifactType =
    built !== null || manifest === null || isIndex(manifest.mediaType)
      ? null
      : artifactTypeOf(manifest.content, manifest.mediaType)
  if (!summary) return { sizes: [], gone: [], artifactType }
  const before = compared === null ? null : { digest: compared.digest, at }
  return {
    ...(await measure(source, digest, { manifest, platform, steps: built?.steps ?? [] }, before, world)),
    artifactType,
  }
}

/** What the summary compares with: null if nothing can be read of the image before. */
function comparedWith(
  tags: readonly string[],
  { before: [before = null], origin: { digest } }: Pick<Work, 'before' | 'origin'>,
): Compared | null {
  const found = imageBefore(tags, before, digest)
  return found?.image.active ? { tag: found.tag, digest: found.image.digest } : null
}

/** The outputs of a build, for an image that another run built; a role may be unable to read it, which is no failure. */
async function reportExisting(
  { origin: { digest, source }, destinations }: Work,
  tagsLast: boolean,
  world: FinishWorld,
): Promise<string | null> {
  const [{ uri }] = destinations
  // Nothing is told of tags that may never be put.
  const uris = tagsLast
    ? [`${uri}@${digest}`]
    : destinations.flatMap((destination) => imageUris(destination, digest))
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

/** Has the image attested wherever it is; what this run did not push is only verified. */
async function attestDelivered(
  { attester, sboms, unsignable = null, origin: { digest, fresh } }: Work,
  { holders }: Report,
): Promise<AttestVerdict | null> {
  const [first, ...others] = holders.map(({ destination }) => destination)
  if (attester === null || first === undefined) return null
  return attester.attest({ digest, pushed: fresh, sboms, unsignable, holders: [first, ...others] })
}
