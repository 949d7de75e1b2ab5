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
  return [
    'buildx',
    'build',
    ...each('--allow', request.allow),
    ...each('--annotation', request.annotations),
    ...each('--build-context', request.buildContexts),
    ...each('--cache-to', request.cacheTo),
    ...each('--call', request.call),
    ...each('--no-cache-filter', request.noCacheFilters),
    ...each('--attest', attests(request, version)),
    ...each('--builder', request.builder),
    ...(request.load ? ['--load'] : []),
    ...pushing(request, files),
    ...each('--platform', request.platforms.join(',') || null),
    ...each('--metadata-file', atLeast(version, '0.6.0') ? files.metadata : null),
    ...each('--iidfile', hasImageId(request) ? files.imageId : null),
    ...commonArguments(request, files),
  ]
}

/** The arguments of `docker build` on an engine without buildx. */
export function classicArguments(request: BuildRequest, files: BuildFiles): string[] {
  return [
    'build',
    ...each('--platform', request.platforms),
    ...each('--iidfile', hasImageId(request) ? files.imageId : null),
    ...commonArguments(request, files),
  ]
}

/** The arguments that both have. */
function commonArguments(request: BuildRequest, files: BuildFiles): string[] {
  return [
    ...each('--add-host', request.addHosts),
    ...each('--build-arg', request.buildArgs),
    ...each('--cache-from', request.cacheFrom),
    ...each('--cgroup-parent', request.cgroupParent),
    ...each('--file', request.file),
    ...each('--label', request.labels),
    ...each('--network', request.network),
    ...(request.noCache ? ['--no-cache'] : []),
    ...each('--output', request.outputs),
    ...(request.pull ? ['--pull'] : []),
    ...each('--secret', files.secrets),
    ...each('--shm-size', request.shmSize),
    ...each('--ssh', request.ssh),
    ...each('--tag', namesByTag(request) ? request.references : []),
    ...each('--target', request.target),
    ...each('--ulimit', request.ulimits),
    '--',
    request.context,
  ]
}

/**
 * How the image leaves the builder.
 * https://docs.docker.com/reference/cli/docker/buildx/build/#output,
 * https://github.com/moby/buildkit/blob/master/README.md#imageregistry
 */
function pushing({ naming, references }: BuildRequest, { layout }: BuildFiles): string[] {
  switch (naming) {
    case 'local':
      return []
    case 'docker':
      return ['--push']
    case 'digest':
      return [
        `--output=type=image,name=${references[0] ?? ''},push-by-digest=true,name-canonical=true,push=true`,
      ]
    case 'layout':
      return [`--output=type=oci,tar=false,"dest=${layout}"`]
  }
}

/** Otherwise the one reference is a repository, and the caller puts the tags. */
function namesByTag({ naming }: BuildRequest): boolean {
  return naming === 'docker' || naming === 'local'
}

/** Folders and tar archives have no image ID, and docker refuses to write one. */
function hasImageId({ outputs }: BuildRequest): boolean {
  return !outputs.some((output) => /^(?:local|tar)$/.test(parseExporter(output)?.type ?? ''))
}

/** Before 0.10 buildx has no attestations, and none has to be turned off. */
function attests(request: BuildRequest, version: string): readonly string[] {
  return atLeast(version, '0.10.0') ? request.attests : request.attests.filter(isEnabled)
}

/** The option with each value; nothing for null. */
function each(option: string, values: readonly string[] | string | null): string[] {
  return [values ?? []].flat().map((value) => `${option}=${value}`)
}
