import type { ProspectiveRepository, Repository } from './types.ts'

/** ECR's own copying of images to other registries. https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html */
export interface Replication {
  /**
   * The registries that the registry's rules send this repository's images to; null if another account's rules
   * decide, which cannot be read. Needs `ecr:DescribeRegistry`.
   */
  targets(
    repository: Pick<ProspectiveRepository, 'name' | 'registryId'>,
  ): Promise<readonly ReplicationTarget[] | null>

  /** How far each copy is. Needs `ecr:DescribeImageReplicationStatus`. */
  progress(repository: Repository, digest: string): Promise<readonly ReplicaStatus[]>
}

/** A registry that ECR copies images to. */
export interface ReplicationTarget {
  readonly registryId: string
  readonly region: string
}

/** How far the copy in one registry is. */
export interface ReplicaStatus extends ReplicationTarget {
  /** `IN_PROGRESS`, `COMPLETE` or `FAILED`. */
  readonly status: string
  readonly failureCode: string | null
}
