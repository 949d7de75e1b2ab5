export { buildxFolder, fetchEngine, initProgram, type OwnKind } from './engine-parts.ts'
export { machineEngine } from './machine-engine.ts'
export { fetchMoreEngines } from './more-engines.ts'
export { ownEngine } from './own-engine.ts'
export { awsCli, busyboxRoot, cosign, jq, registryBinary, skopeo } from './tools.ts'

/**
 * A Docker engine that builds and runs, and how to reach it.
 *
 * Both kinds do `docker build` with `RUN`, `docker run`, and `-p 127.0.0.1:0:8080`. Of our own, `current` is Docker
 * 26 with the containerd image store and a recent buildx; `old` is Docker 20.10, whose containers reach no other
 * network. On a machine with Docker `old` is that same Docker without its buildx.
 */
export interface Engine {
  /** `old` has no buildx. */
  readonly name: 'current' | 'old'
  /** Started for the command; false: the machine's own Docker. */
  readonly own: boolean
  /** Absolute path of the docker CLI. */
  readonly docker: string
  /** To add to a child's environment; empty for the machine's own. */
  readonly env: Readonly<Record<string, string>>
  /**
   * A folder to put into `cliPluginsExtraDirs`: it holds buildx, or for `old` a broken one that hides
   * the machine's. null: the CLI finds its own.
   */
  readonly pluginsDir: string | null
  readonly serverVersion: string
  readonly buildxVersion: string | null
}
