import type { RegistrySession } from '../oci/registry-session.ts'
import type { Platform } from '../oci/types.ts'
import type { Capabilities, Naming } from './naming.ts'

/** What the action needs of Docker; a flow test wires a fake to it. */
export interface Docker {
  /** Begins to ask the engine what `inspect` will want to know, while the caller does other work. */
  begin(build: Pick<BuildInputs, 'secrets'>): void

  /**
   * Inspects the engine, and checks that it can do what the build asks for.
   * @throws ActionError if there is no builder of the wanted name, or it needs an engine and none answers
   * @throws InputError if this docker cannot do what an input asks for
   */
  inspect(build: BuildInputs, options: InspectOptions): Promise<Engine>

  /**
   * Logs this step in; with `keep`, also the later steps of the job. A second call replaces the first login.
   * @throws ActionError if the registry refuses or cannot be reached
   */
  login(registry: RegistrySession, options: LoginOptions): Promise<void>

  /**
   * Builds, and pushes as `request.naming` says. A push that fails for a transient reason is retried without
   * rebuilding.
   * @param engine as `inspect` returned it for this build
   * @throws ActionError if the build or the push fails
   */
  build(engine: Engine, request: BuildRequest, help: BuildHelp): Promise<Built>

  /**
   * The image that `build` made without a push, as the engine has it.
   * @param ids its ID, and its digest if that is known: an engine may call it by either
   * @param name one of the build's; null if it had none
   * @returns null if the engine does not have it
   */
  findInEngine(ids: readonly string[], name: string | null): Promise<EngineImage | null>

  /**
   * The digests under which the engine knows an image in a repository (`HOST/NAME`): those of its pushes and pulls.
   * @param id of the image
   * @returns null if the engine does not have the image, or cannot be asked
   */
  digestsInEngine(id: string, repository: string): Promise<readonly string[] | null>

  /** Removes what the step put on disk. The login that `keep` keeps stays until the post step. */
  close(): Promise<void>
}

/** An image in the engine. */
export interface EngineImage {
  /** A name, or its ID, that docker takes for it. */
  readonly reference: string
  /** As the engine counts it. */
  readonly sizeInBytes: number
}

/** What a build asks for besides its inputs. */
export interface InspectOptions {
  readonly push: boolean
  /** Whether the image is pushed without a tag. */
  readonly byDigest: boolean
  /** Whether the image gets its tags only after its scan (`gate: before-tags`), and docker gives it none. */
  readonly beforeTags: boolean
  /** Whether the SBOM is taken out of the image's index, which gets no name. */
  readonly sbomApart: boolean
  /** Given by the user: those that are ours alone are no reason to refuse an old builder. */
  readonly annotations: readonly string[]
  /** Whether nothing is started only to be asked: a builder that does not run then does not say its version. */
  readonly startsNothing?: boolean
}

export interface LoginOptions {
  readonly keep: boolean
  /** Of the build: `docker login` does not see those that are variables. */
  readonly secrets: readonly Secret[]
  /** Of the build, written beside this login; with tokens that are still valid. */
  readonly pullLogins: () => Promise<readonly PullLogin[]>
  /**
   * Asks the registry itself whether it accepts the session's token. If it does, the login needs no docker process
   * for an engine on the same network; else `docker login` says what is wrong, or reaches the registry in another way.
   */
  readonly accepted: () => Promise<boolean>
  /**
   * The same with all retries, if there is no engine that could ask in another way.
   * @throws ActionError that says why the registry does not accept it
   */
  readonly confirm: () => Promise<void>
  /** Gets a line for each retry. */
  readonly log: (line: string) => void
  /** Gets the way that was chosen. */
  readonly debug: (line: string) => void
}

/** What a build that takes its time needs. */
export interface BuildHelp {
  /** Gets a line for each retry. */
  readonly log: (line: string) => void
  /** Null if nothing is pushed. */
  readonly renewal: LoginRenewal | null
  /** Asks the registry that is pushed to; null if nothing is pushed. */
  readonly held: ((reference: string) => Promise<PushedImage | null>) | null
  /** Called before docker can have pushed anything of the image; null if nothing is pushed. */
  readonly pushing: (() => void) | null
}

/** What a registry has under a tag. */
export interface PushedImage {
  readonly digest: string
  /** Of the configuration, which is the ID of the image in an engine; null for an index. */
  readonly configDigest: string | null
}

/** Renews docker's login to the registry that is pushed to: a build may take longer than the login lives. */
export interface LoginRenewal {
  /** Logs in again if the token is about to expire. */
  renewIfExpiring(): Promise<void>
  /**
   * Logs in again after the registry refused the token, if the registry itself calls it expired.
   * @returns false if there is no newer token, so that a retry would not help
   */
  renewExpired(): Promise<boolean>
}

export interface Engine {
  /** Null: the build goes on without an engine, by a builder somewhere else. */
  readonly serverVersion: string | null
  /** Whether that engine is Podman. */
  readonly podman?: boolean
  /** Null: no buildx; build, tag and push go one by one. */
  readonly buildxVersion: string | null
  /** Whether docker builds without BuildKit. */
  readonly legacy?: boolean
  /** Null if the builder was not asked, as nothing in this build depends on it. */
  readonly capabilities: Capabilities | null
  /** `NAME (DRIVER)`; null if it was not asked. */
  readonly builder: string | null
  /** Why there is no engine; null if there is one. */
  readonly noEngine: string | null
  /** Whether the builder's version decides, and is not known, as nothing was started to be asked. */
  readonly unknownVersion?: boolean
}

export interface BuildRequest extends BuildInputs {
  /** `level:key=value`. */
  readonly annotations: readonly string[]
  /** `key=value`. */
  readonly labels: readonly string[]
  readonly naming: Naming
  /** The registries of ECR's that a login was tried to; for what is said of a pull that fails. */
  readonly pullAttempts?: readonly PullAttempt[]
  /** In seconds since 1970, for `reproducible`; null without it. */
  readonly sourceDate?: number | null
  /**
   * `HOST/NAME:TAG`, one for each tag that docker gives: a single one if it pushes (`naming`). The repository's
   * `HOST/NAME` if it gives none.
   */
  readonly references: readonly string[]
}

/** One step of a build, as BuildKit told of it, or docker's push if that is a command of its own. Times in milliseconds of the clock that was given. */
export interface TimedStep {
  /** `[build 2/3] RUN make`. */
  readonly name: string
  readonly cached: boolean
  readonly from: number
  readonly to: number
}

export interface Built {
  /** Of the image; null if docker does not say it. */
  readonly digest: string | null
  /** The digest that BuildKit says that it has pushed itself; null or absent if it says none, as when the engine alone pushes. */
  readonly pushedDigest?: string | null
  readonly imageId: string
  /** Of a single image; null for an index, or if docker does not say. */
  readonly platform?: Platform | null
  /** The folder with the image as an OCI layout, which the caller pushes; null if docker pushed it, or nobody does. */
  readonly layout?: string | null
  /** buildx's metadata file, or what an engine without buildx says of the same. */
  readonly metadata: Readonly<Record<string, unknown>>
  /** Whether the result is in the builder's cache only, as a builder that is not the engine's has it without an output. */
  readonly onlyInCache?: boolean
  /** What docker printed, if it was only asked something (`call`); else null. */
  readonly answer?: string | null
  /** In the order in which they ended; of a builder that does not tell of them, only docker's push. */
  readonly steps?: readonly TimedStep[]
}

/** A cache that is kept between runs; where it is kept is decided once the repository is known. */
export interface CachePreset {
  readonly kind: 'ecr' | 'gha'
  /** Parts of the caches' tags: this run's own first, then those to fall back to. */
  readonly scopes: readonly string[]
  /** Tells builds of the same repository and branch apart: platforms, target, context and Dockerfile; empty for none. */
  readonly variant: string
  /** Whether the runner gives the job access to GitHub's cache. */
  readonly hasGitHubCache: boolean
}

/** How the layers of an image are compressed. */
export interface Compression {
  readonly type: 'gzip' | 'zstd' | 'estargz' | 'uncompressed'
  /** Null: the builder's own default. */
  readonly level: number | null
}

/** A login to a registry that a build reads from. */
export interface PullLogin {
  /** As docker's configuration names the registry: `ghcr.io`, `registry.example:5000`, Docker Hub's own address. */
  readonly registry: string
  readonly username: string
  readonly password: string
  /**
   * Set for a registry of ECR's: `given` by an input, or `found` in what the build reads, which gives way to a login that
   * the user has made there.
   */
  readonly ofEcr?: 'given' | 'found'
}

/** What came of the login to a registry of ECR's that a build reads from. */
export interface PullAttempt {
  /** Its host, or what is said of it as long as nobody knows that. */
  readonly registry: string
  /** Null: that of the environment. */
  readonly region: string | null
  /** Null: that of the credentials' own account. */
  readonly registryId: string | null
  /** The ARN of the role whose token it is; null for the step's own credentials. */
  readonly as: string | null
  /** Why there is no token; null if there is one. */
  readonly refused: string | null
}

/** A secret of the build. A given value is in memory and, while the build runs, in a file of its own. */
export type Secret =
  | { readonly id: string; readonly from: 'value'; readonly value: string }
  | { readonly id: string; readonly from: 'env'; readonly name: string }
  | { readonly id: string; readonly from: 'file'; readonly path: string }

/** An attestation, which may be one that is turned off. */
export interface Attestation {
  /** The input that asks for it, and what it says. */
  readonly input: 'provenance' | 'sbom' | 'attests' | 'attest'
  readonly given: string
  /** The value of `--attest`. */
  readonly value: string
}

/** What to build and how, in the terms of docker/build-push-action's inputs. */
export interface BuildInputs {
  /** An absolute path, or a remote context as docker takes it. */
  readonly context: string
  /** The Dockerfile's absolute path; within a remote context as given, null for the one at its root. */
  readonly file: string | null
  readonly target: string | null
  /** Each once, as given. */
  readonly platforms: readonly string[]
  /** The variable that names them, if that is not the input `platforms`. */
  readonly platformsFrom?: string
  /** `KEY=value`, or `KEY` for the value in the step's environment. */
  readonly buildArgs: readonly string[]
  /** `name=value`. */
  readonly buildContexts: readonly string[]
  readonly secrets: readonly Secret[]
  /** For this step's docker alone, and instead of what the user's configuration has for these registries. */
  readonly pullLogins: readonly PullLogin[]
  /** `default`, or `ID=SOCKET|KEY[,KEY]`. */
  readonly ssh: readonly string[]
  readonly cacheFrom: readonly string[]
  readonly cacheTo: readonly string[]
  /** A preset for the two, which becomes values of them once the repository is known. */
  readonly cache: CachePreset | null
  readonly noCache: boolean
  readonly noCacheFilters: readonly string[]
  readonly pull: boolean
  readonly addHosts: readonly string[]
  readonly allow: readonly string[]
  readonly attests: readonly Attestation[]
  /** Null: the builder that docker uses by itself. */
  readonly builder: string | null
  /** A question about the Dockerfile instead of a build: `check`, `outline`, `targets`; null for a build. */
  readonly call: string | null
  readonly cgroupParent: string | null
  readonly network: string | null
  /** Values of `--output`. */
  readonly outputs: readonly string[]
  /** Of all layers, those of the base image too; null: as the builder does it by itself. */
  readonly compression: Compression | null
  readonly load: boolean
  /** The same files, commit and tags make the same digest. */
  readonly reproducible: boolean
  readonly shmSize: string | null
  readonly ulimits: readonly string[]
  /** After how many seconds without any progress docker's push or pull is ended and retried; 0 is never. */
  readonly stallSeconds: number
}
