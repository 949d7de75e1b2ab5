import type { Repository } from './types.ts'

/** ECR's own copying of images to other registries. https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html */
export interface Replication {
  /**
   * Where the registry's rules send this repository's images; null where another account's rules decide, which
   * cannot be read. Needs `ecr:DescribeRegistry`.
   */
  destinations(repository: Repository): Promise<readonly Destination[] | null>

  /** How far each copy is. Needs `ecr:DescribeImageReplicationStatus`. */
  progress(repository: Repository, digest: string): Promise<readonly Copy[]>
}

export interface Destination {
  readonly registryId: string
  readonly region: string
}

export interface Copy extends Destination {
  /** `IN_PROGRESS`, `COMPLETE` or `FAILED`. */
  readonly status: string
  readonly failureCode: string | null
}
