import { placeOf } from '../../delivery/deliver.ts'
import type { OpenRepository } from '../../delivery/destination.ts'
import type { ProvenanceInputs } from '../../inputs/provenance.ts'
import { policyInWords } from '../../sigstore/policy.ts'
import { ReadingBudget } from '../../sigstore/reading-budget.ts'
import type { ProvenanceCheck, ProvenanceWorld } from './check.ts'
import { imagesToProve } from './images.ts'
import { provenanceCheck, provenanceOutput, refusedProvenance } from './report.ts'
import { loadTrust, type Trust } from './roots.ts'
import { type FoundProvenance, searchProvenance } from './search.ts'

/**
 * Loads what provenance is verified with.
 * @throws ActionError if there is no trust root
 */
export async function prepareProvenance(
  inputs: ProvenanceInputs,
  world: ProvenanceWorld,
): Promise<ProvenanceCheck> {
  const trust = await loadTrust(inputs, world)
  world.log(`Required: ${policyInWords(inputs.policy)}, verified with ${trust.said}`)
  return { verify: (source, digests) => verifyAll(inputs, trust, source, digests, world) }
}

async function verifyAll(
  inputs: ProvenanceInputs,
  trust: Trust,
  source: OpenRepository,
  digests: readonly string[],
  world: ProvenanceWorld,
) {
  const place = await placeOf(source, world)
  const subjects = inputs.eachPlatform ? await imagesToProve(source, place, digests) : [...digests]
  const budget = new ReadingBudget(world)
  const found: FoundProvenance[] = []
  // One after the other: what others put there may be large.
  for (const subject of new Set(subjects)) {
    const one = await searchProvenance({ source, place, subject, inputs, trust, budget }, world)
    found.push(one)
    if (one.accepted !== null) {
      world.log(
        `${source.uri}@${subject} has the provenance ${one.accepted.referrer}, signed by ${one.accepted.signer.identity}`,
      )
    }
  }
  const refused = found.filter(({ accepted }) => accepted === null)
  if (refused.length === 0) world.setOutputs({ provenance: provenanceOutput(found) })
  return {
    checks: [provenanceCheck(found)],
    failure: refused.length === 0 ? null : refusedProvenance(refused, source, inputs, trust),
  }
}
