import {
  type Destination,
  type OpenRepository,
  type PlannedDestination,
  pathOf,
} from '../../delivery/destination.ts'
import { explaining } from '../../delivery/explaining.ts'
import { ActionError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import { poll, REAL_TIME } from '../../shared/time.ts'
import { LISTING_PAUSES } from '../../sigstore/referrer.ts'
import type { World } from '../../world.ts'

type RegistryWorld = Pick<World, 'openRegistry'>

/** How many referrers ECR takes for an image. https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html */
export const MOST_REFERRERS = 100

/** The digest of no image. */
const NO_IMAGE = `sha256:${'0'.repeat(64)}`

/**
 * Makes sure that an attestation would be found beside an image: by the API, if the role may ask it, and in ECR Public
 * by the registry. A tag that stands for the list is never written.
 * @throws ActionError if it would not be found
 */
export async function refuseUnlisted(
  { ecr, name, session, plan: { repository } }: PlannedDestination,
  world: RegistryWorld,
): Promise<void> {
  if (ecr.listReferrers !== undefined) {
    await ecr.listReferrers({ name }, NO_IMAGE)
    return
  }
  // It is asked once the repository exists.
  if (repository === null || session === null) return
  await listedByRegistry({ ...repository, session }, NO_IMAGE, world)
}

/**
 * The same for a registry whose host was not known before the repository existed (ECR Public).
 * @throws ActionError if an attestation would not be found
 */
export async function refuseUnlistedAfterCreation(
  destination: Destination,
  world: RegistryWorld,
): Promise<void> {
  if (destination.created !== 'yes' || destination.ecr.listReferrers !== undefined) return
  await listedByRegistry(destination, NO_IMAGE, world)
}

/**
 * The digests of what refers to an image, as the API says it, or in ECR Public the registry.
 * @throws ActionError if it cannot be asked, or has no such list
 */
export async function listedReferrers(
  { ecr, name, uri, session }: OpenRepository,
  digest: string,
  world: RegistryWorld,
): Promise<string[]> {
  if (ecr.listReferrers === undefined) return listedByRegistry({ uri, session }, digest, world)
  return (await ecr.listReferrers({ name }, digest)).map((referrer) => referrer.digest)
}

async function listedByRegistry(
  { uri, session }: Pick<OpenRepository, 'uri' | 'session'>,
  digest: string,
  world: RegistryWorld,
): Promise<string[]> {
  const listed = await explaining(`Listing what refers to ${uri}@${digest}`, async () =>
    (await world.openRegistry(session)).referrers(pathOf({ uri }), digest),
  )
  if (listed !== null) return listed.map((referrer) => referrer.digest)
  throw new ActionError(
    `The registry of ${uri} does not list what refers to an image, so that nobody would find an attestation there.`,
    'leave attest out for this registry.',
    { page: 'attest.md#what-can-go-wrong' },
  )
}

/**
 * Waits until ECR lists an attestation that was pushed.
 * @throws ActionError if it does not
 */
export async function awaitListed(
  holder: OpenRepository,
  digest: string,
  referrer: string,
  world: RegistryWorld,
): Promise<void> {
  const listed = await poll(REAL_TIME, LIMITS.referrerListedMs, LISTING_PAUSES, async () =>
    (await listedReferrers(holder, digest, world)).includes(referrer) ? true : undefined,
  )
  if (listed) return
  throw new ActionError(
    `${holder.uri} has the attestation ${referrer}, and ECR does not list it beside ${digest} within ${LIMITS.referrerListedMs / 1000} s.`,
    'run the job again.',
  )
}
