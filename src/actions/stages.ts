import type { Destination } from '../delivery/destination.ts'
import type { TagsBefore } from '../ecr/image-before.ts'
import type { BuildStep, ImageOutcome } from '../report/facts.ts'
import { cacheShare, exportIsPush, workLabel } from '../report/time.ts'
import { duration } from '../shared/duration.ts'

// The log has one line for each stage of a run, at its end: how long it took, and what came of it. Times in seconds.

/** Of a digest, as docker shortens it; the whole one is told at the end. */
export const SHORT_DIGEST = 'sha256:'.length + 12

/** `Prepared in 0.4 s: Docker 28.5.1, buildx 0.29.1; new tags: v1`. */
export const prepared = (seconds: number, facts: readonly (string | null)[]): string =>
  line('Prepared', seconds, facts, '; ')

/** Where tags go, and what they named there before. */
interface Tagging {
  readonly destinations: readonly Pick<Destination, 'uri' | 'tags'>[]
  /** By destination. */
  readonly before: readonly TagsBefore[]
}

/**
 * What tags name before the push: `new tags: v1, v1.0; latest names sha256:0123456789ab so far`. If several registries
 * differ, of each: `HOST/app (new tags: v1), HOST2/app (v1 names sha256:0123456789ab so far)`.
 * @returns null if that is not known of any, or there are no tags
 */
export function tagsSoFar({ destinations, before }: Tagging): string | null {
  const told = destinations.map(({ tags }, at) => namedBy(tags, before[at] ?? null))
  const [first = null] = told
  if (told.every((one) => one === null)) return null
  if (told.length === 1) return first
  if (told.every((one) => one === first)) {
    return `in ${told.length === 2 ? 'both' : `all ${told.length}`} registries ${first}`
  }
  return destinations.map(({ uri }, at) => `${uri} (${told[at] ?? 'not known'})`).join(', ')
}

function namedBy(tags: readonly string[], before: TagsBefore): string | null {
  if (before === null || tags.length === 0) return null
  const byImage = new Map<string, string[]>()
  for (const tag of tags) {
    const image = before.get(tag)
    const named = image && `${image.digest.slice(0, SHORT_DIGEST)}${image.active ? '' : ' (archived)'}`
    byImage.set(named ?? '', [...(byImage.get(named ?? '') ?? []), tag])
  }
  return [...byImage]
    .map(([named, some]) =>
      named === ''
        ? `new tags: ${firstOf(some)}`
        : `${firstOf(some)} ${some.length === 1 ? 'names' : 'name'} ${named} so far`,
    )
    .join('; ')
}

/** More of them are in the last lines of the log, each with its URI. */
const TAGS_TOLD = 10

function firstOf(tags: readonly string[]): string {
  const more = tags.length - TAGS_TOLD
  return `${tags.slice(0, TAGS_TOLD).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/**
 * `Built and pushed in 2.8 s: 3 of 5 build steps from the cache, export and push 0.4 s`.
 * @param push whether the export was the push too, and how long a push of its own took; null if that is not known
 */
export const builtAndPushed = (
  seconds: number,
  steps: readonly BuildStep[],
  push: { readonly inExport: boolean; readonly seconds: number | null },
): string =>
  line(
    'Built and pushed',
    seconds,
    [
      cacheShare(steps),
      ...exports(steps, push.inExport),
      push.seconds === null ? null : `push ${duration(push.seconds)}`,
    ],
    ', ',
  )

/**
 * `Built app:v1 in 2.8 s, not pushed (push: false): 3 of 5 build steps from the cache`.
 * @param names of the image; null if the build left none
 * @param onlyInCache whether the result is in a builder's cache alone
 */
export function builtOnly(
  seconds: number,
  steps: readonly BuildStep[],
  { names, onlyInCache }: { readonly names: string | null; readonly onlyInCache: boolean },
): string {
  const what = names ?? (onlyInCache ? "into the builder's cache alone" : 'without an image')
  const work = [cacheShare(steps), ...exports(steps, false)].filter((fact) => fact !== null).join(', ')
  const facts = [work, onlyInCache ? 'load: true would put the image into the engine' : ''].filter(Boolean)
  return `Built ${what} in ${duration(seconds)}, not pushed (push: false)${facts.length === 0 ? '' : `: ${facts.join('; ')}`}`
}

/**
 * What took time beside the steps of the Dockerfile. Steps may run at the same time, and one follows another's end.
 * BuildKit tells tenths of a second: of what took less, it is not said how long it took.
 */
function exports(steps: readonly BuildStep[], pushes: boolean): string[] {
  return steps.flatMap(({ name, cached, from, to }) => {
    const work = cached || to - from < 0.5 ? null : workLabel(name, pushes && exportIsPush(steps))
    return work === null ? [] : [`${work} ${duration((to - from) / 1000)}`]
  })
}

/**
 * What ECR itself said after the push: `Read back in 0.1 s: ECR has this digest under both tags`. If nothing was sent,
 * there was nothing to read back, and the time is that of the questions for outputs and summary.
 */
export function readBackLine(
  seconds: number,
  {
    tags,
    registries,
    copied,
  }: { readonly tags: number; readonly registries: number; readonly copied: boolean },
  outcome: ImageOutcome,
): string {
  const under =
    tags === 0 ? '' : ` under ${tags === 1 ? 'the tag' : tags === 2 ? 'both tags' : `all ${tags} tags`}`
  const where = registries === 1 ? '' : ` in ${registries} registries`
  if (outcome === 'exists') {
    return line('Read the image', seconds, [`ECR has this digest${under}${where} already`], ', ')
  }
  const facts = [`ECR has this digest${under}${where}`, outcome === 'unchanged' ? 'as it did before' : null]
  return line(`${copied ? 'Copied and read' : 'Read'} back`, seconds, facts, ', ')
}

function line(what: string, seconds: number, facts: readonly (string | null)[], between: string): string {
  const told = facts.filter((fact) => fact !== null)
  return `${what} in ${duration(seconds)}${told.length === 0 ? '' : `: ${told.join(between)}`}`
}
