import type { Mutability } from './mutability.ts'
import type { Replication } from './replication.ts'
import type { Scans } from './scans.ts'

/**
 * What the action needs of ECR, in its own terms: no SDK type gets past this file's implementations, and a
 * flow test wires it to the local ECR's operations.
 */
export interface Ecr {
  /**
   * A registry token, and the registry's host as the API names it.
   * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
   */
  authorize(): Promise<RegistryLogin>

  /** The repository, or null where the registry has none of that name. */
  findRepository(name: string): Promise<Repository | null>

  /** Creates the repository, or finds the one that somebody else created in the meantime. */
  createRepository(name: string): Promise<Repository & { readonly created: boolean }>

  /**
   * What the tags name, as ECR reports it; a tag that names nothing is absent from the result.
   * Needs `ecr:DescribeImages`, or, where the role lacks it, `ecr:BatchGetImage`.
   */
  findImages(repository: Repository, tags: readonly string[]): Promise<ReadonlyMap<string, HeldImage>>

  /** Loads what asks for scans; absent where the registry has none (public ECR). */
  readonly scans?: () => Promise<Scans>

  /** Loads what asks for replication; absent where the registry has none (public ECR). */
  readonly replication?: () => Promise<Replication>
}

export interface RegistryLogin {
  /** `123456789012.dkr.ecr.ap-northeast-2.amazonaws.com`, with a port where the registry has one. */
  readonly host: string
  readonly username: string
  /** A secret from the moment it exists: the adapter has masked it. */
  readonly password: string
  /** As ECR states it; may be wrong, so that nothing may loop on it. */
  readonly expiresAt: Date | null
}

export interface Repository {
  readonly name: string
  readonly arn: string
  /** The host and the name, without a tag. */
  readonly uri: string
  readonly registryId: string
  readonly mutability: Mutability
}

export interface HeldImage {
  readonly digest: string
  /** The manifest's media type; null where ECR does not say. */
  readonly mediaType: string | null
  /** Compressed, in bytes; null where ECR does not say (an index, or a role without DescribeImages). */
  readonly sizeInBytes: number | null
}
