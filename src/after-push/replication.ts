import type { Copy, Destination, Replication } from '../ecr/replication.ts'
import type { Repository } from '../ecr/types.ts'
import { ActionError } from '../shared/errors.ts'
import { type Clock, poll } from '../shared/time.ts'
import { PAUSES } from './polling.ts'

/** @throws ActionError where the registry copies nothing of this repository: known before anything is built */
export function refuseNoDestination(
  destinations: readonly Destination[] | null,
  repository: Repository,
): void {
  if (destinations === null || destinations.length > 0) return
  throw new ActionError(
    `wait-for-replication is set, but the registry of ${repository.uri} replicates '${repository.name}' to nowhere: no replication rule matches it.`,
    'add a rule to the registry (aws ecr put-replication-configuration, https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html), or leave wait-for-replication out.',
  )
}

export interface ReplicationAsk {
  readonly replication: Replication
  readonly repository: Repository
  readonly digest: string
  /** Null: not known; then what ECR lists has to be complete. */
  readonly destinations: readonly Destination[] | null
  readonly timeoutSeconds: number
}

/**
 * Waits until the image is in every destination.
 * @returns the copies
 * @throws ActionError where one failed, or the time is over
 */
export async function awaitReplication(
  ask: ReplicationAsk,
  world: Clock & { log(line: string): void },
): Promise<readonly Copy[]> {
  const { replication, repository, digest, destinations } = ask
  const uri = `${repository.uri}@${digest}`
  const told = new Set<string>()
  let copies: readonly Copy[] = []
  const complete = await poll(world, ask.timeoutSeconds * 1000, PAUSES, async () => {
    copies = withAbsent(await replication.progress(repository, digest), destinations)
    for (const copy of copies) {
      const line = `Replication to ${placeOf(copy)}: ${copy.status}`
      if (!told.has(line)) world.log(line)
      told.add(line)
    }
    const failed = copies.filter(({ status }) => status === 'FAILED')
    if (failed.length > 0) throw refused(uri, failed)
    return copies.length > 0 && copies.every(({ status }) => status === 'COMPLETE') ? copies : undefined
  })
  if (complete !== undefined) return complete
  const open = copies.filter(({ status }) => status !== 'COMPLETE')
  const list = open.map((copy) => `${placeOf(copy)} is ${copy.status}`).join(', ')
  throw new ActionError(
    `The replication of ${uri} is not complete within replication-timeout (${ask.timeoutSeconds} s): ${list || 'ECR lists no destination'}.`,
    'ECR usually needs less than 30 minutes: raise replication-timeout. An image that was there before the replication rule is never copied: push a new one.',
  )
}

function refused(uri: string, failed: readonly Copy[]): ActionError {
  const list = failed.map((copy) => `${placeOf(copy)} (${copy.failureCode ?? 'no failure code'})`).join(', ')
  return new ActionError(
    `ECR could not replicate ${uri} to ${list}.`,
    "look at that destination: the region must be enabled for the account; another account's registry policy must allow ecr:ReplicateImage and ecr:CreateRepository to this one; a tag there may be immutable; a KMS key there must be usable.",
  )
}

/** Destinations that ECR does not list yet are waited for too. */
function withAbsent(copies: readonly Copy[], destinations: readonly Destination[] | null): readonly Copy[] {
  if (destinations === null) return copies
  return destinations.map(
    (place) =>
      copies.find(({ registryId, region }) => registryId === place.registryId && region === place.region) ?? {
        ...place,
        status: 'ABSENT',
        failureCode: null,
      },
  )
}

export function placeOf({ registryId, region }: Destination): string {
  return `${region} of account ${registryId}`
}
