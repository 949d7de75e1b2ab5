import { consolePlace } from '../delivery/console-place.ts'
import type { Report } from '../delivery/report.ts'
import type { HeldImage } from '../ecr/types.ts'
import type { ImageOutcome, Place } from '../report/facts.ts'
import { imageUris } from '../report/outputs.ts'
import type { Work } from './work.ts'

// What is told of an image that has arrived.

const isCopied = ({ holders }: Report) => holders.some(({ how }) => how === 'copied')

/** What the delivery did, for people, in the summary as in the log. */
export function deliveryName(report: Report, outcome: ImageOutcome): string {
  if (outcome === 'exists') return 'reading the image'
  if (isCopied(report)) return 'copies and read-back'
  return report.holders.some(({ how }) => how === 'tagged') ? 'tags and read-back' : 'read-back'
}

/** `unchanged` only if it is known of every tag in every registry that it named the image before. */
export function outcomeOf(report: Report, digest: string, { before }: Pick<Work, 'before'>): ImageOutcome {
  if (!report.written) return 'exists'
  const isSame = (held: HeldImage | undefined) => held?.digest === digest && held.active
  const unchanged = report.holders.every(
    ({ destination: { tags }, written }, at) =>
      !written || (tags.length > 0 && tags.every((tag) => isSame(before[at]?.get(tag)))),
  )
  return unchanged ? 'unchanged' : 'pushed'
}

/** For the line of the log about the read-back. */
export function countsOf(report: Report): {
  readonly tags: number
  readonly registries: number
  readonly copied: boolean
} {
  const tags = report.holders.reduce((sum, { destination }) => sum + destination.tags.length, 0)
  return { tags, registries: report.holders.length, copied: isCopied(report) }
}

/** For the summary. */
export function placesOf({ holders }: Report, digest: string): Place[] {
  return holders.map(({ destination, put }) => ({
    uri: destination.uri,
    tags: destination.tags,
    put,
    uris: imageUris(destination, digest),
    console: consolePlace(destination),
    created: destination.created !== 'no',
  }))
}
