import type { After, Verdict } from '../after-push/index.ts'
import { joined } from '../after-push/verdicts.ts'
import { consolePlace } from '../delivery/console-place.ts'
import { type Delivered, deliver, deliveryError, type Held, tagDelivered } from '../delivery/deliver.ts'
import type { Destination } from '../delivery/destination.ts'
import { existingImage } from '../delivery/existing-images.ts'
import { reportArrived, reportDelivered } from '../delivery/report.ts'
import type { Inputs } from '../inputs/index.ts'
import type { HeldBack } from '../report/facts.ts'
import { heldBackLines } from '../report/held-back.ts'
import type { Outputs } from '../report/outputs.ts'
import { ActionError } from '../shared/errors.ts'
import { together } from '../shared/together.ts'
import type { AttestVerdict } from './attest/attester.ts'
import { checkAfterPush, checksOf } from './checks.ts'
import { countsOf, deliveryName, outcomeOf, placesOf } from './delivered.ts'
import type { JudgeSize } from './size.ts'
import { readBackLine } from './stages.ts'
import type { Conclusion, FinishWorld, Work } from './work.ts'

type Arrival = Extract<Delivered['outcomes'][number], { ok: true }>
type Phases = Conclusion['phases'][number][]

/**
 * With `gate: before-tags`: the image gets to the first registry by its digest, is scanned, and attested; then it is
 * copied to the others with what was signed, and only then tagged, everywhere. What fails before leaves every tag, in
 * every registry, as it was; it is in the result, and the caller fails the step for it. A size that is too large is known
 * before the scan, and ends it there.
 * @param reading what is read of the image meanwhile
 * @throws ActionError if the image did not get to the first registry, or a tag could not be put
 */
export async function checkThenTag(
  work: Work,
  reading: Promise<unknown>,
  judgeSize: JudgeSize,
  inputs: Pick<Inputs, 'after' | 'repository'>,
  world: FinishWorld,
): Promise<Conclusion> {
  const { origin, destinations, before } = work
  const [first, ...others] = destinations
  const phases: Phases = []
  const timed = phaseClock(phases, world)
  const scanDecides = 'its scan decides about the tags (gate: before-tags)'

  const [arrived] = await together([deliver(origin, [first], before, world, 'later'), reading])
  const [here] = succeeded(arrived)
  if (here === undefined) throw arrived.failure
  reportArrived(here, origin.digest, scanDecides, world)
  timed(here.value.how === 'copied' ? 'copy and read-back' : 'read-back')

  const sized = await judgeSize(here.value.image)
  if (hasFailed(sized)) return hold(work, [here], [work.verified, sized], phases, 'max-size', world)
  const holdBack = (arrivals: readonly Arrival[], verdicts: readonly (Verdict | null)[]) =>
    hold(work, arrivals, verdicts, phases, 'gate: before-tags', world)
  const checks = await checksOf(work, 0, inputs, world)
  const scanned = [work.verified, sized, await judgeScan(checks, here.value, work)]
  timed('scan')
  if (scanned.some(hasFailed)) return holdBack([here], scanned)

  const beside = await attestFirst(work, others.length > 0)
  if (beside !== null) world.log(beside.stageLine(timed('attestation')))
  // Nor does an image get to a further registry that would lack there what it is to have.
  const lack = lackOfAttestation(work, beside)
  if (hasFailed(beside) || hasFailed(lack)) return holdBack([here], [...scanned, beside, lack])

  const copied = await deliver(origin, others, before.slice(1), world, 'later')
  const arrivals = [here, ...succeeded(copied)]
  const signed = await copySigned(beside, copied, others)
  const passed = [...scanned, signed, notCopied(origin.digest, arrived, copied)]
  if (passed.some(hasFailed)) {
    if (others.length > 0) timed('copies')
    return holdBack(arrivals, passed)
  }

  const named = await tagDelivered(origin, arrivals, before, world)
  const report = reportDelivered(named, work.image, world)
  if (named.failure !== null || report === null) throw named.failure
  const outcome = outcomeOf(report, origin.digest, work)
  world.log(readBackLine(timed(deliveryName(report, outcome)), countsOf(report), outcome))
  const checked = await checkAfterPush(work, report, inputs, world, checks as After)
  if (checked !== null && checked.checks.length > 0) timed('checks after the push')
  return {
    outcome,
    places: placesOf(report, origin.digest),
    image: report.image,
    heldBack: null,
    phases,
    verdict: joined([...passed, checked]),
    verifyCommands: signed?.verifyCommands ?? [],
  }
}

/**
 * The end of an image that is too large, if the step would name it: it gets no tag, and nothing else is done with it.
 * @param reading what is read of the image meanwhile
 * @returns null if it is not too large: then nothing is changed
 * @throws ActionError if the image is not in the first registry
 */
export async function holdTooLarge(
  work: Work,
  reading: Promise<unknown>,
  judgeSize: JudgeSize,
  world: FinishWorld,
): Promise<Conclusion | null> {
  const phases: Phases = []
  const timed = phaseClock(phases, world)
  const [first] = work.destinations
  const [arrived] = await together([deliver(work.origin, [first], work.before, world, 'later'), reading])
  const [here] = succeeded(arrived)
  if (here === undefined) throw arrived.failure
  const sized = await judgeSize(here.value.image)
  if (!hasFailed(sized)) return null
  reportArrived(here, work.origin.digest, 'it gets no tag (max-size)', world)
  timed('read-back')
  return hold(work, [here], [work.verified, sized], phases, 'max-size', world)
}

const hasFailed = (verdict: Verdict | null) => verdict !== null && verdict.failure !== null

const succeeded = ({ outcomes }: Delivered): Arrival[] => outcomes.filter((outcome) => outcome.ok)

/** @returns what ends a phase, begins the next one, and returns how long it took, in seconds */
function phaseClock(phases: Phases, { clock }: FinishWorld): (name: string) => number {
  let from = clock()
  return (name) => {
    const to = clock()
    phases.push({ name, from, to })
    const seconds = (to - from) / 1000
    from = to
    return seconds
  }
}

/** What cannot be judged has not passed. */
async function judgeScan(
  checks: After | Verdict | null,
  { image, written }: Held,
  work: Work,
): Promise<Verdict> {
  if (checks !== null && 'failure' in checks) return checks
  const named = work.destinations.some((destination) => tagsNaming(work, destination).length > 0)
  const verdict = await checks?.gate?.(image, written, named)
  if (verdict !== undefined) return verdict
  throw new TypeError(`gate: before-tags without a scan of ${work.destinations[0].uri}`)
}

/** The tags of a destination that name the image already, as far as it is known. */
function tagsNaming(
  { origin: { digest }, destinations, before }: Work,
  destination: Destination,
): readonly string[] {
  const known = before[destinations.indexOf(destination)]
  return destination.tags.filter((tag) =>
    [known?.get(tag), destination.images.get(tag)].some((one) => one?.digest === digest),
  )
}

/** Has the image attested in the first registry; what this run did not push is only verified. */
async function attestFirst(
  { attester, sboms, unsignable = null, origin: { digest, fresh }, destinations: [first] }: Work,
  goesOn: boolean,
): Promise<AttestVerdict | null> {
  if (attester === null) return null
  return attester.attest({ digest, pushed: fresh, sboms, unsignable, holders: [first], goesOn })
}

async function copySigned(
  signed: AttestVerdict | null,
  copied: Delivered,
  others: readonly Destination[],
): Promise<AttestVerdict | null> {
  if (signed === null || others.length === 0 || copied.failure !== null) return signed
  return signed.copyTo(others)
}

/** Null if every registry has the image. */
function notCopied(digest: string, arrived: Delivered, copied: Delivered): Verdict | null {
  if (copied.failure === null) return null
  const failure = deliveryError(digest, [...arrived.outcomes, ...copied.outcomes], 'later')
  return { checks: [], failure }
}

/**
 * What another run has pushed may have no attestation: then it gets to no further registry, and no tag is added to those
 * that it has.
 */
function lackOfAttestation(
  { origin: { digest }, destinations }: Work,
  signed: AttestVerdict | null,
): Verdict | null {
  if (signed === null || signed.complete || signed.failure !== null) return null
  const lacking = destinations.filter(({ images, tags }) => existingImage(images, tags)?.digest !== digest)
  if (lacking.length === 0) return null
  const list = lacking.map(({ uri, tags }) => `${uri} (${tags.join(', ')})`).join(', ')
  return {
    checks: [],
    failure: new ActionError(
      `${digest} is not attested as attest asks for, so that gate: before-tags puts no tag on it in ${list}.`,
      'let a run build and push it (if-image-exists: push), which attests it.',
      { page: 'scan.md#before-the-tags' },
    ),
  }
}

/**
 * The outputs that were known before the build, as they are of an image that gets no tag: those that name it already, in
 * the first registry. A later job is not to deploy what a tag names that this run has left as it was.
 */
function heldOutputs(
  { image: { version }, destinations: [{ name, tags }] }: Work,
  named: readonly string[],
): Pick<Outputs, 'image-name' | 'tags' | 'version'> {
  const [tag] = named
  return {
    'image-name': tag === undefined ? '' : `${name}:${tag}`,
    tags: named.join('\n'),
    version: named.length === tags.length ? version : '',
  }
}

/** The end of a run whose image got no tag. */
function hold(
  work: Work,
  arrivals: readonly Arrival[],
  verdicts: readonly (Verdict | null)[],
  phases: Phases,
  by: HeldBack['by'],
  world: FinishWorld,
): Conclusion {
  const {
    origin: { digest },
    destinations,
  } = work
  const [first] = arrivals as [Arrival, ...Arrival[]]
  const tags = [...new Set(destinations.flatMap((destination) => destination.tags))]
  const tagsOf = (destination: Destination) => tagsNaming(work, destination)
  const isWhole = destinations.every((one) => one.tags.length > 0 && tagsOf(one).length === one.tags.length)
  // A copy that could not be read back is no arrival, and this run has put it all the same.
  const written = world.pushed.outputs().pushed === 'true'
  const put = world.pushed.left().put
  const outcome = isWhole && !written ? 'exists' : 'unnamed'
  const left = destinations
    .filter((destination) => tagsOf(destination).length === 0)
    .map(({ uri }) => `${uri}@${digest}`)
    .filter((name) => put.includes(name))
  // Of the first registry it is set already; the image may be new in another one alone.
  if (written) world.setOutputs({ pushed: 'true' })
  world.setOutputs(heldOutputs(work, tagsOf(destinations[0])))
  for (const line of heldBackLines({ by, tags, left })) world.log(line)
  return {
    outcome,
    places: arrivals.map(({ item }) => ({
      uri: item.uri,
      tags: tagsOf(item),
      put: [],
      uris: tagsOf(item).map((tag) => `${item.uri}:${tag}`),
      console: consolePlace(item),
      created: item.created !== 'no',
    })),
    image: first.value.image,
    heldBack: outcome === 'exists' ? null : { by, tags, left },
    phases,
    verdict: joined(verdicts),
    verifyCommands: [],
  }
}
