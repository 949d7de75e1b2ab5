import type { Mutability } from './settings/mutability.ts'
import type { Encryption } from './settings/settings.ts'

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

export interface HeldImage {
  readonly digest: string
  /** The manifest's media type; null where ECR does not say. */
  readonly mediaType: string | null
  /** Compressed, in bytes; null where ECR does not say (an index, or a role without DescribeImages). */
  readonly sizeInBytes: number | null
  /** False for an image that is archived, or on its way back from there: it cannot be pulled. */
  readonly active: boolean
}
