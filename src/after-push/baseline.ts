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

/**
 * Reads what the image before had, while the tags still name it: the one under the first of them that exists. Findings
 * that cannot be had fail nothing: what is not known of it is new.
 * @param tags those that the image is to get, none of an image that is pushed by its digest; null if this run makes the
 * repository
 * @param thresholds those of this run: what met them in the image before is known, and does not fail
 */
export async function readBaseline(
  scans: Scans,
  ecr: Pick<Ecr, 'findImages'>,
  repository: Repository,
  tags: readonly string[] | null,
  thresholds: Thresholds,
): Promise<Baseline> {
  const everything = (why: string): Baseline => ({
    known: new Map(),
    line: `scan-baseline: ${why}, so that every finding is new`,
    digest: null,
  })
  const none = 'no image is under any of the tags before this run'
  if (tags === null) return everything(none)
  if (tags.length === 0) return everything('the image gets no tag that could name one before it')
  const held = await ecr.findImages(repository, tags)
  const tag = tags.find((one) => held.has(one))
  const before = tag === undefined ? undefined : held.get(tag)
  if (before === undefined) return everything(none)
  const named = `${tag} (${before.digest})`
  if (!before.active) return everything(`${named} is archived`)
  try {
    return await compareWith(before, named, scans, repository, thresholds, everything)
  } catch (error) {
    if (!(error instanceof ActionError)) throw error
    return everything(`the findings of ${named} are not known: ${messageOf(error)}`)
  }
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
