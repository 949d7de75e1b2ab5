import { joinCsv } from '../../shared/csv.ts'
import type { BuildRequest } from '../port.ts'
import { isEnabled } from '../syntax/attestations.ts'
import { parseExporter } from '../syntax/exporters.ts'
import { atLeast } from '../syntax/versions.ts'

/** The files of one build. */
export interface BuildFiles {
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
    '--cache-to': request.cacheTo,
    '--call': request.call,
    '--load': request.load,
    '--metadata-file': atLeast(version, '0.6.0') ? files.metadata : null,
    '--no-cache-filter': request.noCacheFilters,
    '--platform': request.platforms.join(',') || null,
    '--push': request.naming === 'docker',
  }
  const options = { ...own, ...commonOptions(request, files) }
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
    '--build-arg': request.buildArgs,
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
function unnamedImage({ naming, references }: BuildRequest, { layout }: BuildFiles): string[] {
  if (naming === 'layout') return [`--output=${joinCsv(['type=oci', 'tar=false', `dest=${layout}`])}`]
  if (naming !== 'digest') return []
  return [`--output=type=image,name=${references[0] ?? ''},push-by-digest=true,name-canonical=true,push=true`]
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
