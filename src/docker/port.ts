import type { RegistrySession } from '../oci/registry-session.ts'
import type { Platform } from '../oci/types.ts'

/** What the action needs of Docker; a flow test wires a fake to it. */
export interface Docker {
  /**
   * The engine that is there, which can do what the build asks for.
   * @throws ActionError where there is no docker, or its engine does not answer
   * @throws InputError where it is an engine that cannot do what an input asks for, or has no such builder
   */
  inspect(
    build: BuildInputs,
    options: {
      readonly push: boolean
      readonly byDigest: boolean
      readonly annotations: readonly string[]
    },
  ): Promise<Engine>

  /**
   * Logs this step in; with `keep`, also the later steps of the job. A second call replaces the first login.
   * @param options.secrets of the build, which are none of the login's business
   * @throws ActionError where the registry refuses or cannot be reached
   */
  login(
    registry: RegistrySession,
    options: {
      readonly keep: boolean
      readonly secrets: BuildInputs['secrets']
      readonly log: (line: string) => void
    },
  ): Promise<void>

  /**
   * Builds, and pushes under every reference where `push` says so. A push that fails of what can pass is taken up
   * again, and nothing is built for it again.
   * @throws ActionError where the build or the push fails
   */
  build(engine: Engine, request: BuildRequest, help: BuildHelp): Promise<Built>

  /** Removes what the step put on disk. The login that `keep` keeps stays until the post step. */
  close(): Promise<void>
}

/** What a build that takes its time needs. */
export interface BuildHelp {
  /** Hears of each retry. */
  readonly log: (line: string) => void
  /** Null where nothing is pushed. */
  readonly renewal: LoginRenewal | null
}

/** docker's login to the registry that is pushed to. */
export interface LoginRenewal {
  /** Logs in again where little is left of the token. */
  refresh(): Promise<void>
  /**
   * Logs in again after the registry has called the token expired.
   * @returns false where that was done a short while before, so that another one is no help
   */
  renew(): Promise<boolean>
}

export interface Engine {
  readonly serverVersion: string
  /** Null: no buildx; build, tag and push go one by one. */
  readonly buildxVersion: string | null
}

export interface BuildRequest extends BuildInputs {
  /** `level:key=value`. */
  readonly annotations: readonly string[]
  /** `key=value`. */
  readonly labels: readonly string[]
  /** `HOST/NAME:TAG`, one for each tag. */
  readonly references: readonly string[]
  readonly push: boolean
  /** Pushed under no tag: the one reference is a repository. */
  readonly byDigest: boolean
}

export interface Built {
  /** What was pushed; null where nothing was pushed and the engine does not say. */
  readonly digest: string | null
  readonly imageId: string
  /** Of an image that is no index; null where docker does not tell. */
  readonly platform?: Platform | null
  /** A folder with the image as an OCI layout, where it is left to the caller to push; null where docker pushed. */
  readonly layout?: string | null
  /** buildx's metadata file, or what an engine without buildx tells of the same. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** A cache that is kept between runs; its place is worked out once the repository is known. */
export interface CachePreset {
  readonly kind: 'ecr' | 'gha'
  /** What the caches are of, as parts of a tag: this run's own first, then those to fall back to. */
  readonly scopes: readonly string[]
  /** What tells builds of the same repository and branch apart: platforms and target; empty where neither is given. */
  readonly variant: string
  /** Whether the runner gives the job access to GitHub's cache. */
  readonly hasGitHubCache: boolean
}

/** A secret of the build. The value of a `value` stands in memory and, while the build runs, in a file of its own. */
export type Secret =
  | { readonly id: string; readonly from: 'value'; readonly value: string }
  | { readonly id: string; readonly from: 'env'; readonly name: string }
  | { readonly id: string; readonly from: 'file'; readonly path: string }

/** What to build and how, in the terms of docker/build-push-action's inputs. */
export interface BuildInputs {
  /** An absolute path, or a remote context as docker takes it. */
  readonly context: string
  /** The Dockerfile's absolute path; within a remote context as given, null for the one at its root. */
  readonly file: string | null
  readonly target: string | null
  readonly platforms: readonly string[]
  /** `KEY=value`, or `KEY` for the value in the step's environment. */
  readonly buildArgs: readonly string[]
  /** `name=value`. */
  readonly buildContexts: readonly string[]
  readonly secrets: readonly Secret[]
  /** `default`, or `ID=SOCKET|KEY[,KEY]`. */
  readonly ssh: readonly string[]
  readonly cacheFrom: readonly string[]
  readonly cacheTo: readonly string[]
  /** A preset for the two, which is worked out once the repository is known. */
  readonly cache: CachePreset | null
  readonly noCache: boolean
  readonly noCacheFilters: readonly string[]
  readonly pull: boolean
  readonly addHosts: readonly string[]
  readonly allow: readonly string[]
  /** Values of `--attest`. */
  readonly attests: readonly string[]
  /** Null: the builder that docker uses by itself. */
  readonly builder: string | null
  /** What is asked of the Dockerfile instead of a build: `check`, `outline`, `targets`; null for a build. */
  readonly call: string | null
  readonly cgroupParent: string | null
  readonly network: string | null
  /** Values of `--output`. */
  readonly outputs: readonly string[]
  readonly load: boolean
  readonly shmSize: string | null
  readonly ulimits: readonly string[]
}
