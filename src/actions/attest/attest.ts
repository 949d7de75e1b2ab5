import { isDeepStrictEqual } from 'node:util'
import { placeOf } from '../../delivery/deliver.ts'
import { explaining } from '../../delivery/explaining.ts'
import { combineAny } from '../../shared/combine.ts'
import { ActionError } from '../../shared/errors.ts'
import { fanOut, type Outcome } from '../../shared/fanout.ts'
import { ReadingBudget } from '../../sigstore/reading-budget.ts'
import { anyAttempt, isOfAttempt, isOfRun, signerOf } from '../../sigstore/signer.ts'
import type { InTotoStatement } from '../../sigstore/statement.ts'
import type { Verified } from '../../sigstore/verify.ts'
import type { AttestedImage, AttestVerdict, AttestWorld } from './attester.ts'
import { findAttestation, isOfRepository, type SigningSetup } from './existing.ts'
import { distribute, type Placing, refuseFull, signAndPlace } from './place.ts'
import {
  type AttestPart,
  attestationChecks,
  attestationLine,
  attestationOutputs,
  type PlacedAttestation,
  placedIn,
  unattestedWarning,
} from './report.ts'
import { type ExpectedAttestation, expectedOf, type Saying, sayingsOf } from './sayings.ts'
import { verifyCommands as verifyCommandsOf } from './verify-commands.ts'

/** How many things are signed at the same time. */
const SIGNED_AT_ONCE = 4

/** What came of each thing that has to be beside an image, and what made it impossible to say. */
interface AttestOutcome {
  readonly parts: readonly AttestPart[]
  readonly failure: unknown
}

/**
 * Has what was asked for beside an image, signed and verified, in every registry, and sets the outputs. What this run
 * did not push is only verified.
 * @returns what log and summary tell of it, and why the step fails if something could not be done
 */
export async function attestImage(
  setup: SigningSetup,
  image: AttestedImage,
  world: AttestWorld,
): Promise<AttestVerdict> {
  const outcome = await (image.pushed ? attestPushed : verifyExisting)(setup, image, world).catch(
    (thrown: unknown): AttestOutcome => ({ parts: [], failure: thrown }),
  )
  const verdict = tell(setup, image, outcome, world)
  if (verdict.failure === null && !verdict.complete) {
    world.warn(unattestedWarning(image, outcome.parts, setup))
  }
  return verdict
}

/** Sets the outputs, and puts together what is told. */
function tell(
  setup: SigningSetup,
  image: AttestedImage,
  { parts, failure }: AttestOutcome,
  world: AttestWorld,
): AttestVerdict {
  const combined = combineAny([failure, ...parts.map((part) => part.failure)])
  const complete = combined === null && parts.every(({ placed }) => placed !== null)
  const placed = placedIn(parts)
  const verifyCommands = placed.flatMap((one) => verifyCommandsOf(one, image, setup))
  world.setOutputs(attestationOutputs(placed, complete && image.goesOn !== true, verifyCommands))
  const state = { complete, failed: combined !== null }
  return {
    checks: attestationChecks(parts, setup, failure !== null),
    failure: combined === null ? null : withoutRerun(combined, image),
    complete,
    verifyCommands,
    stageLine: (seconds) => attestationLine(placed, { ...state, pushed: image.pushed, seconds }),
    copyTo: async (others) => {
      const everywhere = { ...image, holders: [image.holders[0], ...others], goesOn: false } as const
      return tell(setup, everywhere, { parts: await copyParts(parts, everywhere, world), failure }, world)
    },
  }
}

/** Copies what the first registry has, and lists beside the image, to every other. */
async function copyParts(
  parts: readonly AttestPart[],
  image: AttestedImage,
  world: AttestWorld,
): Promise<AttestPart[]> {
  const outcomes = await fanOut(parts, SIGNED_AT_ONCE, async ({ placed }) =>
    placed === null ? null : distribute(image, placed, world, 'others'),
  )
  return outcomes.map((outcome) => {
    if (!outcome.ok) return { ...outcome.item, failure: outcome.error }
    return { ...outcome.item, failure: outcome.value?.failure ?? outcome.item.failure }
  })
}

/** Most remedies are a rerun, which is of no use if it does not push the image. */
function withoutRerun(failure: unknown, { unsignable }: AttestedImage): unknown {
  if (unsignable === null || !(failure instanceof ActionError)) return failure
  const { message, remedy, location } = failure
  const besides = `The image is under its tags now, and a rerun of this job signs nothing for it, as ${unsignable}: give it a new tag then, or delete it before.`
  return new ActionError(message, [remedy, besides].filter((one) => one !== '').join('\n'), {
    cause: failure,
    location,
    page: 'attest.md#what-can-go-wrong',
  })
}

/** Signs what is to be said; what this run has signed before, in this attempt or another, is taken if it says it. */
async function attestPushed(
  setup: SigningSetup,
  image: AttestedImage,
  world: AttestWorld,
): Promise<AttestOutcome> {
  const { serverUrl } = world.job
  // Who the job is, the token of before the build says well enough for a search; each signature has one of its own.
  const { claims } = setup
  const sayings = sayingsOf(setup.inputs, image, setup, serverUrl)
  const signer = anyAttempt(signerOf(claims, serverUrl))
  const budget = new ReadingBudget(world)
  const earlier: (PlacedAttestation | null)[] = []
  // One after the other: what others put there may be large.
  for (const { what, subject, predicate } of sayings) {
    const expected = { what, subject, predicateTypes: [predicate.type] }
    const isIt = ({ extensions, statement }: Verified, referrer: string) =>
      isOfRun(extensions, claims, serverUrl) &&
      // The attempts of a run have the same provenance but for their number; their SBOMs may differ in anything.
      (what !== 'sbom' || saysExactly(statement, predicate.content)) &&
      // Each stands for one of what is to be said.
      !earlier.some((one) => one?.referrer === referrer)
    earlier.push(await findBeside(setup, image, expected, world, budget, isIt, signer))
  }
  const missing = sayings.filter((_, at) => earlier[at] === null)
  const subjects = missing.map(({ subject }) => subject)
  const full = await refuseFull(image, subjects, world).then(
    () => null,
    (error: unknown) => error,
  )
  const outcomes = await fanOut([...sayings.keys()], SIGNED_AT_ONCE, async (at) => {
    const [saying, found] = [sayings[at] as Saying, earlier[at] ?? null]
    if (found === null) {
      if (full !== null) throw full
      return signAndPlace(setup, saying, image, world)
    }
    world.log(
      isOfAttempt(found.verified.extensions, claims, serverUrl)
        ? `This run has attested ${found.subject} already: ${found.referrer}`
        : `An earlier attempt of this run has attested ${found.subject}: ${found.referrer}; GitHub's own store has of it what that attempt gave it`,
    )
    return distribute(image, found, world)
  })
  return { parts: partsBy(sayings, outcomes), failure: null }
}

/** What is there, of any run of this repository, for an image that this run did not push. */
async function verifyExisting(
  setup: SigningSetup,
  image: AttestedImage,
  world: AttestWorld,
): Promise<AttestOutcome> {
  const { serverUrl } = world.job
  const [first] = image.holders
  const all = await explaining(`Reading ${first.uri}@${image.digest}`, () =>
    expectedOf(setup.inputs, image, world),
  )
  const budget = new ReadingBudget(world)
  const found: (PlacedAttestation | null)[] = []
  const saysOther = new Set<ExpectedAttestation>()
  for (const one of all) {
    const isOurs = (verified: Verified) => {
      if (!isOfRepository(verified, setup.claims, serverUrl)) return false
      const isIt = one.content === undefined || saysExactly(verified.statement, one.content)
      if (!isIt) saysOther.add(one)
      return isIt
    }
    found.push(await findBeside(setup, image, one, world, budget, isOurs, null))
  }
  const outcomes = await fanOut([...all.keys()], 1, async (at): Promise<Placing> => {
    const one = found[at] ?? null
    if (one === null) return { placed: null, failure: null }
    world.log(`${first.uri}@${one.subject} is attested already: ${one.referrer}, by ${one.verified.identity}`)
    return distribute(image, one, world)
  })
  const parts = partsBy(all, outcomes).map((part, at) => ({
    ...part,
    saysOther: saysOther.has(all[at] as ExpectedAttestation),
  }))
  return { parts, failure: null }
}

function partsBy(
  wanted: readonly Pick<AttestPart, 'what' | 'subject'>[],
  outcomes: readonly Outcome<number, Placing>[],
): AttestPart[] {
  return outcomes.map((outcome) => {
    const { what, subject } = wanted[outcome.item] as (typeof wanted)[number]
    const placing = outcome.ok ? outcome.value : { placed: null, failure: outcome.error }
    return { what, subject, saysOther: false, ...placing }
  })
}

/** Whether a statement says this, by the JSON that it would be signed as. */
function saysExactly({ predicate }: InTotoStatement, content: unknown): boolean {
  return isDeepStrictEqual(predicate, JSON.parse(JSON.stringify(content)))
}

async function findBeside(
  setup: SigningSetup,
  { holders: [first] }: AttestedImage,
  { what, subject, predicateTypes }: Omit<ExpectedAttestation, 'content'>,
  world: AttestWorld,
  budget: ReadingBudget,
  accept: (verified: Verified, referrer: string) => boolean,
  signer: ReturnType<typeof signerOf> | null,
): Promise<PlacedAttestation | null> {
  const target = await placeOf(first, world)
  for (const predicateType of predicateTypes) {
    const found = await explaining(`Reading what is beside ${first.uri}@${subject}`, () =>
      findAttestation(setup, target, { digest: subject, predicateType, signer }, budget, accept),
    )
    if (found !== null) return { ...found, what, subject, url: null }
  }
  return null
}
