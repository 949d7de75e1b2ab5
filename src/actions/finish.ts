import { joined } from '../after-push/verdicts.ts'
import { deliver } from '../delivery/deliver.ts'
import { describeExisting } from '../delivery/describe-existing.ts'
import { configReader, manifestReader, type ReadManifest } from '../delivery/manifest-reader.ts'
import { largest, type Measured, measure } from '../delivery/measure.ts'
import { type Report, reportDelivered, reportPlatforms } from '../delivery/report.ts'
import { imageBefore, type TaggedImage } from '../ecr/image-before.ts'
import { namesAfterScan } from '../inputs/after-push.ts'
import type { Inputs } from '../inputs/index.ts'
import { artifactTypeOf } from '../oci/image-config.ts'
import { isIndex } from '../oci/media-types.ts'
import { platformName } from '../oci/types.ts'
import { imageUris } from '../report/outputs.ts'
import { sizeOutputs } from '../report/size-outputs.ts'
import { together } from '../shared/together.ts'
import type { AttestVerdict } from './attest/attester.ts'
import { checkAfterPush } from './checks.ts'
import { countsOf, deliveryName, outcomeOf, placesOf } from './delivered.ts'
import type { JudgeSize } from './size.ts'
import { readBackLine } from './stages.ts'
import type { Result } from './step.ts'
import type { Conclusion, FinishWorld, Work } from './work.ts'

/**
 * The end of every action: brings an image under all tags into all registries, reads back what ECR holds, sets the
 * outputs that this allows, and runs the checks that follow a push; with `gate: before-tags`, the tags are the last. An
 * image that is larger than `max-size` gets no tag that is not docker's.
 * @throws ActionError if the image is not under every tag in every registry; a check that fails is in the result
 */
export async function finish(given: Work, inputs: EndInputs, world: FinishWorld): Promise<Result> {
  const { source, digest, manifest = manifestReader(source, digest, world) } = given.origin
  const work = { ...given, origin: { ...given.origin, manifest } }
  const { origin, destinations, built } = work
  const { maxSize = null } = inputs
  const before = comparedWith(destinations[0].tags, work)
  const compared = before === null ? null : { tag: before.tag, digest: before.image.digest }
  world.debug(
    `The size is compared with ${compared === null ? 'nothing' : `${compared.tag}, ${compared.digest}`}`,
  )
  const tagsLast = namesAfterScan(inputs.after)
  const sizeFirst = maxSize !== null && !tagsLast && isNamedByStep(work)
  const describing = describePlatforms(work, manifest, compared, inputs, world)
  const reading = together([
    built === null ? reportExisting(work, manifest, tagsLast || sizeFirst, world) : built.imageId,
    describing,
  ])
  const judgeSize: JudgeSize =
    maxSize === null
      ? async () => null
      : (await import('./size.ts')).sizeJudge(maxSize, describing, `${destinations[0].uri}@${origin.digest}`)
  const held = sizeFirst ? await holdIfTooLarge(work, reading, judgeSize, world) : null
  const end = tagsLast ? (await import('./before-tags.ts')).checkThenTag : tagThenCheck
  const { image, phases, ...ending } = held ?? (await end(work, reading, judgeSize, inputs, world))
  const [imageId, { bytesBefore: _, ...described }] = await reading
  // What the registry does not tell, ECR's API may: both sizes are its own then.
  if (described.sizes.length === 0)
    world.setOutputs(sizeOutputs(image.sizeInBytes, before?.image.sizeInBytes ?? null))
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

/** Siblings have no `max-size`. */
type EndInputs = Pick<Inputs, 'after' | 'repository' | 'summary'> & Partial<Pick<Inputs, 'maxSize'>>

/** Whether the image has tags to get that docker has not pushed. */
const isNamedByStep = ({ origin, destinations: [first] }: Work) =>
  first.tags.length > 0 && origin.pushedTags.length === 0

/** Null if the image may have its tags. */
async function holdIfTooLarge(
  work: Work,
  reading: Promise<unknown>,
  judgeSize: JudgeSize,
  world: FinishWorld,
): Promise<Conclusion | null> {
  await reading
  if ((await judgeSize(null))?.failure === null) return null
  return (await import('./before-tags.ts')).holdTooLarge(work, reading, judgeSize, world)
}

/**
 * The tags first: what follows a push is about an image that has its name.
 * @param reading what is read of the image meanwhile
 */
async function tagThenCheck(
  work: Work,
  reading: Promise<unknown>,
  judgeSize: JudgeSize,
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
    verdict: joined([work.verified, await judgeSize(report.image), signed, checked]),
    verifyCommands: signed?.verifyCommands ?? [],
  }
}

/**
 * Sets the outputs of the digests by platform, and of the size.
 * @returns what it is, and the size of each platform's image
 */
async function describePlatforms(
  { origin, destinations: [at], built }: Work,
  read: ReadManifest,
  compared: { readonly digest: string } | null,
  { summary, maxSize = null }: EndInputs,
  world: FinishWorld,
): Promise<Measured & Pick<Result, 'artifactType'>> {
  const { digest, source } = origin
  const told = built?.platform ?? null
  const { config = configReader(source, world) } = origin
  if (told !== null)
    world.setOutputs({ 'platform-digests': JSON.stringify({ [platformName(told)]: digest }) })
  const { manifest, platform } =
    told === null ? await reportPlatforms(source, read, world, config) : { manifest: null, platform: told }
  // What is built is an image.
  const artifactType =
    built !== null || manifest === null || isIndex(manifest.mediaType)
      ? null
      : artifactTypeOf(manifest.content, manifest.mediaType)
  const measured = await measure(
    source,
    digest,
    { manifest: read, config, platform, steps: built?.steps ?? [] },
    compared === null ? null : { digest: compared.digest, at },
    { explains: summary, isJudged: maxSize !== null },
    world,
  )
  world.setOutputs(sizeOutputs(largest(measured.sizes), measured.bytesBefore))
  return { ...measured, artifactType }
}

/** What the size is compared with: null if nothing can be read of the image before. */
function comparedWith(
  tags: readonly string[],
  { before: [before], destinations: [{ images }], origin: { digest } }: Work,
): TaggedImage | null {
  // Of an image that exists, the tags were asked for while the repository was.
  const found = imageBefore(tags, before === undefined ? images : before, digest)
  return found?.image.active ? found : null
}

/** The outputs of a build, for an image that another run built; a role may be unable to read it, which is no failure. */
async function reportExisting(
  { origin: { digest }, destinations }: Work,
  read: ReadManifest,
  tagsLast: boolean,
  world: FinishWorld,
): Promise<string | null> {
  const [{ uri }] = destinations
  // Nothing is told of tags that may never be put.
  const uris = tagsLast
    ? [`${uri}@${digest}`]
    : destinations.flatMap((destination) => imageUris(destination, digest))
  try {
    const { imageId, metadata } = describeExisting(await read(), uris)
    world.setOutputs({ imageid: imageId, metadata: JSON.stringify(metadata) })
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
