import { existsSync } from 'node:fs'
import { clip } from '../shared/clip.ts'
import { ActionError } from '../shared/errors.ts'
import { LIMITS } from '../shared/limits.ts'
import { askForPlugin, findBuildx } from './buildx-by-itself.ts'
import { type BuildxCommand, buildxCommand, THROUGH_DOCKER } from './buildx-command.ts'
import { remedyForEngineElsewhere } from './engine-remedies.ts'
import { execute, ProcessError, TimedOut } from './exec.ts'
import { isPodmanEngine, podmanAsDocker, podmanCommand, podmanWithoutBuildx } from './podman.ts'

/** The part of `docker info --format json` that is used; 20.10 has it too. */
interface Info {
  readonly ServerVersion?: string
  readonly ProductLicense?: string
  readonly ServerErrors?: readonly string[]
  /** Pairs of a name and a value; the containerd image store names its snapshotter there. */
  readonly DriverStatus?: readonly (readonly string[])[] | null
  readonly ClientInfo?: {
    /** Since 23.0. */
    readonly Version?: string
    readonly Plugins?:
      | readonly {
          readonly Name?: string
          readonly Version?: string
          readonly Err?: string
          readonly Path?: string
        }[]
      | null
  }
}

/** What `docker info` says of the engine and of docker itself; it decides how a build is made. */
export interface EngineDetails {
  /** Null if no engine answers, or there is no docker command that would ask it. */
  readonly serverVersion: string | null
  /** Whether the engine that answers is Podman. */
  readonly podman?: boolean
  /** Why there is none: a build is refused with it unless its builder needs no engine. Null if there is one. */
  readonly missing: ActionError | null
  /** Null if there is no buildx. */
  readonly buildxVersion: string | null
  /** How buildx is started, if there is one. */
  readonly buildx: BuildxCommand
  /** With the containerd image store the engine itself builds indexes and exports caches. */
  readonly containerdStore: boolean
  /**
   * What `docker build` uses without buildx. Before 23.0 docker itself speaks to the engine's BuildKit; since then it
   * does so through buildx only, and without it the legacy builder is left.
   */
  readonly classic: 'buildkit' | 'legacy'
}

/**
 * Whether this step runs in a container: GitHub's runner mounts a job's `container:` under `/__w`, and Docker and Podman
 * leave a file in whatever they start.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/Container/ContainerInfo.cs
 */
export function inContainer(
  env: Readonly<Record<string, string>>,
  exists: (file: string) => boolean = existsSync,
): boolean {
  return (
    /^\/__w\//.test(env['GITHUB_WORKSPACE'] ?? '') || exists('/.dockerenv') || exists('/run/.containerenv')
  )
}

const ELSEWHERE =
  'No engine is needed if docker/setup-buildx-action, in a step before this one, makes a builder elsewhere (driver: remote or kubernetes)'

/** @param contained whether the step runs in a container */
export function noDocker(contained: boolean, cause: unknown): ActionError {
  if (contained) {
    return new ActionError(
      'There is no docker command in the container that this step runs in.',
      `if the job has container:, leave it out, or install docker and its buildx plugin in that image (the runner mounts the engine's socket into it); if the runner itself is a container, install them in the runner's image. ${ELSEWHERE}.`,
      { cause },
    )
  }
  return new ActionError(
    'There is no docker on this runner.',
    `install Docker on the self-hosted runner, or run the job on a GitHub-hosted Linux runner (runs-on: ubuntu-latest). ${ELSEWHERE}.`,
    { cause },
  )
}

/**
 * Asks for the engine and the plugins, in one process. An engine that does not answer is no error as long as there is a
 * buildx: its builder may be somewhere else.
 * @throws ActionError if there is neither an engine nor a buildx
 */
export async function inspectEngine(env: Readonly<Record<string, string>>): Promise<EngineDetails> {
  const { info, missing, docker } = await askDocker(env)
  const plugin = info?.ClientInfo?.Plugins?.find(({ Name, Err }) => Name === 'buildx' && !Err)
  const buildx =
    plugin !== undefined
      ? { version: (plugin.Version ?? '').replace(/^v/, ''), command: await buildxCommand(plugin.Path, env) }
      : ((docker && info === null ? await askForPlugin(env) : null) ?? (await findBuildx(env, !docker)))
  if (missing !== null && buildx === null) throw missing
  const podman = info !== null && isPodmanEngine(info)
  if (buildx === null && podman) throw podmanWithoutBuildx(info.ServerVersion ?? '')
  return {
    serverVersion: missing === null ? (info?.ServerVersion ?? '') : null,
    ...(podman ? { podman } : {}),
    missing,
    buildxVersion: buildx?.version ?? null,
    buildx: buildx?.command ?? THROUGH_DOCKER,
    containerdStore: (info?.DriverStatus ?? []).some(([, value]) => value?.startsWith('io.containerd.')),
    classic: info?.ClientInfo?.Version === undefined ? 'buildkit' : 'legacy',
  }
}

interface DockerAnswer {
  /** Null if docker says nothing of itself. */
  readonly info: Info | null
  /** Null if its engine answers. */
  readonly missing: ActionError | null
  /** Whether there is a docker command of docker's own. */
  readonly docker: boolean
}

async function askDocker(env: Readonly<Record<string, string>>): Promise<DockerAnswer> {
  const contained = inContainer(env)
  try {
    const args = ['info', '--format', '{{json .}}']
    const { stdout } = await execute('docker', args, { env, limit: LIMITS.processMs })
    const info = parseInfo(stdout)
    const podman = podmanCommand(info)
    if (podman !== null) return { info: null, missing: podmanAsDocker(podman), docker: false }
    const reason = info.ServerErrors?.[0]
    return { info, missing: reason === undefined ? null : engineUnreachable(reason, contained), docker: true }
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error
    if (error.missing) return { info: null, missing: noDocker(contained, error), docker: false }
    // Newer clients exit with 1 and print what they know all the same; the reason is in it.
    const info = infoIn(error.stdout)
    const said = error instanceof TimedOut ? error.message : (info?.ServerErrors?.[0] ?? error.stderr.trim())
    return { info, missing: engineUnreachable(said, contained, error), docker: true }
  }
}

/** @param contained whether the step runs in a container */
export function engineUnreachable(reason: string, contained: boolean, cause?: unknown): ActionError {
  const what = `Docker's engine does not answer: ${reason}`
  const elsewhere = remedyForEngineElsewhere(reason)
  if (elsewhere !== null) return new ActionError(what, `${elsewhere}. ${ELSEWHERE}.`, { cause })
  if (contained) {
    return new ActionError(
      what,
      `this step runs in a container, which has no engine of its own: mount the engine's socket into it (-v /var/run/docker.sock:/var/run/docker.sock in the container's options; for a runner that is a container, where it is started) and let its user reach the socket, or set DOCKER_HOST to an engine that it reaches, such as a service of the image docker:dind. ${ELSEWHERE}.`,
      { cause },
    )
  }
  return new ActionError(
    what,
    `start it on the self-hosted runner (systemctl start docker), let the runner's user reach its socket (the group docker), or correct DOCKER_HOST. ${ELSEWHERE}.`,
    { cause },
  )
}

/** @returns null for what `docker info` does not print */
function infoIn(stdout: string): Info | null {
  try {
    return parseInfo(stdout)
  } catch {
    return null
  }
}

/** @throws ActionError for what `docker info` does not print */
export function parseInfo(stdout: string): Info {
  try {
    const info: unknown = JSON.parse(stdout)
    if (isInfo(info)) return info
    throw new Error('it has another form')
  } catch (error) {
    throw new ActionError(
      `'docker info' did not answer with JSON: ${clip(stdout, 200)}`,
      'update Docker on the runner; 20.10 and later are known to work.',
      { cause: error },
    )
  }
}

function isInfo(value: unknown): value is Info {
  if (typeof value !== 'object' || value === null) return false
  const { ServerVersion, ProductLicense, ServerErrors, DriverStatus, ClientInfo } = value as Record<
    string,
    unknown
  >
  const text = (given: unknown) => given === undefined || typeof given === 'string'
  const list = (given: unknown, of: (item: unknown) => boolean) =>
    (given ?? null) === null || (Array.isArray(given) && given.every(of))
  const { Version, Plugins } = (ClientInfo ?? {}) as Record<string, unknown>
  return (
    text(ServerVersion) &&
    text(ProductLicense) &&
    list(ServerErrors, text) &&
    list(DriverStatus, (pair) => Array.isArray(pair) && pair.every(text)) &&
    text(Version) &&
    list(Plugins, (plugin) => {
      const { Name, Version: own, Err, Path } = (plugin ?? {}) as Record<string, unknown>
      return plugin !== null && [Name, own, Err, Path].every(text)
    })
  )
}
