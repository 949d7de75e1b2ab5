import type { Verdict } from '../../after-push/index.ts'
import type { OpenRepository } from '../../delivery/destination.ts'
import type { ProvenanceInputs } from '../../inputs/provenance.ts'
import type { ProvenanceCheck, ProvenanceWorld } from './check.ts'

/**
 * Prepares the check of provenance. Its code is loaded only if the inputs ask for it.
 * @returns null if none is required
 * @throws ActionError if there is no trust root to verify with
 */
export async function expectProvenance(
  inputs: ProvenanceInputs | null,
  world: ProvenanceWorld,
): Promise<ProvenanceCheck | null> {
  if (inputs === null) return null
  const { prepareProvenance } = await import('./prepare.ts')
  return prepareProvenance(inputs, world)
}

/**
 * Verifies before anything is written.
 * @returns null if no provenance is required
 * @throws ActionError if an image has none that is accepted
 */
export async function refuseUnproven(
  expected: Promise<ProvenanceCheck | null>,
  source: Promise<OpenRepository>,
  digests: Promise<readonly string[]>,
): Promise<Verdict | null> {
  // Each is waited for by others too, which tell of its failure.
  const [check, repository, all] = await Promise.all([expected, source, digests])
  if (check === null) return null
  const verdict = await check.verify(repository, all)
  if (verdict.failure !== null) throw verdict.failure
  return verdict
}
