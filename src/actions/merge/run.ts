import {
  ask,
  beginPlan,
  type OpenRepository,
  openExisting,
  planned,
  planOthers,
} from '../../delivery/destination.ts'
import { explaining } from '../../delivery/explaining.ts'
import type { createIndex } from '../../registry/create-index.ts'
import { together } from '../../shared/together.ts'
import type { Attester } from '../attest/attester.ts'
import { expectAttestation, unattested } from '../attest/expect.ts'
import { describeTagged } from '../describe-tagged.ts'
import { expectChecks, settle } from '../destinations.ts'
import { finish } from '../finish.ts'
import { expectProvenance, refuseUnproven } from '../provenance/expect.ts'
import { withRolesReady } from '../roles.ts'
import { planInputs } from '../siblings/inputs.ts'
import { prepared, tagsSoFar } from '../stages.ts'
import { runAction } from '../step.ts'
import type { FinishWorld, OuterWorld } from '../work.ts'
import { makeIndexOf } from './index-of.ts'
import type { MergeInputs } from './inputs.ts'
import { platformsOf } from './platforms.ts'

/**
 * Makes one image of those that several runners have pushed by digest, through the registry's API alone.
 * @throws ActionError if a digest is not in the repository, or a platform is missing or given twice
 */
export async function merge(given: MergeInputs, outer: OuterWorld): Promise<void> {
  await runAction(given, outer, async (world, progress) => {
    progress.pushes = !given.dryRun
    const inputs = await withRolesReady(given, ({ usesOfMerge }, home) => usesOfMerge(given, home), world)
    const image = await describeTagged(inputs.metadata, world)
    progress.image = image
    world.setOutputs({ version: image.version, pushed: 'false', ...unattested(inputs.attest) })
    if (inputs.dryRun) {
      const { planMerge } = await import('../dry-run/merge.ts')
      return planMerge(inputs, image, world)
    }

    const ecr = await world.connectEcr(inputs)
    const { name } = inputs.repository
    const asked = ask(ecr, name, world)
    const opening = openExisting(ecr, inputs.repository, asked, "'repository'")
    const reading = opening.then((source) => makeIndexOf(source, inputs, world))
    const proving = refuseUnproven(
      expectProvenance(inputs.provenance, world),
      opening,
      // Once each of them is known to be there.
      reading.then(() => inputs.digests.map(({ digest: one }) => one)),
    )
    const digest = reading.then(({ index }) => index.digest)
    const plan = planInputs(inputs)
    const planning = beginPlan(ecr, plan, image, world, digest, asked)
    const [firstPlanned, othersPlanned] = [
      planned(ecr, name, planning),
      planOthers(plan, image, world, digest),
    ]
    const [{ source, parts, index, sboms }, first, others, checks, attester, verified] = await together([
      reading,
      firstPlanned,
      othersPlanned,
      expectChecks(ecr, planning, othersPlanned, inputs, world),
      expectAttestation(inputs, async () => [await firstPlanned, ...(await othersPlanned)], world),
      proving,
    ])
    const settled = await settle([first, ...others], image, checks, inputs, world)
    world.pushed.expect(
      settled.destinations,
      settled.destinations.map(({ images }) => images),
    )
    const fresh = await putIndex(source, index, attester, world)
    const origin = { digest: index.digest, source, fresh, pushedTags: [], referrers: false }
    const deed = { kind: 'merge', parts: platformsOf(parts) } as const
    const before = settled.destinations.map(({ images }) => images)
    const merged = `the index ${index.digest} has ${platformsOf(parts).join(', ')}`
    world.log(prepared(progress.seconds(), [merged, tagsSoFar({ ...settled, before })]))
    return finish(
      { origin, ...settled, image, deed, verified, attester, sboms, before, built: null },
      inputs,
      world,
    )
  })
}

/** @returns whether this run has put it there */
async function putIndex(
  { session, name, uri }: OpenRepository,
  index: ReturnType<typeof createIndex>,
  attester: Attester | null,
  world: FinishWorld,
): Promise<boolean> {
  return explaining(`The push of the index to ${uri}`, async () => {
    const registry = await world.openRegistry(session)
    // What is signed for has to be what this run has pushed.
    if (attester === null && (await registry.head(name, index.digest)) !== null) return false
    world.pushed.begun(uri)
    await registry.putManifest(name, index.digest, index)
    world.pushed.arrived(uri, index.digest, true)
    return true
  })
}
