import { machineEngine } from './machine-engine.ts'
import { ownEngine } from './own-engine.ts'
import type { Log } from './process.ts'

export { awsCli, busyboxRoot, registryBinary, skopeo } from './tools.ts'

/** A Docker engine that builds and runs, and how to reach it. */
export interface Engine {
  /** `old` has no buildx. */
  readonly name: 'current' | 'old'
  /** Started here; false: the machine's own Docker. */
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
  /**
   * Ends an engine of our own, with its containers, unless another process uses it too; its images stay.
   * Nothing for the machine's.
   */
  stop(): Promise<void>
}

/**
 * The machine's Docker, where its engine answers; else, on Debian 12 or later and as root, one of our own
 * in the checkout's `.local` (nothing is installed).
 *
 * Both do `docker build` with `RUN`, `docker run`, and `-p 127.0.0.1:0:8080`. Of our own, `current` is Docker
 * 26 with the containerd image store and a recent buildx; `old` is Docker 20.10, whose containers reach this
 * machine only. On a machine with Docker `old` is that same Docker without its buildx.
 *
 * @throws where there is no Docker and none can be started, saying what to do
 */
export async function startEngine(name: Engine['name'], log: Log = () => {}): Promise<Engine> {
  const found = await machineEngine(name)
  if (typeof found !== 'string') return found
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error(
      `No Docker engine answers, and only root on Debian can start one here. Start Docker, or see: ${found}`,
    )
  }
  return ownEngine(name, log)
}
