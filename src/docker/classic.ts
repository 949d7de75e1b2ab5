import { mkdtemp, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { ActionError } from '../errors.ts'
import { commonArguments } from './buildx.ts'
import { execute, ProcessError } from './exec.ts'
import { explainDockerFailure } from './failures.ts'
import type { BuildRequest, Built } from './port.ts'

/** The arguments of `docker build` on an engine without buildx. */
export function classicArguments(request: BuildRequest, imageIdFile: string): string[] {
  return ['build', ...commonArguments(request), `--iidfile=${imageIdFile}`, '--', request.context]
}

/**
 * Builds, then pushes tag by tag, with `docker` alone: for an engine that has no buildx.
 * @param folder the step's own folder, for the result file
 * @throws ActionError where the build or a push fails, or where two tags got different digests
 */
export async function buildWithoutBuildx(
  request: BuildRequest,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<Built> {
  if (request.annotations.length > 0) {
    throw new ActionError(
      "Input 'annotations' needs buildx, which this engine does not have.",
      'install the docker-buildx plugin on the runner, or leave annotations out.',
    )
  }
  const results = await mkdtemp(path.join(folder, 'build-'))
  try {
    const file = path.join(results, 'iid')
    const buildEnv = { ...env, DOCKER_BUILDKIT: await buildkitSetting(env) }
    await step('The build', classicArguments(request, file), buildEnv)
    const imageId = (await readFile(file, 'utf8')).trim()
    const digest = request.push ? await pushAll(request.references, env) : null
    return {
      digest,
      imageId,
      metadata: {
        'containerimage.config.digest': imageId,
        'image.name': request.references.join(','),
        ...(digest === null ? {} : { 'containerimage.digest': digest }),
      },
    }
  } finally {
    await rm(results, { recursive: true, force: true })
  }
}

async function pushAll(
  references: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const digests = new Map<string, string>()
  for (const reference of references) {
    const { stdout } = await step(`The push of ${reference}`, ['push', reference], env)
    const digest = pushedDigest(stdout)
    if (digest === null) {
      throw new ActionError(
        `docker pushed ${reference} without saying its digest.`,
        'update Docker on the runner; 20.10 and later are known to work.',
      )
    }
    digests.set(reference, digest)
  }
  const [first, ...others] = new Set(digests.values())
  if (first === undefined || others.length > 0) {
    const list = [...digests].map(([reference, digest]) => `${reference} ${digest}`).join(', ')
    throw new ActionError(`The tags were pushed with different digests: ${list}`, 'run the job again.')
  }
  return first
}

/** `v1: digest: sha256:… size: 527`, the last line of `docker push`. */
export function pushedDigest(stdout: string): string | null {
  return /: digest: (sha256:[0-9a-f]{64}) size: \d+\s*$/.exec(stdout)?.[1] ?? null
}

/**
 * Before 23.0, docker itself speaks to the engine's BuildKit when asked to. Since then it does so through buildx
 * only, and without it refuses DOCKER_BUILDKIT=1; the classic builder is what is left.
 */
async function buildkitSetting(env: Readonly<Record<string, string>>): Promise<'0' | '1'> {
  const { stdout } = await execute('docker', ['--version'], { env })
  const major = Number(/version (\d+)\./.exec(stdout)?.[1] ?? '0')
  return major < 23 ? '1' : '0'
}

async function step(doing: string, args: string[], env: Readonly<Record<string, string>>) {
  try {
    return await execute('docker', args, { env, show: true })
  } catch (error) {
    throw error instanceof ProcessError ? explainDockerFailure(doing, error) : error
  }
}
