import type { RegistryLogin } from '../ecr/port.ts'
import type { BuildInputs } from '../inputs/build.ts'
import type { Platform } from '../registry/types.ts'

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
    login: RegistryLogin,
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
