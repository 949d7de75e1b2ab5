import path from 'node:path'
import { isForPlatform } from '../../oci/platform-names.ts'
import { type Platform, platformIn, platformName } from '../../oci/types.ts'
import { ActionError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import type { EngineDetails } from '../engine.ts'
import { execute, ProcessError, TimedOut } from '../exec.ts'
import { lastError } from '../failures/failing-step.ts'
import { withDockerRetries } from '../failures/retry.ts'
import type { BuildRequest, Built } from '../port.ts'
import { PushOutput } from '../stall/push-output.ts'
import { StallWatch } from '../stall/watch.ts'
import { classicArguments } from './arguments.ts'
import { refuseOtherImages } from './legacy-bases.ts'
import { fetchCaches } from './legacy-cache.ts'
import { LegacyLog } from './legacy-log.ts'
import { type BuildTools, readResult, runBuildCommand, withResults } from './run.ts'
import { writeSecrets } from './secret-files.ts'

export interface ClassicTools extends BuildTools {
  /** The job's environment, which has the secrets that are variables. */
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly pushEnv: Readonly<Record<string, string>>
}

/**
 * Builds, then pushes, with `docker` alone: for an engine that has no buildx.
 * @throws ActionError if the build or the push fails, or docker does not say what it pushed
 */
export async function buildWithoutBuildx(
  request: BuildRequest,
  { classic: builder, platform: enginePlatform = null }: Pick<EngineDetails, 'classic' | 'platform'>,
  tools: ClassicTools,
): Promise<Built> {
  if (request.annotations.length > 0) {
    throw new ActionError(
      "Input 'annotations' needs buildx, which this engine does not have.",
      'install the docker-buildx plugin on the runner, or leave annotations out.',
      { page: 'build.md#what-an-engine-must-have' },
    )
  }
  return withResults(tools, async (results) => {
    const secrets = await writeSecrets(request.secrets, results, tools.variables)
    const files = { metadata: '', imageId: path.join(results, 'iid'), layout: null, secrets }
    const buildkit = builder === 'buildkit'
    const env = choosingBuilder(tools.env, builder)
    if (!buildkit) await fetchCaches(request, tools)
    const output = new LegacyLog()
    const { steps } = await runBuildCommand(
      request,
      () => classicArguments(request, files, !buildkit),
      'Build',
      buildkit,
      { ...tools, env, output },
    )
    const imageId = await readResult(files.imageId)
    const pushes = request.naming === 'docker'
    const asked = pushes || request.platforms.length > 0
    const platform = asked && imageId !== '' ? await inspectPlatform(imageId, tools.engineEnv) : null
    refuseOtherPlatform(platform, request)
    if (!buildkit) {
      const given = { ...request, buildArgs: valuedArguments(request.buildArgs, env) }
      await refuseOtherImages(given, output.steps, enginePlatform, tools.engineEnv)
    }
    const from = performance.now()
    const digest = pushes ? await pushImage(request, imageId, tools) : null
    const to = performance.now()
    // Named as BuildKit names the push of an engine's image.
    const push = { name: `pushing ${request.references[0]} with docker`, cached: false, from, to }
    return {
      digest,
      imageId,
      platform: pushes ? platform : null,
      layout: null,
      steps: pushes ? [...steps, push] : steps,
      metadata: {
        'containerimage.config.digest': imageId,
        'image.name': request.references.join(','),
        ...(digest === null ? {} : { 'containerimage.digest': digest }),
      },
    }
  })
}

/**
 * Before 23.0 docker has to be told to use BuildKit; since then it takes the legacy builder by itself if there is no
 * buildx, and told to do so it would ask people to remove the variable.
 * https://github.com/docker/cli/blob/v28.5.1/cmd/docker/builder.go (processBuilder)
 */
function choosingBuilder(
  { DOCKER_BUILDKIT: _, ...env }: Readonly<Record<string, string>>,
  builder: EngineDetails['classic'],
): Record<string, string> {
  return builder === 'buildkit' ? { ...env, DOCKER_BUILDKIT: '1' } : env
}

/**
 * Build arguments as docker reads them: one that is given by its name alone has its value of the environment, and is none
 * if there is no such variable. https://docs.docker.com/reference/cli/docker/buildx/build/#build-arg
 * @param env of the build
 */
function valuedArguments(buildArgs: readonly string[], env: Readonly<Record<string, string>>): string[] {
  return buildArgs.flatMap((given) => {
    if (given.includes('=')) return [given]
    const value = env[given]
    return value === undefined ? [] : [`${given}=${value}`]
  })
}

async function inspectPlatform(
  imageId: string,
  env: Readonly<Record<string, string>>,
): Promise<Platform | null> {
  const format = '{{.Os}} {{.Architecture}} {{.Variant}}'
  try {
    const { stdout } = await execute('docker', ['image', 'inspect', '--format', format, '--', imageId], {
      env,
      limit: LIMITS.processMs,
    })
    const [os, architecture, variant] = stdout.trim().split(' ')
    return platformIn({ os, architecture, variant })
  } catch (error) {
    if (error instanceof ProcessError) return null
    throw error
  }
}

/**
 * The legacy builder takes a base image that the engine has, whatever its platform is, and an image in its cache that is
 * for one of the same family, and says nothing of either: seen with Docker 26.1 (arm64, and arm/v7 in the cache) and 28.5.
 * @throws ActionError if the image is of another platform than the wanted one
 */
function refuseOtherPlatform(built: Platform | null, request: BuildRequest): void {
  const { platformsFrom, platforms } = request
  const [wanted] = platforms
  if (built === null || wanted === undefined || isForPlatform(built, wanted)) return
  const asking = platformsFrom === undefined ? "Input 'platforms'" : `${platformsFrom} in the environment`
  throw new ActionError(
    `docker has built an image of ${platformName(built)}, and ${asking} asks for ${wanted}: its builder without BuildKit takes a base image, or one in its cache, of another platform if the engine has one. Nothing was pushed.`,
    'set pull: true, so that the base image of that platform is fetched, and no-cache: true, or install buildx with docker/setup-buildx-action in a step before this one.',
    { page: 'build.md#what-an-engine-must-have' },
  )
}

/** Pushes the one reference that docker gives. */
async function pushImage(
  { references: [reference], stallSeconds }: Pick<BuildRequest, 'references' | 'stallSeconds'>,
  imageId: string,
  tools: ClassicTools,
): Promise<string> {
  if (reference === undefined) throw new Error('docker cannot push an image that has no reference.')
  await tools.renewal?.renewIfExpiring()
  tools.pushing?.()
  const digest = await pushReference(reference, imageId, stallSeconds, tools)
  if (digest !== null) return digest
  throw new ActionError(
    `docker pushed ${reference} without saying its digest.`,
    'update Docker on the runner; 20.10 and later are known to work.',
  )
}

/** The digest in the last line of `docker push`, `v1: digest: sha256:… size: 527`; null if it is another. */
export function digestInOutput(stdout: string): string | null {
  return /: digest: (sha256:[0-9a-f]{64}) size: \d+\s*$/.exec(stdout)?.[1] ?? null
}

/** @returns the digest that the reference has now; null if docker does not say it */
function pushReference(
  reference: string,
  imageId: string,
  seconds: number,
  tools: ClassicTools,
): Promise<string | null> {
  const what = `The push of ${reference}`
  const { pushEnv: env, sharesNetwork, log } = tools
  return withDockerRetries(
    async () => {
      const limit = new StallWatch(new PushOutput(), { seconds, sharesNetwork, log })
      const args = ['push', '--', reference]
      const { stdout } = await execute('docker', args, { env, group: `Push ${reference}`, limit })
      return digestInOutput(stdout)
    },
    (error) => {
      const { stderr, stdout, message } = error
      if (error instanceof TimedOut) return { what, phase: 'push', said: message }
      return { what, phase: 'push', said: lastError(stderr) ?? lastError(stdout) ?? message }
    },
    async (error, attempts) => {
      const { explainDockerFailure } = await import('../failures/explain.ts')
      return explainDockerFailure(what, error, attempts)
    },
    tools,
    // dockerd puts a manifest without asking whether it is there, which BuildKit does.
    async () => {
      const held = (await tools.held?.(reference).catch(() => null)) ?? null
      // The ID of an image is the digest of its configuration or, in containerd's store, of its manifest.
      return held !== null && [held.digest, held.configDigest].includes(imageId) ? held.digest : null
    },
  )
}
