import { isObject } from '../../shared/is-object.ts'
import { type BakePlan, withHclEscapes } from './plan.ts'

/** How one target is built, where that is not as the definition has it. */
export interface TargetBuild {
  readonly name: string
  /** `key=value`. */
  readonly labels: readonly string[]
  /** `level:key=value`. */
  readonly annotations: readonly string[]
  readonly cacheFrom: readonly string[]
  readonly cacheTo: readonly string[]
  /** Values of `--output`. */
  readonly output: readonly string[]
  /** Values of `--attest`. */
  readonly attest: readonly string[]
  readonly noCache: boolean
  readonly pull: boolean
}

/** How a target is built whatever it is for. */
export interface Anew {
  /** By target, whether it is built without its cache, and asks for newer base images. */
  readonly requests: ReadonlyMap<string, { readonly noCache: boolean; readonly pull: boolean }>
  /** Targets that an earlier attempt has built: all of them is in the builder's cache, and stays as it is. */
  readonly built: ReadonlySet<string>
}

/** Fields that buildx has escaped in its answer. */
const ESCAPED = new Set(['args', 'labels', 'annotations', 'extra-hosts', 'dockerfile-inline'])

/**
 * The definition that is built: the plan that was checked, and nothing that could change since, such as a variable or a
 * date in a definition. No target has tags: each is pushed by its digest, and named later. Those that are not built by
 * themselves stay for those that build upon them.
 * @returns JSON for `docker buildx bake --file`
 */
export function definitionOf(
  plan: BakePlan,
  builds: readonly TargetBuild[],
  { requests, built }: Anew,
): string {
  const target = Object.fromEntries(
    plan.targets.map(({ name, raw, cacheOnly }) => {
      const { tags: _, description: __, inherits: ___, output: ____, ...kept } = raw
      const fields = Object.fromEntries(
        Object.entries(kept).map(([key, value]) => [key, ESCAPED.has(key) ? value : escapedIn(value)]),
      )
      const build = builds.find((one) => one.name === name)
      const { noCache, pull } = requests.get(name) ?? { noCache: false, pull: false }
      const own =
        build === undefined
          ? {
              output: ['type=cacheonly'],
              // Of one that is left out this time, another run has kept the cache.
              ...(cacheOnly ? {} : { 'cache-to': undefined }),
              ...(noCache ? { 'no-cache': true } : {}),
              ...(pull ? { pull: true } : {}),
            }
          : changes(build)
      return [name, { ...fields, ...own, ...(built.has(name) ? FROM_CACHE : {}) }]
    }),
  )
  return JSON.stringify({ target })
}

const FROM_CACHE = { 'no-cache': false, pull: false, 'no-cache-filter': undefined }

function changes({
  labels,
  annotations,
  cacheFrom,
  cacheTo,
  output,
  attest,
  noCache,
  pull,
}: TargetBuild): Record<string, unknown> {
  // What is undefined is left out.
  const texts = (values: readonly string[]) => (values.length === 0 ? undefined : values.map(withHclEscapes))
  return {
    labels: Object.fromEntries(labels.map(pairOf)),
    annotations: texts(annotations),
    'cache-from': texts(cacheFrom),
    'cache-to': texts(cacheTo),
    output: texts(output),
    attest: texts(attest),
    'no-cache': noCache,
    pull,
  }
}

function pairOf(line: string): [string, string] {
  const equals = line.indexOf('=')
  return equals < 0 ? [line, ''] : [line.slice(0, equals), withHclEscapes(line.slice(equals + 1))]
}

/** What HCL would evaluate in a text of JSON, it takes as it is. */
function escapedIn(value: unknown): unknown {
  if (typeof value === 'string') return withHclEscapes(value)
  if (Array.isArray(value)) return value.map(escapedIn)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escapedIn(inner)]))
}
