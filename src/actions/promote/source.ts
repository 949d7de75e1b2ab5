import type { OpenRepository } from '../../delivery/destination.ts'
import { explaining } from '../../delivery/explaining.ts'
import type { RepositoryInput } from '../../inputs/repository.ts'
import type { FinishWorld } from '../work.ts'

/**
 * Asks what refers to the image before anything is written: it is copied with the image, and a copy without it is none.
 * @throws ActionError if the registry does not say it
 */
export async function refuseUnlistedSource(
  { name, uri, session }: OpenRepository,
  digest: string,
  world: FinishWorld,
): Promise<void> {
  await explaining(
    `Listing what refers to ${uri}@${digest} (signatures, attestations), to copy it too,`,
    async () => (await world.openRegistry(session)).referrers(name, digest),
  )
}

/** Whether both are in one registry, as far as the inputs say. */
export const isSameRegistry = (one: RepositoryInput, other: RepositoryInput) =>
  one.region === other.region && one.registryId === other.registryId
