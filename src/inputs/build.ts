import { isRemote } from '../docker/context.ts'
import type { BuildInputs, CachePreset } from '../docker/port.ts'
import { attribute, splitCsv } from '../shared/csv.ts'
import { readAttestations } from './attestations.ts'
import { readCachePreset } from './cache.ts'
import { readBuildContexts, readContext } from './context.ts'
import { readOutputs } from './exporters.ts'
import type { Reader } from './reader.ts'
import { readSecrets } from './secrets.ts'

const PLATFORM = /^[A-Za-z0-9][A-Za-z0-9_.()+-]*(?:\/[A-Za-z0-9_.()+-]+){0,2}$/
const CALL = /^(?:build|check|lint|outline|targets)(?:,[a-z]+(?:=[a-z]+)?)*$/
const SIZE = /^\d+(?:\.\d+)?\s*(?:b|[kmgtp](?:i?b)?)?$/i

/**
 * Every build input.
 * @param push whether the image is to be pushed, which some of them exclude
 */
export function readBuild(reader: Reader, push: boolean): BuildInputs {
  const { context, file } = readContext(reader)
  const target = reader.matching(
    'target',
    /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/,
    "must be the name of a stage of the Dockerfile (letters, digits, '.', '_' and '-')",
  )
  const platforms = readPlatforms(reader)
  return {
    context,
    file,
    target,
    platforms,
    buildArgs: reader.matchingList(
      'build-args',
      'no',
      /^[a-zA-Z_][a-zA-Z0-9_]*(?:=|$)/,
      'must be KEY=value, or KEY for the value in the environment',
    ),
    buildContexts: readBuildContexts(reader),
    secrets: readSecrets(reader, isRemote(context) ? context : null),
    ssh: reader.matchingList(
      'ssh',
      'unquoted',
      /^[A-Za-z0-9_.-]+(?:=.+)?$/,
      "must be 'default', or ID=SOCKET or ID=KEYFILE",
    ),
    ...readCaches(reader),
    cache: readCache(reader, { platforms, target }),
    noCache: reader.boolean('no-cache', false),
    noCacheFilters: reader.matchingList(
      'no-cache-filters',
      'yes',
      /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/,
      'must be names of stages of the Dockerfile',
    ),
    pull: reader.boolean('pull', false),
    addHosts: reader.matchingList(
      'add-hosts',
      'yes',
      /^[^\s:=]+[:=]\S+$/,
      'must be host:ip, such as docker:10.180.0.1',
    ),
    allow: reader.matchingList(
      'allow',
      'yes',
      /^[a-z]+(?:\.[a-z]+)*(?:=.*)?$/,
      'must be an entitlement, such as network.host or security.insecure',
    ),
    attests: readAttestations(reader),
    builder: reader.matching('builder', /^[a-zA-Z0-9][a-zA-Z0-9._/-]*$/, 'must be the name of a builder'),
    call: readCall(reader),
    cgroupParent: reader.matching('cgroup-parent', /^\S+$/, 'must be the name of a control group'),
    network: reader.matching('network', /^[a-zA-Z0-9][a-zA-Z0-9_.:-]*$/, 'must be default, host or none'),
    outputs: readOutputs(reader, push),
    load: reader.boolean('load', false),
    shmSize: reader.matching('shm-size', SIZE, 'must be a size, such as 2g or 512m'),
    ulimits: reader.matchingList(
      'ulimit',
      'no',
      /^[a-z]+=-?\d+(?::-?\d+)?$/,
      'must be type=soft[:hard], such as nofile=1024:1024',
    ),
  }
}

/** `build` is what happens anyway. */
function readCall(reader: Reader): string | null {
  const call = reader.matching(
    'call',
    CALL,
    'must be check, outline, targets or build, with options such as check,format=json behind it',
  )
  return call === null || call === 'build' ? null : call
}

/** A quoted list is one item with commas in it. */
function readPlatforms(reader: Reader): string[] {
  const platforms = reader.matchingList(
    'platforms',
    'yes',
    PLATFORM,
    'must be OS/ARCHITECTURE[/VARIANT], such as linux/amd64 or linux/arm/v7',
  )
  return [...new Set(platforms)]
}

/** Attributes of caches that are secrets, whatever line they stand on. */
const SECRET_ATTRIBUTES = ['token', 'ghtoken', 'secret_access_key', 'session_token']

function readCaches(reader: Reader): Pick<BuildInputs, 'cacheFrom' | 'cacheTo'> {
  const read = (name: string) => {
    const items = reader.list(name, { commas: 'no' })
    for (const item of items) checkCache(reader, name, item)
    return items
  }
  return { cacheFrom: read('cache-from'), cacheTo: read('cache-to') }
}

function checkCache(reader: Reader, name: string, item: string): void {
  try {
    const fields = splitCsv(item)
    for (const key of SECRET_ATTRIBUTES) {
      const secret = attribute(fields, key)
      if (secret) reader.source.mask?.(secret)
    }
    if (fields.length > 1 && !attribute(fields, 'type')) {
      reader.problem(name, item, 'must be an image reference, or type=TYPE,…, such as type=gha,mode=max')
    }
  } catch (error) {
    reader.problem(name, item, `is not comma-separated: ${(error as Error).message}`)
  }
}

/** The preset stands for both lists, so that neither can be given beside it. */
function readCache(reader: Reader, build: Parameters<typeof readCachePreset>[1]): CachePreset | null {
  const preset = readCachePreset(reader, build)
  const besides = ['cache-from', 'cache-to'].find((name) => reader.text(name) !== '')
  if (preset !== null && besides !== undefined) {
    reader.problem(
      'cache',
      preset.kind,
      `stands for cache-from and cache-to; leave out ${besides}, or the preset`,
    )
  }
  return preset
}
