import type { Replication } from './replication.ts'
import type { Scans } from './scans.ts'
import type { Mutability } from './settings/mutability.ts'
import type { HeldSettings, LifecyclePreview, RepositorySettings } from './settings/settings.ts'
import type { RegistryToken } from './tokens.ts'
import type { HeldImage, Repository } from './types.ts'

/**
 * What the action needs of ECR, in its own terms: no SDK type gets past this file's implementations, which are
 * private and public ECR, and a flow test wires it to the local ECR's operations.
 */
export interface Ecr {
  /**
   * A registry token, and the registry's host as the API names it.
   * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
   */
  authorize(): Promise<RegistryToken>

  /** The repository, or null where the registry has none of that name. */
  findRepository(name: string): Promise<Repository | null>

  /**
   * Creates the repository, or finds the one that somebody else created in the meantime. Policies are not part of
   * this call: they are set through {@link settings}.
   */
  createRepository(
    name: string,
    settings: RepositorySettings,
  ): Promise<Repository & { readonly created: boolean }>

  /** Whether the account is set up to create a repository of this name when an image is pushed to it. */
  createsOnPush(name: string): Promise<boolean>

  /**
   * What the tags name, as ECR reports it; a tag that names nothing, or is asked for in a repository that is not
   * there, is absent from the result.
   * Needs `ecr:DescribeImages`, or, where the role lacks it, `ecr:BatchGetImage`.
   */
  findImages(
    repository: Pick<Repository, 'name'>,
    tags: readonly string[],
  ): Promise<ReadonlyMap<string, HeldImage>>

  /** The manifest of an image or an index; null where the API gives none (ECR Public). */
  readManifest(repository: Pick<Repository, 'name'>, digest: string): Promise<string | null>

  /** The settings that are not part of creation; their code is loaded only where it is asked for. */
  settings(): Promise<SettingsPort>

  /** Loads what asks for scans; absent where the registry has none (public ECR). */
  readonly scans?: () => Promise<Scans>

  /** Loads what asks for replication; absent where the registry has none (public ECR). */
  readonly replication?: () => Promise<Replication>
}

/** Reads and changes a repository's settings. Each method is one call to ECR, but where it says otherwise. */
export interface SettingsPort {
  /** Policies, where asked for; none of a repository that is not there. */
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
  /** Lets ECR work out what a policy would do, and waits for it up to a minute. */
  previewLifecyclePolicy(name: string, policy: string): Promise<LifecyclePreview>
}
