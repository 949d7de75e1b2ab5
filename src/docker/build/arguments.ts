import type { BuildRequest } from '../port.ts'
import { isEnabled } from '../syntax/attestations.ts'
import { parseExporter } from '../syntax/exporters.ts'
import { atLeast } from '../syntax/versions.ts'

/** What stands on disk for one build. */
export interface BuildFiles {
  readonly metadata: string
  readonly imageId: string
  /** Where an image that is pushed by its digest goes first; null where the builder pushes it itself. */
  readonly layout: string | null
  /** Values of `--secret`, which name files and variables, never values. */
  readonly secrets: readonly string[]
}

/**
 * The arguments of `docker buildx build`: a pure table from the request. Values are attached to their option, so
 * that none can be one itself.
 * @param version of buildx; what an older one does not know and does not need is left out
 */
export function buildxArguments(request: BuildRequest, files: BuildFiles, version: string): string[] {
  return [
    'buildx',
    'build',
    ...each('--allow', request.allow),
    ...each('--annotation', request.annotations),
    ...each('--build-context', request.buildContexts),
    ...each('--cache-to', request.cacheTo),
    ...each('--call', one(request.call)),
    ...each('--no-cache-filter', request.noCacheFilters),
    ...each('--attest', attests(request, version)),
    ...each('--builder', one(request.builder)),
    ...(request.load ? ['--load'] : []),
    ...pushing(request, files),
    ...each('--platform', request.platforms.length === 0 ? [] : [request.platforms.join(',')]),
    ...(atLeast(version, '0.6.0') ? each('--metadata-file', [files.metadata]) : []),
    ...(hasImageId(request) ? each('--iidfile', [files.imageId]) : []),
    ...commonArguments(request, files),
  ]
}

/** The arguments of `docker build` on an engine without buildx. */
export function classicArguments(request: BuildRequest, files: BuildFiles): string[] {
  return [
    'build',
    ...each('--platform', request.platforms),
    ...(hasImageId(request) ? each('--iidfile', [files.imageId]) : []),
    ...commonArguments(request, files),
  ]
}

/** What both have. */
function commonArguments(request: BuildRequest, files: BuildFiles): string[] {
  return [
    ...each('--add-host', request.addHosts),
    ...each('--build-arg', request.buildArgs),
    ...each('--cache-from', request.cacheFrom),
    ...each('--cgroup-parent', one(request.cgroupParent)),
    ...each('--file', one(request.file)),
    ...each('--label', request.labels),
    ...each('--network', one(request.network)),
    ...(request.noCache ? ['--no-cache'] : []),
    ...each('--output', request.outputs),
    ...(request.pull ? ['--pull'] : []),
    ...each('--secret', files.secrets),
    ...each('--shm-size', one(request.shmSize)),
    ...each('--ssh', request.ssh),
    ...each('--tag', request.byDigest ? [] : request.references),
    ...each('--target', one(request.target)),
    ...each('--ulimit', request.ulimits),
    '--',
    request.context,
  ]
}

/**
 * https://docs.docker.com/reference/cli/docker/buildx/build/#output,
 * https://github.com/moby/buildkit/blob/master/README.md#imageregistry
 */
function pushing({ push, byDigest, references }: BuildRequest, { layout }: BuildFiles): string[] {
  if (!push) return []
  if (!byDigest) return ['--push']
  if (layout !== null) return [`--output=type=oci,tar=false,"dest=${layout}"`]
  const [name = ''] = references
  return [`--output=type=image,name=${name},push-by-digest=true,name-canonical=true,push=true`]
}

/** Folders and tar archives have no image ID, and docker refuses to write one. */
function hasImageId({ outputs }: BuildRequest): boolean {
  return !outputs.some((output) => /^(?:local|tar)$/.test(parseExporter(output)?.type ?? ''))
}

/** Before 0.10 there are no attestations, and so none that would have to be turned off. */
function attests(request: BuildRequest, version: string): readonly string[] {
  return atLeast(version, '0.10.0') ? request.attests : request.attests.filter(isEnabled)
}

function each(option: string, values: readonly string[]): string[] {
  return values.map((value) => `${option}=${value}`)
}

function one(value: string | null): string[] {
  return value === null ? [] : [value]
}
