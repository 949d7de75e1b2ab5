import { ask, beginPlan, type PlannedDestination, planned, planOthers } from '../../delivery/destination.ts'
import { existingImage } from '../../delivery/existing-images.ts'
import { configReader, manifestReader } from '../../delivery/manifest-reader.ts'
import type { BakeSource } from '../../docker/bake/port.ts'
import type { Engine } from '../../docker/port.ts'
import type { TagsBefore } from '../../ecr/image-before.ts'
import { signedNow } from '../../inputs/sbom-apart.ts'
import { combineErrors } from '../../shared/combine.ts'
import { fanOut } from '../../shared/fanout.ts'
import { together } from '../../shared/together.ts'
import type { World } from '../../world.ts'
import type { Attester } from '../attest/attester.ts'
import { expectAttestation, unattested } from '../attest/expect.ts'
import { openPulls } from '../build-push/open-pulls.ts'
import { checkCaches, taggedNow, workOn } from '../build-push/prepare.ts'
import type { Pulls } from '../build-push/pull-logins.ts'
import { type Destinations, expectChecks, settle } from '../destinations.ts'
import { warm } from '../warm.ts'
import type { Work } from '../work.ts'
import { combineByTarget, type TargetFailure } from './by-target.ts'
import { sameContent } from './content.ts'
import { inspectFor } from './engine.ts'
import { inputsOfAll } from './requests.ts'
import type { TargetWork } from './target.ts'
import { twinOf } from './targets.ts'

/** Targets about which ECR is asked, or whose images get their tags, at the same time: these are small requests. */
export const TARGETS_AT_ONCE = 16

/** What is known of a target before anything is changed. */
interface PlannedTarget {
  readonly work: TargetWork
  readonly plan: PlannedDestination
  readonly more: readonly PlannedDestination[]
  readonly checks: Awaited<ReturnType<typeof expectChecks>>
  readonly attester: Attester | null
  readonly before: readonly TagsBefore[]
  readonly pulls: Pulls
  /** Null unless its image exists, and it is left out for that. */
  readonly existing: ReturnType<typeof existingImage>
  /** Whether it is left out as an image of the same content exists. */
  readonly unchanged: boolean
}

/** A target that is ready to be built. */
export interface ReadyTarget extends Destinations {
  readonly work: TargetWork
  readonly attester: Attester | null
  readonly before: readonly TagsBefore[]
  readonly pulls: Pulls
}

export interface ReadyToBake {
  /** Null if nothing is to be built. */
  readonly engine: Engine | null
  readonly ready: readonly ReadyTarget[]
  /** Those whose image exists: nothing is built of them, and all else follows. */
  readonly skipped: readonly {
    readonly work: TargetWork
    readonly existing: Work
    /** Whether that is for its content: it may have no other of its tags so far. */
    readonly unchanged: boolean
  }[]
}

/**
 * Does everything possible before the build, for all targets at the same time: first every question, and only if nothing
 * speaks against any of them are repositories created or changed.
 * @param buildsMore whether anything is built besides
 * @throws ActionError with all that is wrong with any of them
 */
export async function prepareTargets(
  works: readonly TargetWork[],
  source: BakeSource,
  buildsMore: boolean,
  world: Pick<World, 'docker' | 'log' | 'openRegistry'>,
): Promise<ReadyToBake> {
  const [first] = works
  const asked = await fanOut(works, TARGETS_AT_ONCE, (work) => planTarget(work, work === first))
  const failures = asked.flatMap((one): TargetFailure[] =>
    one.ok ? [] : [{ name: one.item.name, error: one.error }],
  )
  const plans = asked.flatMap((one) => (one.ok ? [one.value] : []))
  const toBuild = plans.filter(({ existing }) => existing === null)
  const builds = toBuild.length > 0 || buildsMore
  const engine = builds
    ? await inspectFor(
        works.filter((work) => !plans.some((plan) => plan.work === work && plan.existing !== null)),
        source,
        world,
      ).catch((error: unknown) => ({ error }))
    : null
  if (engine !== null && 'error' in engine) {
    throw combineErrors([
      engine.error,
      ...(failures.length === 0 ? [] : [combineByTarget(failures, works.length)]),
    ])
  }
  failures.push(
    ...twinsOf(plans.map(({ work, plan, more }) => ({ name: work.name, places: [plan, ...more] }))),
  )
  if (failures.length > 0) throw combineByTarget(failures, works.length)
  const settled = await fanOut(plans, TARGETS_AT_ONCE, settleTarget)
  const refused = settled.flatMap((one): TargetFailure[] =>
    one.ok ? [] : [{ name: one.item.work.name, error: one.error }],
  )
  if (refused.length > 0) throw combineByTarget(refused, works.length)
  const all = settled.flatMap((one) => (one.ok ? [{ plan: one.item, ready: one.value }] : []))
  return {
    engine,
    ready: all.filter(({ plan }) => plan.existing === null).map(({ ready }) => ready),
    skipped: all.flatMap(({ plan: { work, existing, unchanged, attester, before }, ready }) =>
      existing === null
        ? []
        : [
            {
              work,
              unchanged,
              existing: readOnce(
                {
                  ...workOn(existing, ready, ready.destinations[0].image),
                  attester,
                  ...(unchanged ? { before } : {}),
                },
                world,
              ),
            },
          ],
    ),
  }
}

/** What is read of an image that exists can be read while the others are built, and is not read again after that. */
function readOnce(work: Work, world: Pick<World, 'openRegistry'>): Work {
  const { source, digest } = work.origin
  const manifest = manifestReader(source, digest, world)
  return { ...work, origin: { ...work.origin, manifest, config: configReader(source, world) } }
}

/** @param opens whether it opens connections to the registry that docker is logged in to, for what follows */
async function planTarget(work: TargetWork, opens: boolean): Promise<PlannedTarget> {
  const { inputs, image, world } = work
  world.setOutputs(unattested(signedNow(inputs).attest))
  const ecr = await world.connectEcr(inputs)
  // All of it at the same time: what the tags name is asked for whether or not the content turns out to be known.
  const asked = ask(ecr, inputs.repository.name, world)
  const finding = work.contentTag === null ? null : sameContent(work, ecr)
  const expected = finding?.then((found) => found?.digest ?? null) ?? null
  const planning = beginPlan(ecr, inputs, image, world, expected, asked)
  const first = planned(ecr, inputs.repository.name, planning)
  const others = planOthers(inputs, image, world, expected)
  const tagged = first.then((found) => taggedNow(found, world))
  const legacy = async () => false
  const [plan, more, checks, attester, pulls, before, elsewhere, , same] = await together([
    first,
    others,
    expectChecks(ecr, planning, others, inputs, world, () => tagged),
    expectAttestation(signedNow(inputs), async () => [await first, ...(await others)], world),
    together(inputsOfAll(work).map((one) => openPulls(one, { own: planning.session, legacy }, world))),
    tagged,
    others.then((all) => together(all.map((found) => taggedNow(found, world)))),
    planning.session.then(async (session) => checkCaches(inputs, ecr, session?.host ?? null, world)),
    finding,
    opens ? planning.session.then((session) => warm(session, 2, world)) : null,
  ])
  const { images, image: taken } = plan.plan
  const named = inputs.ifImageExists === 'skip' ? existingImage(images, taken.tags) : null
  return {
    work,
    plan,
    more,
    checks,
    attester,
    pulls: allOf(pulls),
    before: [before, ...elsewhere],
    existing: named ?? same,
    unchanged: named === null && same !== null,
  }
}

const allOf = (pulls: readonly Pulls[]): Pulls => ({
  logins: async () => (await Promise.all(pulls.map((one) => one.logins()))).flat(),
  attempts: pulls.flatMap(({ attempts }) => attempts),
})

async function settleTarget(target: PlannedTarget): Promise<ReadyTarget> {
  const { work, plan, more, checks, attester, before, pulls, existing } = target
  const settled = await settle([plan, ...more], work.image, checks, work.inputs, work.world)
  if (existing === null) await attester?.confirm(settled.destinations)
  return { ...settled, work, attester, before, pulls }
}

/** Targets that are the same tag of the same repository, as ECR names it, in any of the registries they go to. */
export function twinsOf(
  targets: readonly { readonly name: string; readonly places: readonly PlannedDestination[] }[],
): TargetFailure[] {
  const owners = new Map<string, string>()
  const found = new Map<string, { one: string; other: string; uri: string; tags: Set<string> }>()
  for (const { name, places } of targets) {
    for (const place of places) {
      const uri = place.plan.repository?.uri ?? `${place.session?.host}/${place.name}`
      for (const tag of place.plan.image.tags) {
        const one = owners.get(`${uri}:${tag}`) ?? name
        owners.set(`${uri}:${tag}`, one)
        if (one === name) continue
        const key = JSON.stringify([one, name, uri])
        const twin = found.get(key) ?? { one, other: name, uri, tags: new Set() }
        twin.tags.add(tag)
        found.set(key, twin)
      }
    }
  }
  return [...found.values()].map(({ one, other, uri, tags }) => twinOf(one, other, uri, [...tags]))
}
