import { createHash } from 'node:crypto'
import path from 'node:path'
import type { BuildInputs, CachePreset } from '../docker/port.ts'
import { parseDockerBoolean } from '../docker/syntax/booleans.ts'
import { isRemote } from '../docker/syntax/context.ts'
import { isReference } from '../docker/syntax/references.ts'
import { attribute, splitRecord, wholeAttribute } from '../shared/csv.ts'
import { oneOf } from '../shared/one-of.ts'
import { outOfBoundsOrLinked } from './confinement.ts'
import { defaultContext } from './context.ts'
import { readDefaultBranch, readGitHubRun } from './github.ts'
import type { Reader } from './reader.ts'
import { readFields, requireKeys } from './records.ts'

type ToldApart = Pick<BuildInputs, 'platforms' | 'target' | 'context' | 'file'>

/**
 * The inputs `cache-from`, `cache-to` and `cache`.
 * @param build what tells this build from others of the same repository and branch
 */
export function readCaches(
  reader: Reader,
  build: ToldApart,
): Pick<BuildInputs, 'cacheFrom' | 'cacheTo' | 'cache'> {
  const caches = {
    cacheFrom: readCacheList(reader, 'cache-from'),
    cacheTo: readCacheList(reader, 'cache-to'),
    cache: readPreset(reader, build),
  }
  // The preset stands for both lists.
  const besides = (['cache-from', 'cache-to'] as const).find((name) => reader.text(name) !== '')
  if (caches.cache !== null && besides !== undefined) {
    reader.problem(
      'cache',
      caches.cache.kind,
      `stands for cache-from and cache-to; leave out ${besides}, or the preset`,
    )
  }
  return caches
}

/** Attributes of caches that are secrets, wherever they stand. */
const SECRET_ATTRIBUTES = ['token', 'ghtoken', 'secret_access_key', 'session_token']

function readCacheList(reader: Reader, name: 'cache-from' | 'cache-to'): string[] {
  const items = reader.list(name, 'records')
  for (const item of items) checkCache(reader, name, item)
  return items
}

/** https://github.com/docker/buildx/blob/v0.29.1/util/buildflags/cache.go */
function checkCache(reader: Reader, name: 'cache-from' | 'cache-to', item: string): void {
  // Also in an item that is not CSV: the problem shows it.
  for (const [, secret = ''] of item.matchAll(SECRET_IN_TEXT)) if (secret !== '') reader.source.mask?.(secret)
  const fields = readFields(reader, name, item)
  if (fields === null) return
  for (const key of SECRET_ATTRIBUTES) {
    const secret = attribute(fields, key)
    if (secret) reader.source.mask?.(secret)
  }
  // Image references alone, of which docker takes several.
  if (!item.includes('=')) {
    if (!fields.every(isReference)) reader.problem(name, item, RULE)
    return
  }
  // docker's reader of caches keeps them, so that ` mode=max` is a field that it does not know, and passes over.
  if (splitRecord(item).some((field) => /^\s|^[^=]*\s=/.test(field))) {
    reader.problem(name, item, 'must have no blanks around the names of its fields')
    return
  }
  const type = attribute(fields, 'type')
  if (!type) reader.problem(name, item, RULE)
  else {
    requireKeys(reader, name, item, fields)
    checkPlace(reader, name, item, [type, fields])
  }
}

const RULE = 'must be an image reference, or type=TYPE,…, such as type=gha,mode=max'

/** https://github.com/moby/buildkit/blob/master/client/solve.go (parseCacheOptions) */
function checkPlace(
  reader: Reader,
  name: 'cache-from' | 'cache-to',
  item: string,
  [type, fields]: readonly [type: string, fields: readonly string[]],
): void {
  const folder = name === 'cache-to' ? 'dest' : 'src'
  const ref = attribute(fields, 'ref')
  if (name === 'cache-to') checkExport(reader, item, fields)
  if (type === 'local') checkFolder(reader, name, item, [folder, fields])
  if (type !== 'registry') return
  if (!ref) reader.problem(name, item, 'needs ref=IMAGE, the image that holds the cache')
  else if (!isReference(ref)) reader.problem(name, item, 'ref must be the name of an image')
}

function checkFolder(
  reader: Reader,
  name: 'cache-from' | 'cache-to',
  item: string,
  [key, fields]: readonly [key: 'dest' | 'src', fields: readonly string[]],
): void {
  const given = attribute(fields, key)
  if (!given) {
    reader.problem(name, item, `needs ${key}=FOLDER`)
    return
  }
  // docker keeps the blanks around it, as a part of the name.
  const misplaced = outOfBoundsOrLinked(reader.source, wholeAttribute(splitRecord(item), key) ?? '')
  if (misplaced !== null) reader.problem(name, item, `${given} ${misplaced}`)
}

const BOOLEANS_OF_EXPORT = ['image-manifest', 'oci-mediatypes', 'ignore-error']
const CHOICES_OF_EXPORT = { mode: ['min', 'max'], compression: ['gzip', 'zstd', 'estargz', 'uncompressed'] }

/**
 * What BuildKit refuses when everything is built, or takes for the default without a word (`mode`, `ignore-error`).
 * https://github.com/moby/buildkit/blob/v0.26.0/cache/remotecache/registry/registry.go, solver/llbsolver/solver.go,
 * util/compression/attrs.go; Go's gzip knows the levels -2 to 9: https://pkg.go.dev/compress/gzip#NewWriterLevel
 */
function checkExport(reader: Reader, item: string, fields: readonly string[]): void {
  for (const key of BOOLEANS_OF_EXPORT) {
    const value = attribute(fields, key)
    if (value !== undefined && parseDockerBoolean(value) === null) {
      reader.problem('cache-to', item, `${key} must be true or false`)
    }
  }
  for (const [key, values] of Object.entries(CHOICES_OF_EXPORT)) {
    const value = attribute(fields, key)
    if (value !== undefined && !values.includes(value)) {
      reader.problem('cache-to', item, `${key} must be ${oneOf(values)}`)
    }
  }
  const force = attribute(fields, 'force-compression')
  if (force !== undefined && force !== '' && parseDockerBoolean(force) === null) {
    reader.problem('cache-to', item, 'force-compression must be true or false')
  }
  const level = attribute(fields, 'compression-level')
  if (level === undefined) return
  const kind = attribute(fields, 'compression') ?? 'gzip'
  if (!/^[+-]?\d{1,18}$/.test(level)) {
    reader.problem('cache-to', item, 'compression-level must be a whole number, such as 3')
  } else if (/^(?:gzip|estargz)$/.test(kind) && !(Number(level) >= -2 && Number(level) <= 9)) {
    reader.problem('cache-to', item, `compression-level of ${kind} must be a whole number from 0 to 9`)
  }
}

const SECRET_IN_TEXT = new RegExp(`\\b(?:${SECRET_ATTRIBUTES.join('|')})\\s*=\\s*([^",\\s]+)`, 'gi')

function readPreset(reader: Reader, build: ToldApart): CachePreset | null {
  const parts = [
    ...build.platforms,
    ...(build.target === null ? [] : [build.target]),
    ...whichImage(build, reader.source),
  ]
  return readPresetFor(reader, parts.length === 0 ? '' : slug(parts.join('-').replaceAll('/', '-')))
}

/**
 * The input `cache`.
 * @param variant tells builds of the same repository and branch apart
 */
export function readPresetFor(reader: Reader, variant: string): CachePreset | null {
  const kind = reader.matching('cache', /^(?:ecr|gha|none)$/, 'must be ecr, gha or none')
  if (kind !== 'ecr' && kind !== 'gha') return null
  const { env } = reader.source
  return {
    kind,
    // GitHub itself falls back from the cache of a branch to that of the default branch.
    scopes: kind === 'ecr' ? readScopes(env) : [],
    hasGitHubCache: Boolean(
      env['ACTIONS_RUNTIME_TOKEN'] && (env['ACTIONS_RESULTS_URL'] || env['ACTIONS_CACHE_URL']),
    ),
    variant,
  }
}

/**
 * Which image of the repository is built: the folder of the context and the Dockerfile, as far as they are not the
 * root and its `Dockerfile`. Blanks, which no other part has, give the tag a checksum.
 */
function whichImage(
  { context, file }: Pick<BuildInputs, 'context' | 'file'>,
  { cwd, env }: Reader['source'],
): string[] {
  const remote = isRemote(context)
  const folder = remote ? remoteFolder(context, env) : path.relative(cwd, context)
  const isDefault =
    file === null || (remote ? file === 'Dockerfile' : /^dockerfile$/i.test(path.relative(context, file)))
  const dockerfile = isDefault ? '' : remote || isRemote(file) ? file : path.relative(cwd, file)
  return [
    ...(folder === '' ? [] : [`context ${folder}`]),
    ...(dockerfile === '' ? [] : [`file ${dockerfile}`]),
  ]
}

/** A context that docker fetches, without the commit or ref: of the run's own repository, the folder alone. */
function remoteFolder(context: string, env: Reader['source']['env']): string {
  const [, address = '', rest = ''] = /^([^#?]*)(.*)$/.exec(context) ?? []
  const folder = /^#[^:]*:(.+)$/.exec(rest)?.[1] ?? /[?&]subdir=([^&#]+)/.exec(rest)?.[1] ?? ''
  const own = defaultContext(env)?.split('#', 1)[0]
  return address === own ? folder : `${address} ${folder}`.trim()
}

/** The branch of the run, then the one it would be merged into, then the default branch. */
function readScopes(env: Readonly<Record<string, string | undefined>>): string[] {
  const { ref, baseBranch } = readGitHubRun(env)
  const names = [nameOf(ref), baseBranch, readDefaultBranch(env)]
  return [...new Set(names.filter((name) => name !== null))].map(slug)
}

/** All Git tags share one cache: a tag is hardly ever built twice. */
function nameOf(ref: string): string {
  const [, kind, rest = ''] = /^refs\/(heads|tags|pull)\/(.+)$/.exec(ref) ?? []
  if (kind === 'tags') return 'tags'
  if (kind === 'pull') return `pull/${rest.replace(/\/(?:merge|head)$/, '')}`
  return rest || ref || 'local'
}

/** A part of a tag for any name. Two names that would become the same are told apart by a checksum. */
export function slug(name: string): string {
  const clean = name.replace(/[^a-zA-Z0-9_.-]+/g, '-').slice(0, 40)
  if (clean === name) return name
  return `${clean}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}
