import { expectAfter, followsPush } from '../after-push/expect.ts'
import type { After, Verdict } from '../after-push/index.ts'
import { joinVerdicts } from '../after-push/verdicts.ts'
import { consolePlace } from '../delivery/console-place.ts'
import { deliver, type Origin } from '../delivery/deliver.ts'
import { describeExisting } from '../delivery/describe-existing.ts'
import type { Destination, TagsBefore } from '../delivery/destination.ts'
import { type Measured, measure } from '../delivery/measure.ts'
import { type Report, reportDelivered, reportPlatforms } from '../delivery/report.ts'
import type { HeldImage } from '../ecr/types.ts'
import { afterElsewhere } from '../inputs/after-push.ts'
import type { Inputs } from '../inputs/index.ts'
import type { ImageMetadata } from '../metadata/index.ts'
import { artifactTypeOf } from '../oci/image-config.ts'
import { isIndex } from '../oci/media-types.ts'
import { type Manifest, type Platform, platformName } from '../oci/types.ts'
import type { PlatformSbom } from '../registry/sboms.ts'
import type { BuildStep, Compared, Deed, ImageOutcome } from '../report/facts.ts'
import { imageUris, repositoryOutputs } from '../report/outputs.ts'
import { combineErrors } from '../shared/combine.ts'
import { ActionError } from '../shared/errors.ts'
import { together } from '../shared/together.ts'
import type { World } from '../world.ts'
import type { Attester, AttestVerdict } from './attest/attester.ts'
import type { Destinations } from './destinations.ts'
import { readBackLine } from './stages.ts'
import type { Result } from './step.ts'

/** An image that is in ECR, and where it is to be. */
export interface Work extends Destinations {
  readonly origin: Origin
  readonly image: ImageMetadata
  readonly deed: Deed
  /** What was verified of the image before it got its tags; null if nothing was. */
  readonly verified: Verdict | null
  /** Null if nothing is to be signed. */
  readonly attester: Attester | null
  /** What BuildKit made of the platforms' images, to be signed. */
  readonly sboms: readonly PlatformSbom[]
  /** Why a rerun would sign nothing for the image: `if-image-exists is skip`. */
  readonly unsignable?: string | null
  /** By destination; shorter if it is not known of the last ones. */
  readonly before: readonly TagsBefore[]
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
  const compared = comparedWith(first.tags, work)
  world.debug(
    `The summary compares with ${compared === null ? 'nothing' : `${compared.tag}, ${compared.digest}`}`,
  )
  const [delivered, imageId, described] = await together([
    deliver(origin, destinations, work.before, world),
    built === null ? reportExisting(work, world) : built.imageId,
    describePlatforms(work, compared, inputs, world),
  ])
  const report = reportDelivered(delivered, image, world)
  if (delivered.failure !== null || report === null) throw delivered.failure
  const deliveredTo = world.clock()
  const outcome = outcomeOf(report, origin.digest, work)
  const told = { tags: 0, registries: report.holders.length, copied: isCopied(report) }
  for (const { destination } of report.holders) told.tags += destination.tags.length
  world.log(readBackLine((deliveredTo - deliveredFrom) / 1000, told, outcome))
  const signed = await attestDelivered(work, report)
  const attestedTo = world.clock()
  if (signed !== null) world.log(signed.stageLine((attestedTo - deliveredTo) / 1000))
  const checked = await checkAfterPush(work, report, inputs, world)
  const verdict = joined([work.verified, signed, checked])
  const { mediaType, sizeInBytes } = report.image
  return {
    deed: work.deed,
    outcome,
    places: report.holders.map(({ destination, put }) => ({
      uri: destination.uri,
      tags: destination.tags,
      put,
      uris: imageUris(destination, origin.digest),
      console: consolePlace(destination),
      created: destination.created !== 'no',
    })),
    localUris: [],
    inEngine: null,
    leftImage: true,
    digest: origin.digest,
    isIndex: mediaType === null ? null : isIndex(mediaType),
    imageId,
    sizeInBytes,
    ...described,
    compared,
    engine: built?.engine ?? null,
    phases: [
      ...(built === null ? [] : [{ name: 'build and push', from: built.from, to: built.to }]),
      { name: deliveryName(report, outcome), from: deliveredFrom, to: deliveredTo },
      ...(signed === null ? [] : [{ name: 'attestation', from: deliveredTo, to: attestedTo }]),
      ...(checked === null ? [] : [{ name: 'checks after the push', from: attestedTo, to: world.clock() }]),
    ],
    steps: built?.steps ?? [],
    verdict,
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

/** The first tag that named another image before, and that image; if none did, one that named this image. */
function comparedWith(
  tags: readonly string[],
  { before: [before], origin: { digest } }: Pick<Work, 'before' | 'origin'>,
): Compared | null {
  const held = tags.flatMap((tag): Compared[] => {
    const image = before?.get(tag)
    return image?.active ? [{ tag, digest: image.digest }] : []
  })
  return held.find((one) => one.digest !== digest) ?? held[0] ?? null
}

const isCopied = ({ holders }: Report) => holders.some(({ how }) => how === 'copied')

/** What the delivery did, for people, in the summary as in the log. */
function deliveryName(report: Report, outcome: ImageOutcome): string {
  if (outcome === 'exists') return 'reading the image'
  if (isCopied(report)) return 'copies and read-back'
  return report.holders.some(({ how }) => how === 'tagged') ? 'tags and read-back' : 'read-back'
}

/** `unchanged` only if it is known of every tag in every registry that it named the image before. */
function outcomeOf(report: Report, digest: string, { before }: Pick<Work, 'before'>): ImageOutcome {
  if (!report.written) return 'exists'
  const isSame = (held: HeldImage | undefined) => held?.digest === digest && held.active
  const unchanged = report.holders.every(
    ({ destination: { tags }, written }, at) =>
      !written || (tags.length > 0 && tags.every((tag) => isSame(before[at]?.get(tag)))),
  )
  return unchanged ? 'unchanged' : 'pushed'
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

/** Has the image attested wherever it is; what this run did not push is only verified. */
async function attestDelivered(
  { attester, sboms, unsignable = null, origin: { digest, fresh } }: Work,
  { holders }: Report,
): Promise<AttestVerdict | null> {
  const [first, ...others] = holders.map(({ destination }) => destination)
  if (attester === null || first === undefined) return null
  return attester.attest({ digest, pushed: fresh, sboms, unsignable, holders: [first, ...others] })
}

/** One verdict for all; null if none of them was asked for. */
function joined(verdicts: readonly (Verdict | null)[]): Verdict | null {
  const given = verdicts.filter((verdict) => verdict !== null)
  if (given.length === 0) return null
  const failures = given.map(({ failure }) => failure).filter((failure) => failure !== null)
  return {
    checks: given.flatMap(({ checks }) => checks),
    failure: failures.length === 0 ? null : combineErrors(failures),
  }
}

/** A check that was asked for and cannot be made is no check that has passed. */
function unchecked(
  uri: string,
  { failOnSeverity, waitForReplication, waitForSigning }: Inputs['after'],
): Verdict {
  const wanted = [
    ...(failOnSeverity === null ? [] : ['Scan']),
    ...(waitForReplication ? ['Replication'] : []),
    ...(waitForSigning ? ['Signing'] : []),
  ]
  return {
    checks: wanted.map((line) => ({ outcome: 'unknown', line, detail: null })),
    failure: new ActionError(
      `After the push, ECR does not list the repository ${uri}, so that what follows the push cannot be checked.`,
      'run the job again.',
    ),
  }
}

/** Runs the checks, those of every registry at the same time. */
async function checkAfterPush(
  { destinations, after }: Work,
  { image, holders }: Report,
  inputs: Pick<Inputs, 'after' | 'repository'>,
  world: FinishWorld,
): Promise<Verdict | null> {
  const verdicts = await together(
    destinations.map(async (destination, at) => {
      const wanted = at === 0 ? inputs.after : afterElsewhere(inputs.after)
      const checks =
        destination.created === 'on push'
          ? await expectLate(destination, at === 0, { ...inputs, after: wanted }, world)
          : (after[at] ?? null)
      if (checks === null || 'failure' in checks) return checks
      return checks.verify(image, holders[at]?.written ?? false)
    }),
  )
  return joinVerdicts(verdicts, world)
}

/** The checks in a repository that ECR has created on the push: its settings are read first. */
async function expectLate(
  { ecr, name, uri }: Destination,
  isFirst: boolean,
  inputs: Pick<Inputs, 'after' | 'repository'>,
  world: FinishWorld,
): Promise<After | Verdict | null> {
  const asked = followsPush(inputs.after)
  if (!isFirst && !asked) return null
  const repository = await ecr.findRepository(name)
  if (repository === null) return asked ? unchecked(uri, inputs.after) : null
  if (isFirst) world.setOutputs(repositoryOutputs(repository, true))
  world.log(`ECR created the repository ${repository.uri} on the push`)
  try {
    return await expectAfter(ecr, repository, inputs, world)
  } catch (failure) {
    // Known only now, it fails the step after the summary, as every check after a push does.
    return { checks: [], failure }
  }
}
