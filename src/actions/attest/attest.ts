import { isDeepStrictEqual } from 'node:util'
import type { Verdict } from '../../after-push/index.ts'
import { placeOf } from '../../delivery/deliver.ts'
import { explaining } from '../../delivery/explaining.ts'
import { combineErrors } from '../../shared/combine.ts'
import { fanOut } from '../../shared/fanout.ts'
import { ReadingBudget } from '../../sigstore/reading-budget.ts'
import { anyAttempt, isOfAttempt, isOfRun, signerOf } from '../../sigstore/signer.ts'
import type { Verified } from '../../sigstore/verify.ts'
import type { AttestedImage, AttestWorld } from './attester.ts'
import { findAttestation, isOfRepository, type SigningSetup } from './existing.ts'
import { jobIdentity, refuseOtherInstance } from './identity.ts'
import { distribute, type Placing, refuseFull, signAndPlace } from './place.ts'
import { attestationChecks, attestationOutputs, type PlacedAttestation, unattestedWarning } from './report.ts'
import { type ExpectedAttestation, expectedOf, sayingsOf } from './sayings.ts'

/** How many things are signed at the same time. */
const SIGNED_AT_ONCE = 4

/** What is beside an image, and why the step fails if it is not all that was asked for. */
interface AttestOutcome {
  readonly placed: readonly PlacedAttestation[]
  readonly complete: boolean
  readonly failure: unknown
}

/**
 * Has what was asked for beside an image, signed and verified, in every registry, and sets the outputs. What this run
 * did not push is only verified.
 * @returns the rows of the summary, and why the step fails if something could not be done
 */
export async function attestImage(
  setup: SigningSetup,
  image: AttestedImage,
  world: AttestWorld,
): Promise<Verdict> {
  const outcome = await (image.pushed ? attestPushed : verifyExisting)(setup, image, world).catch(
    (failure: unknown): AttestOutcome => ({ placed: [], complete: false, failure }),
  )
  const { placed, complete, failure } = outcome
  world.setOutputs(attestationOutputs(placed, complete, image, setup))
  if (failure === null && !complete) world.warn(unattestedWarning(image, placed, setup))
  return { checks: attestationChecks(placed, setup, { complete, failed: failure !== null }), failure }
}

/** Signs what is to be said; what this run has signed before, in this attempt or another, is taken if it says it. */
async function attestPushed(
  setup: SigningSetup,
  image: AttestedImage,
  world: AttestWorld,
): Promise<AttestOutcome> {
  const { serverUrl } = world.job
  const identity = await jobIdentity(world.job)
  const before = setup.services.instance
  refuseOtherInstance(setup.inputs.sigstore, { before, now: identity.claims }, serverUrl)
  const sayings = sayingsOf(setup.inputs, image, identity, serverUrl)
  const signer = anyAttempt(signerOf(identity.claims, serverUrl))
  const budget = new ReadingBudget(world)
  const earlier: (PlacedAttestation | null)[] = []
  // One after the other: what others put there may be large.
  for (const { what, subject, predicate } of sayings) {
    const expected = { what, subject, predicateTypes: [predicate.type] }
    const isIt = ({ extensions, statement }: Verified, referrer: string) =>
      isOfRun(extensions, identity.claims, serverUrl) &&
      // The attempts of a run have the same provenance but for their number; their SBOMs may differ in anything.
      (what !== 'sbom' || isDeepStrictEqual(statement.predicate, predicate.content)) &&
      // Each stands for one of what is to be said.
      !earlier.some((one) => one?.referrer === referrer)
    earlier.push(await findBeside(setup, image, expected, world, budget, isIt, signer))
  }
  const missing = sayings.filter((_, at) => earlier[at] === null)
  const subjects = missing.map(({ subject }) => subject)
  const full = await refuseFull(image, subjects, world).then(
    () => null,
    (error: unknown) => ({ error }),
  )
  if (full !== null) {
    return { placed: earlier.filter((one) => one !== null), complete: false, failure: full.error }
  }
  const outcomes = await fanOut([...sayings.keys()], SIGNED_AT_ONCE, async (at) => {
    const [saying, found] = [sayings[at], earlier[at]]
    if (found === null || found === undefined) {
      return signAndPlace(setup, saying as NonNullable<typeof saying>, identity, image, world)
    }
    world.log(
      isOfAttempt(found.verified.extensions, identity.claims, serverUrl)
        ? `This run has attested ${found.subject} already: ${found.referrer}`
        : `An earlier attempt of this run has attested ${found.subject}: ${found.referrer}`,
    )
    return distribute(image, found, world)
  })
  const parts = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []))
  const failures = [
    ...outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.error])),
    ...failuresOf(parts),
  ]
  return {
    placed: placedIn(parts),
    complete: failures.length === 0,
    failure: failures.length === 0 ? null : combineErrors(failures),
  }
}

function placedIn(parts: readonly Placing[]): PlacedAttestation[] {
  return parts.flatMap(({ placed }) => (placed === null ? [] : [placed]))
}

function failuresOf(parts: readonly Placing[]): unknown[] {
  return parts.flatMap(({ failure }) => (failure === null ? [] : [failure]))
}

/** What is there, of any run of this repository, for an image that this run did not push. */
async function verifyExisting(
  setup: SigningSetup,
  image: AttestedImage,
  world: AttestWorld,
): Promise<AttestOutcome> {
  const { serverUrl } = world.job
  const isOurs = (verified: Verified) => isOfRepository(verified, setup.claims, serverUrl)
  const [first] = image.holders
  const expected = await explaining(`Reading ${first.uri}@${image.digest}`, () =>
    expectedOf(setup.inputs, image, world),
  )
  const budget = new ReadingBudget(world)
  const placed: PlacedAttestation[] = []
  for (const one of expected) {
    const found = await findBeside(setup, image, one, world, budget, isOurs, null)
    if (found !== null) placed.push(found)
  }
  const parts: Placing[] = []
  for (const one of placed) {
    world.log(`${first.uri}@${one.subject} is attested already: ${one.referrer}, by ${one.verified.identity}`)
    parts.push(await distribute(image, one, world))
  }
  const failures = failuresOf(parts)
  return {
    placed: placedIn(parts),
    complete: placed.length === expected.length && failures.length === 0,
    failure: failures.length === 0 ? null : combineErrors(failures),
  }
}

async function findBeside(
  setup: SigningSetup,
  { holders: [first] }: AttestedImage,
  { what, subject, predicateTypes }: ExpectedAttestation,
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
