import { mkdtemp } from 'node:fs/promises'
import path from 'node:path'
import { type Platform, platformIn } from '../../oci/types.ts'
import type { Capabilities } from '../naming.ts'
import type { BuildRequest, Built } from '../port.ts'
import { parseExporter } from '../syntax/exporters.ts'
import { buildxArguments } from './arguments.ts'
import { imageIdOf } from './image-id.ts'
import { digestOfPush, parseMetadata, publicMetadata, pushedDigest } from './metadata.ts'
import { type BuildTools, pushesItself, readResult, runBuildCommand, withResults } from './run.ts'
import { writeSecrets } from './secret-files.ts'

/**
 * Builds and, unless the image is local or left as a layout, pushes, all in one process.
 * @param version of buildx
 * @param capabilities of the builder; null if nothing depends on them
 * @throws ActionError if the build or the push fails
 */
export function buildWithBuildx(
  request: BuildRequest,
  version: string,
  capabilities: Capabilities | null,
  tools: BuildTools,
): Promise<Built> {
  return withResults(tools, async (results) => {
    const files = {
      inEngine: capabilities?.loadsWhatItPushes === true,
      metadata: path.join(results, 'metadata.json'),
      imageId: path.join(results, 'iid'),
      secrets: await writeSecrets(request.secrets, results),
      // The caller still needs it when the build is done.
      layout: request.naming === 'layout' ? await mkdtemp(path.join(tools.folder, 'layout-')) : null,
    }
    const wanted = { ...request, ...loadedOnce(request, capabilities) }
    const argumentsOf = (built: boolean, cacheFrom: readonly string[]) =>
      buildxArguments({ ...(built ? fromCache(wanted) : wanted), cacheFrom }, files, version)
    const env = buildxEnvironment(tools.env)
    const { stdout, stderr, steps } = await runBuildCommand(request, argumentsOf, titleOf(request), true, {
      ...tools,
      env,
    })
    const metadata = parseMetadata(await readResult(files.metadata))
    await annotateBuild(stderr, metadata, request, tools)
    const digest = await digestOfPush(metadata, stderr, wanted, files.layout)
    const imageId = await imageIdOf(await readResult(files.imageId), request, tools)
    const shown = publicMetadata(metadata ?? {}, digest, request, env)
    return {
      digest,
      pushedDigest: pushedDigest(stderr, request.references[0] ?? ''),
      imageId,
      platform: digest === null ? null : describedPlatform(shown),
      layout: files.layout,
      metadata: shown,
      onlyInCache: isOnlyInCache(stderr),
      answer: request.call === null ? null : stdout.trim(),
      steps,
    }
  })
}

/**
 * buildx warns of it. A line with a number is of the build itself, which prints what it wants.
 * https://github.com/docker/buildx/blob/v0.29.1/build/build.go (noOutputCheck)
 */
export function isOnlyInCache(stderr: string): boolean {
  return /^(?!#).*Build result will only remain in the build cache/m.test(stderr)
}

/**
 * The `docker` driver already loads what it pushes. With --load, or an output that does the same, it would load twice
 * at the same time under the same names, and one of the two may fail ("already exists").
 * @returns what is left of the wish to load
 */
export function loadedOnce(
  { load, naming, outputs }: Pick<BuildRequest, 'load' | 'naming' | 'outputs'>,
  capabilities: Capabilities | null,
): Pick<BuildRequest, 'load' | 'outputs'> {
  if (naming !== 'docker' || !capabilities?.loadsWhatItPushes) return { load, outputs }
  return { load: false, outputs: outputs.filter((output) => !parseExporter(output)?.loads) }
}

/** Shows errors of caches, and what the checks of the Dockerfile have found. */
async function annotateBuild(
  progress: string,
  metadata: Built['metadata'] | null,
  request: BuildRequest,
  { workspace, annotate }: BuildTools,
): Promise<void> {
  const findings = metadata?.['buildx.build.warnings']
  const cached = request.cacheFrom.length + request.cacheTo.length > 0
  if (!cached && findings === undefined) return
  const { annotateCacheErrors, annotateChecks, dockerfilePath } = await import('../failures/annotations.ts')
  if (cached) annotateCacheErrors(progress, annotate)
  annotateChecks(findings, dockerfilePath(request, workspace), annotate)
}

/**
 * The same build, when all of it has been built: every step is in the builder's cache, also one that was told to build
 * without reading it.
 */
function fromCache(request: BuildRequest): BuildRequest {
  return { ...request, noCache: false, noCacheFilters: [], pull: false }
}

/** Only the descriptor of a single image has one. */
function describedPlatform(metadata: Built['metadata']): Platform | null {
  const descriptor = metadata['containerimage.descriptor'] as { platform?: unknown } | null | undefined
  return platformIn(descriptor?.platform)
}

/** The environment of a build: what buildx would do by itself, and nobody has asked for, is turned off. */
export function buildxEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  return {
    // Attestations would make an index of a single platform's image, which Lambda and others refuse. The user's own
    // setting counts.
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    // As docker/build-push-action: what the checks of a Dockerfile find is shown beside its lines.
    ...(/^(?:0|f|false)$/i.test(env['DOCKER_BUILD_CHECKS_ANNOTATIONS'] ?? '')
      ? {}
      : { BUILDX_METADATA_WARNINGS: 'true' }),
    ...env,
  }
}

/** The title of the build's group in the log. */
function titleOf({ call, naming }: BuildRequest): string {
  if (call !== null) return `Asking the Dockerfile: ${call}`
  return pushesItself({ naming }) ? 'Build and push' : 'Build'
}
