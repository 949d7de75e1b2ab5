import { describeRegistry } from '../ecr/hosts.ts'
import type { ReplicaStatus, Replication, ReplicationTarget } from '../ecr/replication.ts'
import type { ProspectiveRepository, Repository } from '../ecr/types.ts'
import { ActionError } from '../shared/errors.ts'
import { type Clock, poll } from '../shared/time.ts'
import { PAUSES } from './polling.ts'
import { registryOf } from './registry-name.ts'

/** @throws ActionError if the registry copies nothing of this repository, which is known before anything is built */
export function refuseNoTarget(
  targets: readonly ReplicationTarget[] | null,
  repository: Pick<ProspectiveRepository, 'name' | 'uri' | 'registryId'>,
): void {
  if (targets === null || targets.length > 0) return
  throw new ActionError(
    `wait-for-replication is set, but ${registryOf(repository)} has no replication rule that matches '${repository.name}'.`,
    'add a rule to the registry (aws ecr put-replication-configuration, https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html), or leave wait-for-replication out.',
    { page: 'recipes.md#wait-for-replication-and-signatures' },
  )
}

/** The copies that are waited for. */
export interface ReplicationAsk {
  readonly replication: Replication
  readonly repository: Repository
  readonly digest: string
  /** Null if they are not known: then every copy that ECR lists has to be complete. */
  readonly targets: readonly ReplicationTarget[] | null
  readonly timeoutSeconds: number
}

/**
 * Waits until ECR has copied the image to every registry that its rules name.
 * @returns the copies
 * @throws ActionError if one failed, or the time is over
 */
export async function awaitReplication(
  ask: ReplicationAsk,
  world: Clock & { log(line: string): void },
): Promise<readonly ReplicaStatus[]> {
  const { replication, repository, digest, targets } = ask
  const uri = `${repository.uri}@${digest}`
  const told = new Set<string>()
  let copies: readonly ReplicaStatus[] = []
  const complete = await poll(world, ask.timeoutSeconds * 1000, PAUSES, async () => {
    copies = withAbsent(await replication.progress(repository, digest), targets)
    for (const copy of copies) {
      const line = `Replication to ${describeRegistry(copy)}: ${copy.status}`
      if (!told.has(line)) world.log(line)
      told.add(line)
    }
    const failed = copies.filter(({ status }) => status === 'FAILED')
    if (failed.length > 0) throw refused(uri, failed)
    return copies.length > 0 && copies.every(({ status }) => status === 'COMPLETE') ? copies : undefined
  })
  if (complete !== undefined) return complete
  const open = copies.filter(({ status }) => status !== 'COMPLETE')
  const list = open.map((copy) => `${describeRegistry(copy)} is ${copy.status}`).join(', ')
  throw new ActionError(
    `The replication of ${uri} is not complete within replication-timeout (${ask.timeoutSeconds} s): ${list || 'ECR lists no destination'}.`,
    'ECR usually needs less than 30 minutes: raise replication-timeout. An image that is older than the replication rule is never copied: push a new one.',
    { page: 'recipes.md#wait-for-replication-and-signatures' },
  )
}

/** ECR says that a copy failed; other errors leave open what became of it. */
export class ReplicationFailed extends ActionError {
  override readonly name = 'ReplicationFailed'
}

function refused(uri: string, failed: readonly ReplicaStatus[]): ActionError {
  const list = failed
    .map((copy) => `${describeRegistry(copy)} (${copy.failureCode ?? 'no failure code'})`)
    .join(', ')
  return new ReplicationFailed(
    `ECR could not replicate ${uri} to ${list}.`,
    "look at that destination: the region must be enabled for the account; another account's registry policy must allow ecr:ReplicateImage and ecr:CreateRepository to this one; a tag there may be immutable; a KMS key there must be usable.",
    { page: 'iam.md#wait-for-replication' },
  )
}

/** With the copies that ECR does not list yet: they are waited for, too. */
function withAbsent(
  copies: readonly ReplicaStatus[],
  targets: readonly ReplicationTarget[] | null,
): readonly ReplicaStatus[] {
  if (targets === null) return copies
  return targets.map(
    (target) =>
      copies.find(
        ({ registryId, region }) => registryId === target.registryId && region === target.region,
      ) ?? {
        ...target,
        status: 'ABSENT',
        failureCode: null,
      },
  )
}
