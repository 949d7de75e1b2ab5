import { mkdtemp, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { DIGEST, type Platform, platformIn } from '../../oci/types.ts'
import { execute, type ProcessError } from '../exec.ts'
import { again, type Trouble } from '../failures/again.ts'
import type { Annotate } from '../failures/annotations.ts'
import { parseFailure, shortReason } from '../failures/failing-step.ts'
import { phaseOf } from '../failures/passing.ts'
import type { BuildHelp, BuildRequest, Built } from '../port.ts'
import { buildxArguments } from './arguments.ts'
import { writeSecrets } from './secret-files.ts'

export interface BuildTools extends BuildHelp {
  /** The step's own folder, for result files and secrets, which go when the build is done. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** The folder that docker runs in, and that files of annotations are relative to. */
  readonly workspace: string
  readonly annotate: Annotate
}

/**
 * Builds and pushes in one process.
 * @param version of buildx
 * @param layout whether the builder cannot push by digest, and leaves the image in a folder instead
 * @throws ActionError where the build or the push fails
 */
export async function buildWithBuildx(
  request: BuildRequest,
  version: string,
  layout: boolean,
  tools: BuildTools,
): Promise<Built> {
  const { folder, env, workspace, annotate } = tools
  const results = await mkdtemp(path.join(folder, 'build-'))
  const files = { metadata: path.join(results, 'metadata.json'), imageId: path.join(results, 'iid') }
  try {
    const secrets = await writeSecrets(request.secrets, results)
    const dest = layout ? await mkdtemp(path.join(folder, 'layout-')) : null
    const run = (built: boolean) => {
      const args = buildxArguments(
        built ? fromCache(request) : request,
        { ...files, secrets, layout: dest },
        version,
      )
      return execute('docker', args, { env: buildxEnvironment(env), group: title(request) })
    }
    const explain = async (error: ProcessError, attempts: number) => {
      const { explainBuildFailure } = await import('../failures/failures.ts')
      return explainBuildFailure(error, request, { workspace, annotate, attempts })
    }
    const { stderr } = await again(run, (error) => troubleIn(error, request), explain, tools)
    const metadata = parseMetadata(await readIfThere(files.metadata))
    const findings = metadata?.['buildx.build.warnings']
    const cached = request.cacheFrom.length + request.cacheTo.length > 0
    if (cached || findings !== undefined) {
      const { annotateCacheErrors, annotateChecks } = await import('../failures/annotations.ts')
      if (cached) annotateCacheErrors(stderr, annotate)
      annotateChecks(findings, request, workspace, annotate)
    }
    const digest = metadata?.['containerimage.digest']
    const imageId = await readIfThere(files.imageId)
    return {
      digest: isDigest(digest) ? digest : null,
      imageId: isDigest(imageId) ? imageId : '',
      platform: platformOf(metadata),
      layout: dest,
      metadata: metadata ?? {},
    }
  } finally {
    await rm(results, { recursive: true, force: true })
  }
}

/** What buildx passes on of the builder's answer, which may be anybody's; null where it is none. */
export function parseMetadata(text: string): Built['metadata'] | null {
  try {
    const metadata: unknown = JSON.parse(text)
    return typeof metadata === 'object' && !Array.isArray(metadata) ? (metadata as Built['metadata']) : null
  } catch {
    return null
  }
}

const isDigest = (value: unknown): value is string => typeof value === 'string' && DIGEST.test(value)

/**
 * The same build once more, when all of it has been built: every step is in the builder's cache, also one that was
 * told to build without reading it.
 */
function fromCache(request: BuildRequest): BuildRequest {
  return { ...request, noCache: false, noCacheFilters: [], pull: false }
}

/** What a build said of a registry that failed it; null for all that is no registry's. */
export function troubleIn({ stderr, stdout }: ProcessError, request: BuildRequest): Trouble | null {
  if (request.call !== null) return null
  const failure = parseFailure(stderr, stdout)
  const phase = phaseOf(failure)
  if (phase === null || failure.name === null || failure.reason === null) return null
  const what =
    phase === 'push'
      ? `The push of ${request.references[0] ?? 'the image'}`
      : `The pull for ${failure.name.slice(0, 200)}`
  return { what, phase, said: shortReason(failure.reason) }
}

/** Only the descriptor of a single image has one. */
function platformOf(metadata: Built['metadata'] | null): Platform | null {
  const descriptor = metadata?.['containerimage.descriptor'] as { platform?: unknown } | null | undefined
  return platformIn(descriptor?.platform)
}

function buildxEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  return {
    // Lambda and others refuse an index, which attestations would make of a single platform's image. The user's
    // own setting counts.
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    // As docker/build-push-action: what the checks of a Dockerfile find stands beside its lines.
    ...(/^(?:0|f|false)$/i.test(env['DOCKER_BUILD_CHECKS_ANNOTATIONS'] ?? '')
      ? {}
      : { BUILDX_METADATA_WARNINGS: 'true' }),
    ...env,
  }
}

/** The name of the group in the log. */
export function title(request: BuildRequest): string {
  if (request.call !== null) return `Asking the Dockerfile: ${request.call}`
  return request.push ? 'Build and push' : 'Build'
}

async function readIfThere(file: string): Promise<string> {
  return (await readFile(file, 'utf8').catch(() => '')).trim()
}
