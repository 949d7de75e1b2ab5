import { ActionError } from '../shared/errors.ts'
import { LIMITS } from '../shared/limits.ts'
import { execute, ProcessError } from './exec.ts'

const CLIENT =
  "install docker's own command with its buildx plugin (docker-ce-cli and docker-buildx-plugin, no engine), let it speak to Podman's socket (systemctl --user enable --now podman.socket; DOCKER_HOST: unix:///run/user/UID/podman/podman.sock in the job's env), and use docker/setup-buildx-action in a step before this one, whose builder runs in Podman"

/** The part of `podman info --format json` by which it is known: docker's own has neither. */
interface PodmanInfo {
  readonly host?: unknown
  readonly version?: { readonly Version?: unknown }
}

/**
 * The version of the Podman whose command is called `docker` (podman-docker, or a link); null if docker's own is.
 * https://github.com/containers/podman/blob/v4.3.1/libpod/define/info.go
 * @param info what `docker info --format '{{json .}}'` has printed
 */
export function podmanCommand(info: object): string | null {
  const { host, version } = info as PodmanInfo
  if (typeof host !== 'object' || host === null) return null
  return typeof version?.Version === 'string' ? version.Version : null
}

/**
 * As {@link podmanCommand}, of a command whose `info` has failed, as that of Podman does if it cannot use its storage or
 * does not reach its own machine: it prints nothing by which it would be known.
 * @param env for a process that speaks to the engine
 */
export async function podmanVersion(env: Readonly<Record<string, string>>): Promise<string | null> {
  try {
    const { stdout } = await execute('docker', ['--version'], { env, limit: LIMITS.processMs })
    return /^podman version (\S+)/.exec(stdout)?.[1] ?? null
  } catch (error) {
    if (error instanceof ProcessError) return null
    throw error
  }
}

/**
 * Whether the engine that docker speaks to is Podman: it names its own licence there, which no Docker does.
 * https://github.com/containers/podman/blob/v4.3.1/pkg/api/handlers/compat/info.go
 */
export function isPodmanEngine({ ProductLicense }: { readonly ProductLicense?: unknown }): boolean {
  return ProductLicense === 'Apache-2.0'
}

/** Podman logs in elsewhere, and does not print the digest of what it has pushed. */
export function podmanAsDocker(version: string, cause?: unknown): ActionError {
  return new ActionError(
    `The docker command on this runner is Podman ${version}, which does not log in, build and push as docker does.`,
    `${CLIENT}; or install Docker.`,
    { cause, page: 'build.md#what-an-engine-must-have' },
  )
}

/** Without buildx, docker leaves build and push to the engine: Podman does not say what it has pushed. */
export function podmanWithoutBuildx(version: string): ActionError {
  return new ActionError(
    `The engine that docker speaks to is Podman ${version}, and this runner's docker has no buildx: Podman's own build and push differ from docker's.`,
    "install docker's buildx plugin (docker-buildx-plugin), or use docker/setup-buildx-action in a step before this one: its builder runs in Podman.",
    { page: 'build.md#what-an-engine-must-have' },
  )
}
