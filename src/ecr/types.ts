import type { Mutability } from './settings/mutability.ts'
import type { Encryption } from './settings/settings.ts'

/** A repository as it is in ECR. */
export interface Repository {
  readonly name: string
  readonly arn: string
  /** The host and the name, without a tag. */
  readonly uri: string
  readonly registryId: string
  readonly mutability: Mutability
  readonly scanOnPush: boolean
  readonly encryption: Encryption
}

/** An image as ECR holds it under a tag or a digest. */
export interface HeldImage {
  readonly digest: string
  /** The manifest's media type; null if ECR does not say. */
  readonly mediaType: string | null
  /** Compressed, in bytes; null if ECR does not say (an index, or a role without DescribeImages). */
  readonly sizeInBytes: number | null
  /** False for an image that is archived, or is being restored: it cannot be pulled. */
  readonly active: boolean
}

/** A signature or an attestation that refers to an image. */
export interface ListedReferrer {
  readonly digest: string
  /** False if it is archived, or is being restored: it cannot be pulled. */
  readonly active: boolean
}

/** An image of one platform. */
export interface PlatformImage {
  readonly digest: string
  /** `linux/arm64`; null for an image that is no part of an index. */
  readonly platform: string | null
}

/** A repository that may not exist yet, as far as the registry's rules go by it. */
export interface ProspectiveRepository {
  readonly name: string
  /** As people read it: its URI, or its name if the registry's host is not known. */
  readonly uri: string
  /** Null: that of the credentials' own account. */
  readonly registryId: string | null
  /** Whether the repository exists, and so has a configuration of its own. */
  readonly exists: boolean
}
