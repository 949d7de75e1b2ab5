import { mkdtemp, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Platform } from '../../oci/types.ts'
import { ActionError } from '../../shared/errors.ts'
import type { EngineDetails } from '../engine.ts'
import { execute, ProcessError } from '../exec.ts'
import { again } from '../failures/again.ts'
import { lastError } from '../failures/failing-step.ts'
import type { BuildRequest, Built } from '../port.ts'
import { classicArguments } from './arguments.ts'
import { type BuildTools, title, troubleIn } from './buildx.ts'
import { writeSecrets } from './secret-files.ts'

export interface ClassicTools extends BuildTools {
  /** The job's environment, which has the secrets that are variables. */
  readonly variables: Readonly<Record<string, string | undefined>>
  /** For what asks the engine only. */
  readonly engineEnv: Readonly<Record<string, string>>
  readonly pushEnv: Readonly<Record<string, string>>
}

/**
 * Builds, then pushes tag by tag, with `docker` alone: for an engine that has no buildx.
 * @throws ActionError where the build or a push fails, or where two tags got different digests
 */
export async function buildWithoutBuildx(
  request: BuildRequest,
  builder: EngineDetails['classic'],
  tools: ClassicTools,
): Promise<Built> {
  const { folder, env, workspace, annotate, variables } = tools
  if (request.annotations.length > 0) {
    throw new ActionError(
      "Input 'annotations' needs buildx, which this engine does not have.",
      'install the docker-buildx plugin on the runner, or leave annotations out.',
    )
  }
  const results = await mkdtemp(path.join(folder, 'build-'))
  try {
    const file = path.join(results, 'iid')
    const secrets = await writeSecrets(request.secrets, results, variables)
    const args = classicArguments(request, { metadata: '', imageId: file, layout: null, secrets })
    const buildEnv = { ...env, DOCKER_BUILDKIT: builder === 'buildkit' ? '1' : '0' }
    await again(
      () => execute('docker', args, { env: buildEnv, group: title({ ...request, push: false }) }),
      (error) => troubleIn(error, request),
      async (error, attempts) => {
        const { explainBuildFailure } = await import('../failures/failures.ts')
        return explainBuildFailure(error, request, { workspace, annotate, attempts })
      },
      tools,
    )
    const imageId = (await readFile(file, 'utf8').catch(() => '')).trim()
    const [digest, platform] = await Promise.all([
      request.push ? pushAll(request.references, tools) : null,
      request.push ? platformOf(imageId, tools.engineEnv) : null,
    ])
    return {
      digest,
      imageId,
      platform,
      layout: null,
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

async function platformOf(imageId: string, env: Readonly<Record<string, string>>): Promise<Platform | null> {
  const format = '{{.Os}} {{.Architecture}} {{.Variant}}'
  try {
    const { stdout } = await execute('docker', ['image', 'inspect', '--format', format, '--', imageId], {
      env,
    })
    const [os, architecture, variant] = stdout.trim().split(' ')
    if (!os || !architecture) return null
    return { os, architecture, ...(variant ? { variant } : {}) }
  } catch (error) {
    if (error instanceof ProcessError) return null
    throw error
  }
}

async function pushAll(references: readonly string[], tools: ClassicTools): Promise<string> {
  const digests = new Map<string, string>()
  for (const reference of references) {
    await tools.renewal?.refresh()
    const { stdout } = await pushOne(reference, tools)
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

async function pushOne(reference: string, tools: ClassicTools) {
  const what = `The push of ${reference}`
  return again(
    () => execute('docker', ['push', '--', reference], { env: tools.pushEnv, group: `Push ${reference}` }),
    ({ stderr, stdout, message }) => {
      return { what, phase: 'push', said: lastError(stderr) ?? lastError(stdout) ?? message }
    },
    async (error, attempts) => {
      const { explainDockerFailure } = await import('../failures/failures.ts')
      return explainDockerFailure(what, error, attempts)
    },
    tools,
  )
}
