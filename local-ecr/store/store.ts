import { randomBytes, randomUUID } from 'node:crypto'
import type {
  ImageTagMutability,
  ImageTagMutabilityExclusionFilter,
  LifecyclePolicyPreviewResult,
  ReplicationRule,
  RepositoryCreationTemplate,
  Tag,
} from '@aws-sdk/client-ecr'
import type { Backend, Place } from './backend.ts'
import { repositoryNotFound } from './errors.ts'
import { IdTokens } from './id-tokens.ts'
import { MemoryBackend } from './memory.ts'
import type { ReplicationPlan, ScanningConfiguration, ScanPlan } from './plans.ts'

/** Stands for a region where an account's public registry is meant, which has none. */
export const PUBLIC = 'public'

/** The default alias of an account's public registry; ECR's are random. */
export const publicAlias = (account: string): string => `a${account.slice(0, 7)}`

/** Who calls, where: what a verified signature, or a flow test, says. */
export interface Caller {
  readonly account: string
  readonly region: string
  readonly arn: string
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly account: string
  readonly arn: string
  readonly expires?: Date
}

/** A registry password that GetAuthorizationToken issued. */
export interface RegistryToken {
  readonly account: string
  readonly arn: string
  /** A token serves the registry that it was issued for. */
  readonly registry: 'private' | 'public'
  expires: Date
}

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
  /** The scan that a push or StartImageScan began, and how often somebody has asked for it. */
  scan?: { asked: number }
  /** How often somebody has asked for its copies. */
  replicationAsked?: number
}

export interface Repository extends Place {
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
  /** Tag to digest: the one place that knows. */
  readonly tags: Map<string, string>
}

/** A preview that was started; it is ready after it was asked for `pending` times. */
export interface LifecyclePreview {
  readonly text: string
  pending: number
  readonly results: readonly LifecyclePolicyPreviewResult[]
}

/** An IAM role, as far as STS asks who may assume it. */
export interface Role {
  readonly arn: string
  /** ARNs, or beginnings of them, of who may assume it from their own credentials. */
  readonly principals: readonly string[]
  /** Whether they may tag the session. */
  readonly tagSession: boolean
  /** Of GitHub's OIDC token. */
  readonly subjects: readonly string[]
  readonly audiences: readonly string[]
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
  readonly creationTemplates: RepositoryCreationTemplate[]
}

/** A layer on its way in through the API (InitiateLayerUpload). */
export interface LayerUpload {
  readonly place: Place
  readonly parts: Uint8Array[]
  size: number
}

export interface StoreOptions {
  readonly backend?: Backend
  /** The address of a registry; the default is ECR's own name for it. */
  readonly endpoint?: (account: string, region: string) => string
  readonly now?: () => Date
}

/** All that this ECR holds: registries, images, credentials and tokens. No network, no clock of its own. */
export class Store {
  readonly backend: Backend
  readonly now: () => Date
  readonly uploads = new Map<string, LayerUpload>()
  /** How scans go, by an image's digest or a repository's name; without a plan, a scan ends at once and finds nothing. */
  readonly scanPlans = new Map<string, ScanPlan>()
  /** How replication goes, by `ACCOUNT/REGION`; without a plan, a copy is complete at once. */
  readonly replicationPlans = new Map<string, ReplicationPlan>()
  readonly roles = new Map<string, Role>()
  readonly idTokens = new IdTokens()
  /** ECR's tokens live for twelve hours. */
  tokenLifetimeMs = 12 * 3600 * 1000
  /** What GetAuthorizationToken states of a token that expires then; ECR has been seen to state a time in the past. */
  statedExpiry = (expires: Date): Date => expires
  readonly #endpoint: (account: string, region: string) => string
  readonly #registries = new Map<string, Registry>()
  readonly #credentials = new Map<string, Credentials>()
  readonly #tokens = new Map<string, RegistryToken>()

  constructor(options: StoreOptions = {}) {
    this.backend = options.backend ?? new MemoryBackend()
    this.now = options.now ?? (() => new Date())
    this.#endpoint = options.endpoint ?? ((account, region) => `https://${registryName(account, region)}`)
  }

  /** Address with its scheme, as in GetAuthorizationToken's `proxyEndpoint`. */
  endpoint(account: string, region: string): string {
    return this.#endpoint(account, region)
  }

  host(account: string, region: string): string {
    return this.endpoint(account, region).replace(/^https?:\/\//, '')
  }

  registry(account: string, region: string): Registry {
    const key = `${account}/${region}`
    const known = this.#registries.get(key)
    if (known) return known
    const registry: Registry = {
      account,
      region,
      repositories: new Map(),
      settings: new Map([
        ['BASIC_SCAN_TYPE_VERSION', 'AWS_NATIVE'],
        ['REGISTRY_POLICY_SCOPE', 'V2'],
        ['BLOB_MOUNTING', 'DISABLED'],
      ]),
      scanning: { scanType: 'BASIC', rules: [] },
      replication: [],
      creationTemplates: [],
    }
    this.#registries.set(key, registry)
    return registry
  }

  find(place: Place): Repository | undefined {
    return this.registry(place.account, place.region).repositories.get(place.repository)
  }

  /** The repository, or ECR's refusal. */
  get(place: Place): Repository {
    const repository = this.find(place)
    if (!repository) throw repositoryNotFound(place.repository, place.account)
    return repository
  }

  /** Credentials of an assumed role, as a workflow has them: with a session token. */
  issueCredentials(
    account: string,
    options: { role?: string; session?: string; expires?: Date } = {},
  ): Credentials {
    const { role = 'ci', session = 'local-ecr', expires } = options
    const credentials: Credentials = {
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(96).toString('base64'),
      account,
      arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
      ...(expires ? { expires } : {}),
    }
    this.#credentials.set(credentials.accessKeyId, credentials)
    return credentials
  }

  /** A role that somebody may assume; what is not said is as for a new role that trusts nobody. */
  addRole(arn: string, more: Partial<Omit<Role, 'arn'>> = {}): Role {
    const role: Role = {
      arn,
      principals: [],
      tagSession: true,
      subjects: [],
      audiences: ['sts.amazonaws.com'],
      maxSeconds: 3600,
      ...more,
    }
    this.roles.set(arn, role)
    return role
  }

  credentials(accessKeyId: string): Credentials | undefined {
    return this.#credentials.get(accessKeyId)
  }

  issueToken(caller: Caller): { password: string; expires: Date } {
    const password = randomBytes(256).toString('base64')
    const expires = new Date(this.now().getTime() + this.tokenLifetimeMs)
    const registry = caller.region === PUBLIC ? 'public' : 'private'
    this.#tokens.set(password, { account: caller.account, arn: caller.arn, registry, expires })
    return { password, expires }
  }

  token(password: string): RegistryToken | undefined {
    return this.#tokens.get(password)
  }

  /** Makes every token issued so far one of the past. */
  expireTokens(): void {
    for (const token of this.#tokens.values()) token.expires = new Date(this.now().getTime() - 1000)
  }

  newUpload(place: Place): string {
    const id = randomUUID()
    this.uploads.set(id, { place, parts: [], size: 0 })
    return id
  }
}

/** ECR's name for a registry. https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html */
export function registryName(account: string, region: string): string {
  if (region === PUBLIC) return `public.ecr.aws/${publicAlias(account)}`
  return `${account}.dkr.ecr.${region}.amazonaws.com`
}

/** A caller for tests that go to the operations directly. */
export function callerOf(account = '123456789012', region = 'ap-northeast-2'): Caller {
  return { account, region, arn: `arn:aws:sts::${account}:assumed-role/ci/local-ecr` }
}
