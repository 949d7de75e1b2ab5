import type { Ecr } from '../ecr/port.ts'
import type { ScanAnswer, Scans } from '../ecr/scans.ts'
import type { HeldImage, PlatformImage, Repository } from '../ecr/types.ts'
import { ActionError, messageOf } from '../shared/errors.ts'
import { together } from '../shared/together.ts'
import { ENDED_WELL, scannedImage } from './scan.ts'
import { describeStatus } from './scan-statuses.ts'
import { addKnown, type Known, type Thresholds } from './weigh.ts'

/** What the image before this run had. */
export interface Baseline {
  /** Empty if nothing is known of it: then everything is new. */
  readonly known: Known
  /** What it is compared with, or why with nothing, for the log and the summary. */
  readonly line: string
  /** The digest of the image before; null if there is none to compare with. */
  readonly digest: string | null
}

/** Compares with the image before an image that this run pushed, or found, by its digest. */
export type Comparing = (digest: string) => Promise<Baseline>

/**
 * Finds what the tags name before this run. The image before is that of the first of them that names another image than
 * this run's, as in the summary: one that a run without a gate has put under a tag is not to be compared with itself.
 * Findings that cannot be had fail nothing: what is not known of it is new.
 * @param tags those that the image is to get, none of an image that is pushed by its digest; null if this run makes the
 * repository
 * @param thresholds those of this run: what met them in the image before is known, and does not fail
 */
export async function prepareBaseline(
  scans: Scans,
  ecr: Pick<Ecr, 'findImages'>,
  repository: Repository,
  tags: readonly string[] | null,
  thresholds: Thresholds,
): Promise<Comparing> {
  const everything = (why: string): Baseline => ({
    known: new Map(),
    line: `scan-baseline: ${why}, so that every finding is new`,
    digest: null,
  })
  if (tags?.length === 0) return async () => everything('the image gets no tag that could name one before it')
  const images = tags === null ? new Map<string, HeldImage>() : await ecr.findImages(repository, tags)
  const held = (tags ?? []).flatMap((tag): Before[] => {
    const image = images.get(tag)
    return image === undefined ? [] : [{ tag, image }]
  })
  const read = async ({ tag, image }: Before): Promise<Baseline> => {
    const named = `${tag} (${image.digest})`
    if (!image.active) return everything(`${named} is archived`)
    try {
      return await compareWith(image, named, scans, repository, thresholds, everything)
    } catch (error) {
      if (!(error instanceof ActionError)) throw error
      return everything(`the findings of ${named} are not known: ${messageOf(error)}`)
    }
  }
  // Most often it is the one, and is asked for while its tag keeps it.
  const first = firstActive(held)
  const early = first === null ? null : await read(first)
  return async (digest) => {
    const others = held.filter(({ image }) => image.digest !== digest)
    const before = firstActive(others.length > 0 ? others : held)
    if (before === null) return everything('no image is under any of the tags before this run')
    const baseline = before === first && early !== null ? early : await read(before)
    if (others.length > 0 || baseline.digest === null) return baseline
    return { ...baseline, line: `${baseline.line}, which is this very image, as no tag names another one` }
  }
}

/** An image, and the first tag that names it. */
interface Before {
  readonly tag: string
  readonly image: HeldImage
}

/** The first that is not archived, as no findings are had of what is; else the first. */
function firstActive(held: readonly Before[]): Before | null {
  return held.find(({ image }) => image.active) ?? held[0] ?? null
}

async function compareWith(
  before: HeldImage,
  named: string,
  scans: Scans,
  repository: Repository,
  thresholds: Thresholds,
  everything: (why: string) => Baseline,
): Promise<Baseline> {
  const images = await scans.images(repository, before)
  const known = new Map<string, boolean>()
  const unknown: { readonly image: PlatformImage; readonly answer: ScanAnswer }[] = []
  await together(
    images.map(async (image) => {
      const answer = await scans.findings(repository, image.digest)
      if (!ENDED_WELL.includes(answer.status)) unknown.push({ image, answer })
      else addKnown(known, thresholds, answer.findings)
    }),
  )
  const [first] = unknown
  if (first === undefined && images.length > 0) {
    return { known, line: `scan-baseline: compared with ${named}`, digest: before.digest }
  }
  if (unknown.length === images.length) {
    const why = first === undefined ? 'it names no image of a platform' : describeStatus(first.answer)
    return everything(`there are no findings of ${named}: ${why}`)
  }
  const list = unknown.map(({ image, answer }) => `${scannedImage(image)}: ${describeStatus(answer)}`)
  return {
    known,
    line: `scan-baseline: compared with ${named}, without the findings of ${list.join(', ')}`,
    digest: before.digest,
  }
}
