import { attribute, splitCsv } from '../../shared/csv.ts'
import type { Attestation, BuildInputs } from '../port.ts'
import { isEnabled } from '../syntax/attestations.ts'
import { isOn } from '../syntax/booleans.ts'
import { isRemote } from '../syntax/context.ts'
import { parseExporter } from '../syntax/exporters.ts'
import { type Needs, type Requirement, WITHOUT_TAG } from './needs.ts'

/**
 * The requirements of a build; none for a common one.
 * The versions are those whose release notes bring the option: https://github.com/docker/buildx/releases,
 * https://github.com/moby/buildkit/releases
 */
export function requirementsOf(
  build: BuildInputs,
  push: boolean,
  annotations: readonly string[] = [],
  { byDigest = false, beforeTags = false } = {},
): Requirement[] {
  const from = (input: string, values: readonly string[] | string | null, needs: Needs) =>
    [values ?? []].flat().map((value) => ({ input, value, ...needs }))
  return [
    ...from('add-hosts', build.addHosts.filter(isHostGateway), { engineDriver: GATEWAY, classic: 'both' }),
    ...from('allow', build.allow, { classic: 'none' }),
    ...from('annotations', annotations, {
      buildx: '0.12.0',
      silently: '0.11.0',
      store: true,
      classic: 'none',
    }),
    ...from('build-args', build.buildArgs.filter(isForBuildKit), { classic: 'buildkit' }),
    ...from('build-args', build.buildArgs.filter(isSourceDate), { silently: '0.11.0', classic: 'none' }),
    ...from('build-contexts', build.buildContexts, { buildx: '0.8.0', classic: 'none' }),
    ...from('builder', build.builder, { classic: 'none' }),
    ...build.attests.flatMap(attestation),
    ...from('cache-from', build.cacheFrom.filter(hasType), { classic: 'none' }),
    ...build.cacheTo.map(cacheExport),
    ...from('cache-from', build.cacheFrom.filter(hasUnknownType), OTHER_CACHE),
    ...from('cache-to', build.cacheTo.filter(hasUnknownType), OTHER_CACHE),
    ...from('cache', build.cache?.kind ?? null, {
      store: true,
      ...(build.cache?.kind === 'ecr' ? { buildkit: '0.12.0' } : {}),
      classic: 'none',
    }),
    ...from('call', build.call, { buildx: '0.15.0', classic: 'none' }),
    ...from('context', isRemote(build.context) ? build.context : null, FETCHED),
    ...from('file', isRemote(build.file ?? '') ? build.file : null, FETCHED),
    ...from('cgroup-parent', build.cgroupParent, OF_CONTAINER),
    ...from('network', /^(?:default|host|none)$/.test(build.network ?? 'default') ? null : build.network, {
      legacyOnly: NETWORK,
      classic: 'legacy',
    }),
    // The engine's old image store makes gzip of everything, and says nothing.
    ...from('compression', build.compression?.type ?? null, {
      buildkit: '0.10.0',
      store: true,
      classic: 'none',
    }),
    ...from('no-cache-filters', build.noCacheFilters, { buildx: '0.8.0', classic: 'none' }),
    ...build.outputs.map((output) => exporter(output, build, push)),
    ...several(build, push),
    ...from('gate', beforeTags ? 'before-tags' : null, WITHOUT_TAG),
    ...from('load', build.load ? 'true' : null, {
      engine: LOADS,
      ...(makesIndex(build) ? { engineStore: true } : {}),
      classic: 'both',
    }),
    ...(build.platforms.length > 1
      ? from(build.platformsFrom ?? 'platforms', build.platforms.join(','), { store: true, classic: 'none' })
      : []),
    // buildx's word, which docker itself does not know.
    ...from(
      build.platformsFrom ?? 'platforms',
      build.platforms.length === 1 ? build.platforms.filter((one) => one.toLowerCase() === 'local') : [],
      { classic: 'none' },
    ),
    ...from('push-by-digest', byDigest ? 'true' : null, WITHOUT_TAG),
    ...from('reproducible', build.reproducible ? 'true' : null, {
      buildx: '0.10.0',
      buildkit: '0.13.0',
      store: true,
      classic: 'none',
    }),
    ...notInEngine(build),
    // Its id is no secret, unlike its value.
    ...build.secrets.flatMap(({ id, from: where }) => from(SECRETS[where], id, { classic: 'buildkit' })),
    ...from('shm-size', build.shmSize, OF_CONTAINER),
    ...from('ssh', build.ssh, { classic: 'buildkit' }),
    ...from('ulimit', build.ulimits, OF_CONTAINER),
  ]
}

/** Seen with Docker 26.1. https://github.com/docker/cli/blob/v28.5.1/cli/command/image/build/context.go */
const FETCHED: Needs = {
  classic: 'buildkit',
  inLegacy: {
    why: 'without it, docker ignores much of a Dockerfile, and this one cannot be read before docker fetches it; of a Git repository, .git is added to the context, and master is built if no branch is named',
    remedy: 'check the repository out (actions/checkout) and give its folder',
  },
}

/** https://github.com/moby/buildkit/releases/tag/v0.10.0; seen with the BuildKit of Docker 20.10, which has none of it. */
const OF_CONTAINER: Needs = { buildx: '0.7.0', silently: '0.10.0', classic: 'legacy' }

/** https://docs.docker.com/build/cache/backends/ */
const CACHE_TYPES = ['azblob', 'gha', 'inline', 'local', 'registry', 's3']
const OTHER_CACHE: Needs = {
  otherBuildkit: `the type must be one of ${CACHE_TYPES.join(', ')}`,
  classic: 'none',
}

/** https://github.com/docker/buildx/blob/master/build/opt.go */
const NETWORK =
  'must be default, host or none: BuildKit joins no other network by itself; its builder does with driver-opts: network=NAME of docker/setup-buildx-action'

/** The address at which containers reach the machine, which an engine knows. */
const GATEWAY = 'host-gateway is an address that only the engine knows, and its own builder (driver docker)'

const LOADS = 'to put the image into it'

const SECRETS = { value: 'secrets', env: 'secret-envs', file: 'secret-files' } as const

/** `BUILDKIT_SYNTAX` and the like set something of BuildKit's: https://docs.docker.com/reference/dockerfile/#buildkit-built-in-build-args */
const isForBuildKit = (arg: string) => /^BUILDKIT_/.test(arg)

/** Without it, the image has the times of the build. */
const isSourceDate = (arg: string) => /^SOURCE_DATE_EPOCH(?:=|$)/.test(arg)

/** An attestation that is turned off asks for nothing. */
function attestation(attest: Attestation): Requirement[] {
  if (!isEnabled(attest)) return []
  const { input, given } = attest
  return [{ input, value: given, buildx: '0.10.0', buildkit: '0.11.0', store: true, classic: 'none' }]
}

function cacheExport(value: string): Requirement {
  const inline = attribute(splitCsv(value), 'type') === 'inline'
  return { input: 'cache-to', value, ...(inline ? {} : { store: true as const }), classic: 'none' }
}

function exporter(output: string, build: BuildInputs, push: boolean): Requirement {
  const { type, destination } = parseExporter(output) ?? { type: '', destination: null }
  // An engine without buildx either keeps an image or writes it to the disk.
  const alone = build.outputs.length === 1 && !push && (type === 'local' || type === 'tar')
  const store = type === 'oci' || (type === 'docker' && destination !== null)
  return {
    input: 'outputs',
    value: output,
    ...(store ? { store } : {}),
    ...(type === 'docker' && destination === null ? { engine: LOADS } : {}),
    ...(type === 'docker' && destination === null && makesIndex(build) ? { engineStore: true } : {}),
    ...(type === 'image' || type === 'registry' ? ofImage(output) : {}),
    classic: alone ? 'buildkit' : 'none',
  }
}

function makesIndex({ platforms, attests }: Pick<BuildInputs, 'platforms' | 'attests'>): boolean {
  return platforms.length > 1 || attests.some(isEnabled)
}

/**
 * Fields of an image that the `docker` driver passes over in silence without the containerd image store: seen with Docker
 * 28.5. https://github.com/moby/buildkit/blob/v0.25.1/README.md#imageregistry
 */
const STORED =
  /^(?:compression|compression-level|force-compression|oci-mediatypes|oci-artifact|annotation(?:-[\w-]+)?(?:\[[^\]]*\])?\..*)$/

function ofImage(output: string): Partial<Needs> {
  const names = splitCsv(output).map((field) => field.split('=', 1)[0]?.toLowerCase() ?? '')
  return {
    ...(names.some((name) => STORED.test(name)) ? { store: true as const } : {}),
    ...rewriting(output),
  }
}

/**
 * An image whose timestamps are rewritten cannot be unpacked, which the `docker` driver does with each image that the
 * engine stores. https://github.com/moby/buildkit/blob/master/docs/build-repro.md
 */
function rewriting(output: string): Partial<Needs> {
  const fields = splitCsv(output)
  if (!isOn(attribute(fields, 'rewrite-timestamp'))) return {}
  const stored = isOn(attribute(fields, 'store') ?? 'true')
  const unpacked =
    'the docker driver unpacks the image into the engine, which rewrite-timestamp excludes; add unpack=false,store=false'
  return { buildkit: '0.13.0', store: true, ...(stored ? { dockerDriver: unpacked } : {}) }
}

/** The engine's builder leaves a reproducible image out of the engine; another builder loads it by itself. */
function notInEngine({ reproducible, load, outputs }: BuildInputs): Requirement[] {
  if (!reproducible) return []
  const needs = {
    dockerDriver: 'the docker driver does not load an image that is reproducible; leave it out',
    classic: 'none' as const,
  }
  return [
    ...(load ? [{ input: 'load', value: 'true', ...needs }] : []),
    ...outputs
      .filter((output) => parseExporter(output)?.loads)
      .map((value) => ({ input: 'outputs', value, ...needs })),
  ]
}

/** More than one result of the same build. */
function several({ outputs, load }: BuildInputs, push: boolean): Requirement[] {
  const exporters = outputs.map((output) => parseExporter(output))
  const pushing = push && !exporters.some((exporter) => /^(?:image|registry)$/.test(exporter?.type ?? ''))
  const loading =
    load && !exporters.some((exporter) => exporter?.type === 'docker' && exporter.destination === null)
  const count = outputs.length + (pushing ? 1 : 0) + (loading ? 1 : 0)
  if (count < 2) return []
  const needs = { buildx: '0.13.0', buildkit: '0.13.0', classic: 'both' as const }
  const [input, value] = outputs.length > 0 ? ['outputs', outputs.join('\n')] : ['load', 'true']
  return [{ input, value: `${value}`, ...needs }]
}

function isHostGateway(host: string): boolean {
  return /[:=]host-gateway$/.test(host)
}

function hasUnknownType(cache: string): boolean {
  const type = attribute(splitCsv(cache), 'type')
  return type !== undefined && !CACHE_TYPES.includes(type)
}

function hasType(cache: string): boolean {
  return attribute(splitCsv(cache), 'type') !== undefined
}
