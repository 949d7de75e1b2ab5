import type { PlannedDestination } from '../../delivery/destination.ts'
import type { AttestInputs } from '../../inputs/attest.ts'
import type { Attester, AttestWorld } from './attester.ts'

/**
 * Finds out, before anything is built, all that can stand in the way of signing. Its code is loaded only if the inputs
 * ask for it.
 * @param holders where the attestation is to be; asked for only if something is to be signed
 * @returns null if nothing is to be signed
 * @throws ActionError if it cannot be signed, or the attestation could not be found beside the image
 */
export async function expectAttestation(
  { attest }: { readonly attest: AttestInputs },
  holders: () => Promise<readonly PlannedDestination[]>,
  world: AttestWorld,
): Promise<Attester | null> {
  if (attest.what.length === 0) return null
  const { prepareAttestation } = await import('./prepare.ts')
  return prepareAttestation(attest, holders, world)
}

/** The output of a run that is to attest, until it has; of any other, none. */
export function unattested({ what }: Pick<AttestInputs, 'what'>): { readonly attested?: 'false' } {
  return what.length === 0 ? {} : { attested: 'false' }
}
