import { canonicalPlatformName } from '../../oci/platform-names.ts'
import { joinCsv } from '../../shared/csv.ts'
import { ActionError } from '../../shared/errors.ts'
import { isObject } from '../../shared/is-object.ts'

// What `docker buildx bake --print` says that a definition builds.
// https://docs.docker.com/build/bake/reference/#target, https://github.com/docker/buildx/blob/v0.29.1/bake/bake.go

/** One target of a bake definition: overrides are applied, variables have their values, and a matrix is expanded. */
export interface BakeTarget {
  readonly name: string
  /** As given: a folder of the workspace, or what docker fetches. */
  readonly context: string
  /** Named contexts: a folder, an address, `docker-image://…`, or `target:NAME`. */
  readonly contexts: Readonly<Record<string, string>>
  /** As given: a path that starts from the context. */
  readonly dockerfile: string
  readonly dockerfileInline: string | null
  readonly args: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly tags: readonly string[]
  readonly annotations: readonly string[]
  /** Each once, and in a text of its own. None: the builder's own. */
  readonly platforms: readonly string[]
  /** The stage; null for the last one. */
  readonly target: string | null
  /** This and the lists below as docker's options take them, `type=registry,ref=…`. */
  readonly cacheFrom: readonly string[]
  readonly cacheTo: readonly string[]
  readonly output: readonly string[]
  readonly attest: readonly string[]
  readonly secret: readonly string[]
  /** `default`, or `ID=PATH,PATH`. */
  readonly ssh: readonly string[]
  readonly noCache: boolean
  readonly noCacheFilter: readonly string[]
  readonly pull: boolean
  readonly network: string | null
  readonly entitlements: readonly string[]
  readonly extraHosts: Readonly<Record<string, string>>
  readonly shmSize: string | null
  readonly ulimits: readonly string[]
  readonly call: string | null
  /** Others build upon it, and nobody asked for it: it is never pushed, and has no name. */
  readonly cacheOnly: boolean
  /** As `--print` gave it. */
  readonly raw: Readonly<Record<string, unknown>>
}

/** A Git repository that has a definition: `REPOSITORY#REF:FOLDER`. */
export interface RemoteDefinition {
  /** As docker takes it, without what follows `#`. */
  readonly repository: string
  /** A branch, a tag, another reference or a commit; empty for the repository's default branch. */
  readonly ref: string
  /** From the root of the repository, of which files and contexts are; empty for the root itself. */
  readonly folder: string
  /** With which docker and git may read it; null if there is none. */
  readonly token: string | null
}

/** The commit that a definition was read from. */
export interface PinnedDefinition extends RemoteDefinition {
  /** Its whole id. */
  readonly commit: string
}

export interface BakePlan {
  /** Those that were asked for, and those that they build upon, by their names. */
  readonly targets: readonly BakeTarget[]
  /** The commit that the definition was read from; absent for one of the workspace. */
  readonly remote?: PinnedDefinition
}

/** buildx's word for the platform of the builder. */
const BUILDERS_OWN = 'local'

/** What a target is built for, if it names nothing: what the builder has. */
export const targetPlatforms = ({ platforms }: Pick<BakeTarget, 'platforms'>): readonly string[] =>
  platforms.length > 0 ? platforms : [BUILDERS_OWN]

/** Whether that is whatever platform the builder has. */
export const isBuildersOwn = (platform: string): boolean => platform.toLowerCase() === BUILDERS_OWN

/**
 * Reads the plan of a definition.
 * @param json what `docker buildx bake --print` wrote
 * @throws ActionError for what it does not write
 */
export function parsePlan(json: string): BakePlan {
  const plan = jsonIn(json)
  const targets = isObject(plan) ? plan['target'] : null
  if (!isObject(targets) || !Object.values(targets).every(isObject)) throw notAPlan(json)
  const names = Object.keys(targets).sort()
  const all = names.map((name) => targetOf(name, targets[name] as Record<string, unknown>))
  const asked = askedFor(isObject(plan) && isObject(plan['group']) ? plan['group'] : {})
  const builtUpon = new Set(all.flatMap(({ contexts }) => Object.values(contexts)))
  return {
    targets: all.map((one) => ({
      ...one,
      // One that nobody builds upon is there because somebody asked for it, such as for a test that leaves nothing.
      cacheOnly: one.cacheOnly && !asked.has(one.name) && builtUpon.has(`target:${one.name}`),
    })),
  }
}

/** The names in the groups that were asked for, which buildx gathers in `default`. */
function askedFor(groups: Record<string, unknown>): Set<string> {
  const asked = new Set<string>()
  const left = ['default']
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (asked.has(name)) continue
    asked.add(name)
    const group = Object.hasOwn(groups, name) ? groups[name] : null
    if (isObject(group) && Array.isArray(group['targets'])) left.push(...group['targets'].map(String))
  }
  return asked
}

function jsonIn(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch {
    return null
  }
}

/** It may hold values of arguments: nothing of it is shown. */
function notAPlan(json: string): ActionError {
  return new ActionError(
    `'docker buildx bake --print' did not answer with a definition, but with ${json.length} characters of something else.`,
    'update buildx with docker/setup-buildx-action in a step before this one; 0.10 and later are known to work.',
  )
}

function targetOf(name: string, raw: Record<string, unknown>): BakeTarget {
  const text = (key: string) => textIn(raw[key])
  const output = itemsIn(raw['output'])
  return {
    name,
    context: text('context') ?? '.',
    contexts: mapIn(raw['contexts']),
    dockerfile: text('dockerfile') ?? 'Dockerfile',
    dockerfileInline: unescapedIn(raw['dockerfile-inline']),
    args: unescapedMap(raw['args']),
    labels: unescapedMap(raw['labels']),
    tags: itemsIn(raw['tags']),
    annotations: itemsIn(raw['annotations']).map(withoutHclEscapes),
    platforms: platformsIn(raw['platforms']),
    target: text('target'),
    cacheFrom: itemsIn(raw['cache-from']),
    cacheTo: itemsIn(raw['cache-to']),
    output,
    attest: itemsIn(raw['attest']),
    secret: itemsIn(raw['secret']),
    ssh: itemsIn(raw['ssh'], sshItem),
    noCache: raw['no-cache'] === true,
    noCacheFilter: itemsIn(raw['no-cache-filter']),
    pull: raw['pull'] === true,
    network: text('network'),
    entitlements: itemsIn(raw['entitlements']),
    extraHosts: unescapedMap(raw['extra-hosts']),
    shmSize: text('shm-size'),
    ulimits: itemsIn(raw['ulimits']),
    call: text('call'),
    cacheOnly: output.some((one) => /(?:^|,)type=cacheonly(?:,|$)|^cacheonly$/.test(one)),
    raw,
  }
}

const textIn = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/**
 * A list of texts; buildx 0.20 and later have an object of fields in the place of some.
 * https://github.com/docker/buildx/blob/v0.29.1/util/buildflags/cache.go
 */
function itemsIn(value: unknown, itemOf: (fields: Record<string, unknown>) => string = csvItem): string[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((item) => (typeof item === 'string' ? [item] : isObject(item) ? [itemOf(item)] : []))
}

/**
 * The platforms that a target is built for: docker splits a text at its commas, and takes two names of one platform for
 * one. The first name stays, as it is what others compare with.
 * https://github.com/docker/buildx/blob/v0.29.1/util/platformutil/parse.go
 */
function platformsIn(value: unknown): string[] {
  const names = itemsIn(value).flatMap((text) => text.split(',').map((name) => name.trim()))
  return onePerPlatform(names.filter((name) => name !== ''))
}

/**
 * The first name of each platform.
 * @param architecture of a system that stands alone; without it, that is a platform by itself
 */
export function onePerPlatform(names: readonly string[], architecture?: string): string[] {
  const known = new Map<string, string>()
  for (const name of names) {
    const canonical = canonicalPlatformName(name, architecture)
    if (!known.has(canonical)) known.set(canonical, name)
  }
  return [...known.values()]
}

const csvItem = (fields: Record<string, unknown>) =>
  joinCsv(Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`))

function sshItem({ id, paths }: Record<string, unknown>): string {
  const files = Array.isArray(paths) ? paths.map(String) : []
  return files.length === 0 ? String(id) : `${String(id)}=${files.join(',')}`
}

function mapIn(value: unknown): Record<string, string> {
  if (!isObject(value)) return {}
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

const unescapedMap = (value: unknown) =>
  Object.fromEntries(Object.entries(mapIn(value)).map(([key, text]) => [key, withoutHclEscapes(text)]))

const unescapedIn = (value: unknown) => (typeof value === 'string' ? withoutHclEscapes(value) : null)

/** buildx escapes what HCL would evaluate, in those fields that may hold it, so that its answer is a definition again. */
export const withoutHclEscapes = (text: string): string =>
  text.replaceAll('$${', '${').replaceAll('%%{', '%{')

/** The text as a definition has it. */
export const withHclEscapes = (text: string): string =>
  text.replace(/([$%])\{/g, (_, sign) => `${sign}${sign}{`)
