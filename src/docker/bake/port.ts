import type { Platform } from '../../oci/types.ts'
import type { BuildHelp, BuildInputs, BuildRequest, Built, Docker, Engine, PushedImage } from '../port.ts'
import type { BakePlan, RemoteDefinition } from './plan.ts'

/** What is asked of a bake definition, in the terms of docker/bake-action's inputs. */
export interface BakeSource {
  /** The Git repository that has it; null for the workspace. */
  readonly remote: RemoteDefinition | null
  /** Definitions of the workspace, or of that repository; none: those that docker finds by itself. */
  readonly files: readonly string[]
  /** Targets and groups; none: `default`. */
  readonly targets: readonly string[]
  /** `TARGET.FIELD=value`. */
  readonly set: readonly string[]
  /** The values of variables, by name. */
  readonly vars: ReadonlyMap<string, string>
  /** Entitlements: `network.host`, `fs.read=PATH`. */
  readonly allow: readonly string[]
  /** Null: the builder that docker uses by itself. */
  readonly builder: string | null
}

/** Targets of a plan that are built at once. */
export interface BakeBuild {
  readonly source: BakeSource
  readonly plan: BakePlan
  /** Those whose images go to ECR; each with where and how, `naming` being `digest` or `layout`. */
  readonly images: readonly { readonly name: string; readonly request: BuildRequest }[]
  /** Those that leave files, as the definition says. */
  readonly others: readonly string[]
  /** Of every target of the plan, what is told of it if it fails. */
  readonly requests: ReadonlyMap<string, BuildRequest>
  readonly stallSeconds: number
  readonly renewal: BuildHelp['renewal']
  /** Asks the registry of a target for what it has under a reference. */
  readonly held: (target: string, reference: string) => Promise<PushedImage | null>
}

/** What a build left of one target. */
export interface BakeImage extends Pick<Built, 'digest' | 'imageId' | 'metadata'> {
  readonly platform: Platform | null
  /** The folder with the image as an OCI layout, which the caller pushes; null if docker pushed it. */
  readonly layout: string | null
}

export interface BakeBuilt {
  /** By target. */
  readonly images: ReadonlyMap<string, BakeImage>
}

/** What is needed to read a definition: which variables of the job it may see that no other process gets. */
export interface BakeVariables extends Pick<BuildInputs, 'builder' | 'cacheFrom' | 'cacheTo'> {
  /** Credentials of the job that the definition, or a secret in it, names. */
  readonly names: readonly string[]
}

/** Docker, for an action that builds a bake definition. */
export interface BakeDocker extends Docker {
  /**
   * Asks what a definition builds.
   * @throws ActionError if it cannot be read, or there is no buildx
   */
  readBake(source: BakeSource): Promise<BakePlan>

  /** What a builder builds for if it is told no platform; null if it does not say that. @throws ActionError */
  platformOf(builder: string | null): Promise<string | null>

  /**
   * Builds targets in one solve.
   * @throws BakeFailed if any of it fails
   */
  bake(
    engine: Engine,
    build: BakeBuild,
    variables: BakeVariables,
    help: Pick<BuildHelp, 'log'>,
  ): Promise<BakeBuilt>
}
