import { joinCsv } from '../../shared/csv.ts'
import type { BuildRequest } from '../port.ts'
import { isEnabled } from '../syntax/attestations.ts'
import {
  compressedCaches,
  compressionFields,
  isImageOutput,
  takesCompression,
  withFields,
} from '../syntax/compression.ts'
import { parseExporter } from '../syntax/exporters.ts'
import { atLeast } from '../syntax/versions.ts'

/** The files of one build, and what builds. */
export interface BuildFiles {
  /** Whether it is the engine's own builder, which unpacks and keeps what it pushes. */
  readonly inEngine?: boolean
  readonly metadata: string
  readonly imageId: string
  /** The folder for the image as an OCI layout, which `naming: 'layout'` needs; null for every other. */
  readonly layout: string | null
  /** Values of `--secret`, which name files and variables, never values. */
  readonly secrets: readonly string[]
}

/**
 * The arguments of `docker buildx build`: a pure table from the request. Each value is attached to its option, so that
 * no value can be an option.
 * @param version of buildx; what an older one does not know and does not need is left out
 */
export function buildxArguments(request: BuildRequest, files: BuildFiles, version: string): string[] {
  const own: Options = {
    '--allow': request.allow,
    '--annotation': request.annotations,
    '--attest': attests(request, version),
    '--build-context': request.buildContexts,
    '--builder': request.builder,
    '--cache-to': compressedCaches(request.cacheTo, request.compression),
    '--call': request.call,
    '--load': request.load,
    '--metadata-file': atLeast(version, '0.6.0') ? files.metadata : null,
    '--no-cache-filter': request.noCacheFilters,
    '--platform': request.platforms.join(',') || null,
  }
  const options = { ...own, ...commonOptions(request, files), ...leaving(request, files) }
  return ['buildx', 'build', ...unnamedImage(request, files), ...written(options), '--', request.context]
}

/**
 * The arguments of `docker build` on an engine without buildx.
 * @param legacy whether the legacy builder builds, which leaves the container of a step that failed unless it is told
 */
export function classicArguments(request: BuildRequest, files: BuildFiles, legacy: boolean): string[] {
  const own = { '--force-rm': legacy, '--platform': request.platforms }
  const options = { ...own, ...commonOptions(request, files) }
  return ['build', ...written(options), '--', request.context]
}

/** The values of each option; true for one that has none, null or false to leave it out. */
type Options = Readonly<Record<string, readonly string[] | string | boolean | null>>

function commonOptions(request: BuildRequest, files: BuildFiles): Options {
  return {
    '--add-host': request.addHosts,
    '--build-arg': withDate(request),
    '--cache-from': request.cacheFrom,
    '--cgroup-parent': request.cgroupParent,
    '--file': request.file,
    '--iidfile': hasImageId(request) ? files.imageId : null,
    '--label': request.labels,
    '--network': request.network,
    '--no-cache': request.noCache,
    '--output': request.outputs,
    '--pull': request.pull,
    '--secret': files.secrets,
    '--shm-size': request.shmSize,
    '--ssh': request.ssh,
    '--tag': namesByTag(request) ? request.references : null,
    '--target': request.target,
    '--ulimit': request.ulimits,
  }
}

function written(options: Options): string[] {
  return Object.entries(options).flatMap(([option, values]) => {
    if (typeof values === 'boolean') return values ? [option] : []
    return [values ?? []].flat().map((value) => `${option}=${value}`)
  })
}

/**
 * How an image leaves the builder that docker gives no name.
 * https://docs.docker.com/reference/cli/docker/buildx/build/#output,
 * https://github.com/moby/buildkit/blob/master/README.md#imageregistry
 */
export function unnamedImage(
  { naming, references, compression, reproducible }: BuildRequest,
  { layout, inEngine }: Pick<BuildFiles, 'layout' | 'inEngine'>,
): string[] {
  if (naming === 'layout') {
    const fields = [...compressionFields(compression), ...timestampFields(reproducible)]
    return [`--output=${joinCsv(['type=oci', 'tar=false', `dest=${layout}`, ...fields])}`]
  }
  if (naming !== 'digest') return []
  const fields = [...compressionFields(compression), ...timestampFields(reproducible, inEngine)]
  const image = `type=image,name=${references[0] ?? ''},push-by-digest=true,name-canonical=true,push=true`
  return [`--output=${withFields(image, fields)}`]
}

/** The user's outputs, and docker's push, which is an output of its own only if it has to say more than that. */
function leaving(
  {
    naming,
    outputs,
    compression,
    reproducible,
  }: Pick<BuildRequest, 'naming' | 'outputs' | 'compression' | 'reproducible'>,
  { inEngine }: BuildFiles,
): Options {
  const fields = [...compressionFields(compression), ...timestampFields(reproducible, inEngine)]
  const ofArchive = [...compressionFields(compression), ...timestampFields(reproducible)]
  const pushes = naming === 'docker'
  const compressed = outputs.map((output) =>
    takesCompression(output) ? withFields(output, isImageOutput(output) ? fields : ofArchive) : output,
  )
  // docker makes the push a part of such an output of the user's.
  if (!pushes || fields.length === 0 || outputs.some(isImageOutput)) {
    return { '--output': compressed, '--push': pushes }
  }
  return { '--output': [...compressed, withFields('type=image,push=true', fields)] }
}

/**
 * What an exporter is told for a reproducible image. The engine's own builder would unpack it, which excludes that.
 * https://github.com/moby/buildkit/blob/v0.26.2/docs/build-repro.md
 */
function timestampFields(reproducible: boolean, inEngine = false): string[] {
  if (!reproducible) return []
  return ['rewrite-timestamp=true', ...(inEngine ? ['unpack=false', 'store=false'] : [])]
}

/**
 * The user's own date counts, if it has a value. Without one BuildKit rewrites no times, and says nothing; a name alone
 * is that of the job's variable, which is the date that we have.
 */
function withDate({
  sourceDate = null,
  buildArgs,
}: Pick<BuildRequest, 'sourceDate' | 'buildArgs'>): readonly string[] {
  if (sourceDate === null || buildArgs.some((arg) => /^SOURCE_DATE_EPOCH=./.test(arg))) return buildArgs
  const others = buildArgs.filter((arg) => !/^SOURCE_DATE_EPOCH=?$/.test(arg))
  return [...others, `SOURCE_DATE_EPOCH=${sourceDate}`]
}

/** Otherwise the one reference is a repository, and the caller puts the tags. */
function namesByTag({ naming }: BuildRequest): boolean {
  return naming === 'docker' || naming === 'local'
}

/** Folders and tar archives have no image ID, and docker refuses to write one. */
export function hasImageId({ outputs }: Pick<BuildRequest, 'outputs'>): boolean {
  return !outputs.some((output) => /^(?:local|tar)$/.test(parseExporter(output)?.type ?? ''))
}

/** Before 0.10 buildx has no attestations, and none has to be turned off. */
function attests(request: BuildRequest, version: string): readonly string[] {
  const known = atLeast(version, '0.10.0') ? request.attests : request.attests.filter(isEnabled)
  return known.map(({ value }) => value)
}
