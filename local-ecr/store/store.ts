import { randomBytes, randomUUID } from 'node:crypto'
import type { Backend } from './backend.ts'
import { repositoryNotFound } from './errors.ts'
import { IdTokens } from './id-tokens.ts'
import { MemoryBackend } from './memory.ts'
import { PUBLIC, registryName } from './names.ts'
import type { ReplicationPlan, ScanPlan, SigningPlan } from './plans.ts'
import { checkTrust } from './trust.ts'
import type {
  Caller,
  Credentials,
  LayerUpload,
  Policies,
  Registry,
  RegistryToken,
  Repository,
  RepositoryKey,
  Role,
} from './types.ts'

/** What a store is made with; all of it has a default. */
export interface StoreOptions {
  /** By default, layers are kept in memory. */
  readonly backend?: Backend
  /** The address of a registry, with its scheme; by default `https://` and ECR's own name. */
  readonly endpoint?: (account: string, region: string) => string
  readonly now?: () => Date
}

/** Everything that the local ECR keeps: registries, images, credentials and tokens. It uses no network. */
export class Store {
  readonly backend: Backend
  readonly now: () => Date
  /** Uploads through the API that have not ended, by their id. */
  readonly uploads = new Map<string, LayerUpload>()
  /**
   * How scans proceed, by an image's digest or a repository's name. Without a plan, a scan is complete at once and
   * finds nothing.
   */
  readonly scanPlans = new Map<string, ScanPlan>()
  /** How replication proceeds, by the destination's `ACCOUNT/REGION`. Without a plan, it is complete at once. */
  readonly replicationPlans = new Map<string, ReplicationPlan>()
  /** How signing proceeds, by an image's digest or a signing profile's ARN. Without a plan, it is complete at once. */
  readonly signingPlans = new Map<string, SigningPlan>()
  /** IAM roles by their ARN: see {@link addRole}. */
  readonly roles = new Map<string, Role>()
  readonly idTokens = new IdTokens()
  /** How long a registry token is valid; ECR's are for twelve hours. */
  tokenLifetimeMs = 12 * 3600 * 1000
  /**
   * The expiry that GetAuthorizationToken states for a token. A test may replace it: ECR has stated a time in the
   * past.
   */
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

  /** The same without the scheme. */
  host(account: string, region: string): string {
    return this.endpoint(account, region).replace(/^https?:\/\//, '')
  }

  /** An account's registry in a region, which exists from the first time it is asked for. */
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
      signing: null,
      creationTemplates: [],
    }
    this.#registries.set(key, registry)
    return registry
  }

  /** A repository; undefined if it does not exist. */
  find({ account, region, repository }: RepositoryKey): Repository | undefined {
    return this.registry(account, region).repositories.get(repository)
  }

  /** A repository. @throws EcrError RepositoryNotFoundException */
  get(key: RepositoryKey): Repository {
    const repository = this.find(key)
    if (!repository) throw repositoryNotFound(key.repository, key.account)
    return repository
  }

  /** Issues credentials of an assumed role, with a session token, as a workflow has them. */
  issueCredentials(
    account: string,
    options: { role?: string; session?: string; policies?: Policies; expires?: Date } = {},
  ): Credentials {
    const { role = 'ci', session = 'local-ecr', policies, expires } = options
    const credentials: Credentials = {
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(96).toString('base64'),
      account,
      arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
      ...(policies === undefined ? {} : { policies }),
      ...(expires ? { expires } : {}),
    }
    this.#credentials.set(credentials.accessKeyId, credentials)
    return credentials
  }

  /** Adds an IAM role. Without more, nobody may assume it. */
  addRole(arn: string, more: Partial<Omit<Role, 'arn'>> = {}): Role {
    const role: Role = {
      arn,
      principals: [],
      tagSession: true,
      externalId: null,
      policy: null,
      subjects: [],
      audiences: ['sts.amazonaws.com'],
      trust: null,
      maxSeconds: 3600,
      ...more,
    }
    if (role.trust !== null) checkTrust(role.trust)
    this.roles.set(arn, role)
    return role
  }

  /** Credentials that were issued; undefined for an access key that was not. */
  credentials(accessKeyId: string): Credentials | undefined {
    return this.#credentials.get(accessKeyId)
  }

  /** Issues a registry token, as GetAuthorizationToken does. */
  issueToken(caller: Caller): { password: string; expires: Date } {
    const password = randomBytes(256).toString('base64')
    const expires = new Date(this.now().getTime() + this.tokenLifetimeMs)
    const registry = caller.region === PUBLIC ? 'public' : 'private'
    const { account, arn, policies } = caller
    this.#tokens.set(password, { account, arn, policies, registry, expires })
    return { password, expires }
  }

  /** A token that was issued, expired or not; undefined for a password that was not. */
  token(password: string): RegistryToken | undefined {
    return this.#tokens.get(password)
  }

  /** Expires every token that was issued until now. */
  expireTokens(): void {
    for (const token of this.#tokens.values()) token.expires = new Date(this.now().getTime() - 1000)
  }

  /** Begins an upload through the API. @returns its id */
  newUpload(repository: RepositoryKey): string {
    const id = randomUUID()
    this.uploads.set(id, { repository, parts: [], size: 0 })
    return id
  }
}
