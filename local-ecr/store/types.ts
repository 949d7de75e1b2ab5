import type {
  ImageTagMutability,
  ImageTagMutabilityExclusionFilter,
  LifecyclePolicyPreviewResult,
  ReplicationRule,
  RepositoryCreationTemplate,
  SigningRule,
  Tag,
} from '@aws-sdk/client-ecr'
import type { ScanningConfiguration } from './plans.ts'

/** A repository in one account's registry in one region. */
export interface RepositoryKey {
  readonly account: string
  readonly region: string
  readonly repository: string
}

/** Who calls, in which region: from a verified signature, or from a test that calls operations directly. */
export interface Caller {
  readonly account: string
  readonly region: string
  readonly arn: string
  readonly policies?: Policies | undefined
}

/** What a caller may do at most, as JSON: only what each of the policies allows. Without one, it may do everything. */
export interface Policies {
  /** The role's own. */
  readonly identity?: string | undefined
  /** The session's. */
  readonly session?: string | undefined
}

/** What AWS issues for a user or an assumed role. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly account: string
  readonly arn: string
  readonly policies?: Policies | undefined
  readonly expires?: Date
}

/** A registry password that GetAuthorizationToken issued. */
export interface RegistryToken {
  readonly account: string
  readonly arn: string
  /** A token is valid only for the registry it was issued for. */
  readonly registry: 'private' | 'public'
  /** Those of the session that asked for it. */
  readonly policies?: Policies | undefined
  expires: Date
}

/** A manifest, with what ECR knows about it. */
export interface Image {
  readonly digest: string
  readonly mediaType: string
  readonly bytes: Uint8Array
  readonly size: number
  readonly pushedAt: Date
  /** The manifests that an index names. */
  readonly children: readonly string[]
  /** The config and the layers that a manifest names. */
  readonly blobs: readonly string[]
  readonly configMediaType?: string
  readonly artifactType?: string
  readonly subject?: string
  readonly annotations?: Record<string, string>
  status: 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING'
  pulledAt?: Date
  /** The scan that a push or StartImageScan began, and how often its findings were asked for. */
  /** `asked`: questions about it; `number`: 1 is the first of the image. */
  scan?: { asked: number; readonly began: Date; readonly number: number }
  /** How often its replication status was asked for. */
  replicationAsked?: number
  /** The signing profiles of the rules that matched when it was pushed, and how often its status was asked for. */
  signing?: { readonly profiles: readonly string[]; asked: number }
}

/** A repository with its settings, images and tags. */
export interface Repository extends RepositoryKey {
  readonly arn: string
  readonly uri: string
  readonly createdAt: Date
  readonly encryption: { encryptionType: 'AES256' | 'KMS' | 'KMS_DSSE'; kmsKey?: string }
  mutability: ImageTagMutability
  exclusions: ImageTagMutabilityExclusionFilter[]
  scanOnPush: boolean
  resourceTags: Tag[]
  lifecyclePolicy?: string
  lifecyclePreview?: LifecyclePreview
  policy?: string
  readonly images: Map<string, Image>
  /** The digest of each tag. */
  readonly tags: Map<string, string>
}

/** A preview that was started. It is complete after `pending` more questions. */
export interface LifecyclePreview {
  readonly text: string
  pending: number
  readonly results: readonly LifecyclePolicyPreviewResult[]
}

/** An IAM role: who may assume it, and for how long. */
export interface Role {
  readonly arn: string
  /** ARNs, or the beginnings of ARNs, of callers that may assume it (AssumeRole). */
  readonly principals: readonly string[]
  /** Whether they may tag the session (sts:TagSession). */
  readonly tagSession: boolean
  /** What its trust policy asks for of those callers (sts:ExternalId); null if nothing. */
  readonly externalId: string | null
  /** What it may do (its identity-based policies), as JSON; null if everything. */
  readonly policy: string | null
  /** Claims of GitHub's OIDC token that it accepts (AssumeRoleWithWebIdentity): `sub` and `aud`. */
  readonly subjects: readonly string[]
  readonly audiences: readonly string[]
  /**
   * Its trust policy, as JSON: it decides who may assume the role, in place of all above but the policy. `audiences` are
   * those of the account's identity provider. Null if there is none.
   */
  readonly trust: string | null
  readonly maxSeconds: number
}

/** One account's registry in one region. */
export interface Registry {
  readonly account: string
  readonly region: string
  readonly repositories: Map<string, Repository>
  /** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAccountSetting.html */
  readonly settings: Map<string, string>
  /** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRegistryScanningConfiguration.html */
  scanning: ScanningConfiguration
  replication: ReplicationRule[]
  /** Null if the registry has no signing configuration. */
  signing: SigningRule[] | null
  readonly creationTemplates: RepositoryCreationTemplate[]
}

/** A layer that is being uploaded through the API (InitiateLayerUpload). */
export interface LayerUpload {
  readonly repository: RepositoryKey
  readonly parts: Uint8Array[]
  size: number
}
