import type { Mutability } from './mutability.ts'

/** What the inputs say about a repository. Null: nothing, which leaves ECR's default, or an existing repository as it is. */
export interface RepositorySettings {
  readonly mutability: Mutability | null
  readonly scanOnPush: boolean | null
  readonly encryption: Encryption | null
  /** The tags of the repository as an AWS resource. */
  readonly resourceTags: ReadonlyMap<string, string> | null
  /** JSON, checked and without blanks. */
  readonly lifecyclePolicy: string | null
  /** JSON, checked and without blanks. */
  readonly repositoryPolicy: string | null
}

/** How a repository's images are encrypted. */
export interface Encryption {
  readonly type: 'AES256' | 'KMS' | 'KMS_DSSE'
  /** A key's ARN, its id or its alias; null for AES256, and for the key that AWS manages for ECR. */
  readonly key: string | null
}

export const NO_SETTINGS: RepositorySettings = {
  mutability: null,
  scanOnPush: null,
  encryption: null,
  resourceTags: null,
  lifecyclePolicy: null,
  repositoryPolicy: null,
}

/** A repository's settings as they are, as far as they were asked for. */
export interface HeldSettings {
  readonly resourceTags: ReadonlyMap<string, string>
  /** JSON as ECR has it, or null for none. */
  readonly lifecyclePolicy: string | null
  readonly repositoryPolicy: string | null
}

/** What a lifecycle policy would do to the existing images. */
export interface LifecyclePreview {
  /** False if ECR did not complete it in time: then nothing else is known. */
  readonly complete: boolean
  readonly images: readonly {
    readonly digest: string
    readonly tags: readonly string[]
    /** `expire`, or what else the policy's rule does. */
    readonly action: string
    readonly rule: number
  }[]
  /** How many would expire in all; `images` may be the first of them. */
  readonly expiring: number
}
