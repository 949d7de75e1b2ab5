import type { Replication } from './replication.ts'
import type { Scans } from './scans.ts'
import type { Mutability } from './settings/mutability.ts'
import type { HeldSettings, LifecyclePreview, RepositorySettings } from './settings/settings.ts'
import type { Signing } from './signing.ts'
import type { RegistryToken } from './tokens.ts'
import type { HeldImage, ListedReferrer, Repository } from './types.ts'

/**
 * What the action needs of one ECR registry, in its own terms. Private and public ECR implement it; a flow test wires
 * it to the local ECR's operations. No type of the AWS SDK gets past it. Each method throws ActionErrors only.
 */
export interface Ecr {
  /**
   * A registry token, and the registry's host as the API names it.
   * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
   */
  authorize(): Promise<RegistryToken>

  /** The repository, or null if the registry has none of that name. */
  findRepository(name: string): Promise<Repository | null>

  /**
   * Several repositories in as few calls as ECR takes. Absent if the API is only asked for one (ECR Public).
   * @returns null if one of them does not exist, or the role may not ask for it: ECR answers for all or for none then
   */
  readonly findRepositories?: (names: readonly string[]) => Promise<ReadonlyMap<string, Repository> | null>

  /**
   * Creates the repository, which did not exist when it was asked for, or finds the one that somebody else created in
   * the meantime. If the answer to the creation is lost, ECR is asked for it. Policies are not part of this call: they
   * are set through {@link settings}.
   */
  createRepository(
    name: string,
    settings: RepositorySettings,
  ): Promise<Repository & { readonly created: boolean }>

  /** Whether the registry is set up to create a repository of this name when an image is pushed to it. */
  createsOnPush(name: string): Promise<boolean>

  /**
   * What the tags name, as ECR reports it. A tag that names nothing is absent from the result, and so are all tags
   * if the repository does not exist.
   * Needs `ecr:DescribeImages`, or, if the role lacks it, `ecr:BatchGetImage`.
   */
  findImages(
    repository: Pick<Repository, 'name'>,
    tags: readonly string[],
  ): Promise<ReadonlyMap<string, HeldImage>>

  /**
   * Whether an image that the registry does not give is archived, or is being restored. Absent if there is no archive
   * (ECR Public).
   * Needs `ecr:DescribeImages`.
   * https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
   */
  readonly isArchived?: (repository: Pick<Repository, 'name'>, digest: string) => Promise<boolean>

  /**
   * Everything that refers to an image, archived or not; none if the image, or the repository, does not exist. Absent if
   * the API cannot say it (ECR Public).
   * Needs `ecr:BatchGetImage`.
   * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImageReferrers.html
   */
  readonly listReferrers?: (repository: Pick<Repository, 'name'>, digest: string) => Promise<ListedReferrer[]>

  /** Loads the code for the settings that are not part of creation. */
  settings(): Promise<SettingsPort>

  /** Loads the code for scans; absent if the registry has none (ECR Public). */
  readonly scans?: () => Promise<Scans>

  /** Loads the code for replication; absent if the registry has none (ECR Public). */
  readonly replication?: () => Promise<Replication>

  /** Loads the code for managed signing; absent if the registry has none (ECR Public). */
  readonly signing?: () => Promise<Signing>
}

/** Reads and changes a repository's settings. Each method is one call to ECR, unless it says otherwise. */
export interface SettingsPort {
  /** The policies that are asked for, each by a call of its own; null for all if the repository does not exist. */
  readPolicies(
    name: string,
    which: { readonly lifecycle: boolean; readonly repository: boolean },
  ): Promise<Omit<HeldSettings, 'resourceTags'>>
  readTags(repository: Repository): Promise<HeldSettings['resourceTags']>
  putMutability(name: string, mutability: Mutability): Promise<void>
  putScanOnPush(name: string, scanOnPush: boolean): Promise<void>
  /** Adds tags and replaces values; other tags stay. */
  putTags(repository: Repository, tags: ReadonlyMap<string, string>): Promise<void>
  putLifecyclePolicy(name: string, policy: string): Promise<void>
  setRepositoryPolicy(name: string, policy: string): Promise<void>
  /** Lets ECR work out what a policy would do, and waits for that up to a minute. */
  previewLifecyclePolicy(name: string, policy: string): Promise<LifecyclePreview>
}
