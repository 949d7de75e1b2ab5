import { existsSync } from 'node:fs'
import { ActionError } from '../shared/errors.ts'
import { LIMITS } from '../shared/limits.ts'
import { askForPlugin, type FoundBuildx, findBuildx } from './buildx-by-itself.ts'
import { type BuildxCommand, buildxCommand, THROUGH_DOCKER } from './buildx-command.ts'
import { enginePlatform, type Info, infoIn, parseInfo } from './engine-info.ts'
import { askEngineItself } from './engine-itself.ts'
import { remedyForEngineElsewhere } from './engine-remedies.ts'
import { execute, ProcessError, TimedOut } from './exec.ts'
import {
  isPodmanEngine,
  podmanAsDocker,
  podmanCommand,
  podmanVersion,
  podmanWithoutBuildx,
} from './podman.ts'

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
  /** Why docker does not start the plugin buildx that it has found, if there is no other; null if it has found none. */
  readonly brokenBuildx?: string | null
  /** How buildx is started, if there is one. */
  readonly buildx: BuildxCommand
  /** With the containerd image store the engine itself builds indexes and exports caches. */
  readonly containerdStore: boolean
  /** The engine's own, such as `linux/amd64`; null if it does not say it. */
  readonly platform?: string | null
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
      { cause, page: 'build.md#without-an-engine' },
    )
  }
  return new ActionError(
    'There is no docker on this runner.',
    `install Docker on the self-hosted runner, or run the job on a GitHub-hosted Linux runner (runs-on: ubuntu-latest). ${ELSEWHERE}.`,
    { cause, page: 'build.md#without-an-engine' },
  )
}

/**
 * Asks the engine and buildx themselves, if that asks the same ones as docker would; else, or if one of them does not
 * answer, docker. An engine that does not answer is no error as long as there is a buildx: its builder may be somewhere
 * else.
 * @param env for a process that speaks to the engine
 * @param socket of the engine, if docker speaks to it as anybody would; null if not
 * @param host of the engine, such as `ssh://user@host`; null for the one on the usual socket
 * @throws ActionError if there is neither an engine nor a buildx
 */
export async function inspectEngine(
  env: Readonly<Record<string, string>>,
  socket: string | null = null,
  host: string | null = null,
): Promise<EngineDetails> {
  const direct = socket === null ? null : await askEngineItself(socket, env)
  // Nobody asks how docker would build without buildx.
  if (direct !== null) return detailsOf(direct.info, null, direct.buildx, 'legacy')
  const { info, missing, docker } = await askDocker(env, host)
  const plugins = info?.ClientInfo?.Plugins?.filter(({ Name }) => Name === 'buildx') ?? []
  const plugin = plugins.find(({ Err }) => !Err)
  const buildx =
    plugin !== undefined
      ? { version: (plugin.Version ?? '').replace(/^v/, ''), command: await buildxCommand(plugin.Path, env) }
      : ((docker && info === null ? await askForPlugin(env) : null) ?? (await findBuildx(env, !docker)))
  if (missing !== null && buildx === null) throw missing
  if (buildx === null && info !== null && isPodmanEngine(info)) {
    throw podmanWithoutBuildx(info.ServerVersion ?? '')
  }
  const classic = info?.ClientInfo?.Version === undefined ? 'buildkit' : 'legacy'
  const broken = buildx === null ? plugins.find(({ Err }) => Err)?.Err : undefined
  return {
    ...detailsOf(info, missing, buildx, classic),
    ...(broken === undefined ? {} : { brokenBuildx: broken }),
  }
}

function detailsOf(
  info: Info | null,
  missing: ActionError | null,
  buildx: FoundBuildx | null,
  classic: EngineDetails['classic'],
): EngineDetails {
  return {
    serverVersion: missing === null ? (info?.ServerVersion ?? '') : null,
    ...(info !== null && isPodmanEngine(info) ? { podman: true } : {}),
    missing,
    buildxVersion: buildx?.version ?? null,
    buildx: buildx?.command ?? THROUGH_DOCKER,
    containerdStore: (info?.DriverStatus ?? []).some(([, value]) => value?.startsWith('io.containerd.')),
    platform: info && enginePlatform(info),
    classic,
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

async function askDocker(env: Readonly<Record<string, string>>, host: string | null): Promise<DockerAnswer> {
  const contained = inContainer(env)
  try {
    const args = ['info', '--format', '{{json .}}']
    const { stdout } = await execute('docker', args, { env, limit: LIMITS.processMs })
    const info = parseInfo(stdout)
    const podman = podmanCommand(info)
    if (podman !== null) return { info: null, missing: podmanAsDocker(podman), docker: false }
    const reason = info.ServerErrors?.[0]
    return {
      info,
      missing: reason === undefined ? null : engineUnreachable(reason, contained, host),
      docker: true,
    }
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error
    if (error.missing) return { info: null, missing: noDocker(contained, error), docker: false }
    // Newer clients exit with 1 and print what they know all the same; the reason is in it.
    const info = infoIn(error.stdout)
    const podman = info === null ? await podmanVersion(env) : null
    if (podman !== null) return { info: null, missing: podmanAsDocker(podman, error), docker: false }
    const said = error instanceof TimedOut ? error.message : (info?.ServerErrors?.[0] ?? error.stderr.trim())
    return { info, missing: engineUnreachable(said, contained, host, error), docker: true }
  }
}

/**
 * @param contained whether the step runs in a container
 * @param host of the engine; null for the one on the usual socket
 */
export function engineUnreachable(
  reason: string,
  contained: boolean,
  host: string | null,
  cause?: unknown,
): ActionError {
  const what = `Docker's engine does not answer: ${reason}`
  const elsewhere = remedyForEngineElsewhere(reason, host)
  if (elsewhere !== null)
    return new ActionError(what, `${elsewhere}. ${ELSEWHERE}.`, { cause, page: 'build.md#without-an-engine' })
  if (contained) {
    return new ActionError(
      what,
      `this step runs in a container, which has no engine of its own: mount the engine's socket into it (-v /var/run/docker.sock:/var/run/docker.sock in the container's options; for a runner that is a container, where it is started) and let its user reach the socket, or set DOCKER_HOST to an engine that it reaches, such as a service of the image docker:dind. ${ELSEWHERE}.`,
      { cause, page: 'build.md#without-an-engine' },
    )
  }
  return new ActionError(
    what,
    `start it on the self-hosted runner (systemctl start docker), let the runner's user reach its socket (the group docker), or correct DOCKER_HOST. ${ELSEWHERE}.`,
    { cause, page: 'build.md#without-an-engine' },
  )
}
