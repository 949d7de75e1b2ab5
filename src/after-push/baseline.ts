import { imageBefore, type TaggedImage, type WantedTags } from '../ecr/image-before.ts'
import type { Scans } from '../ecr/scans.ts'
import type { HeldImage, Repository } from '../ecr/types.ts'
import { ActionError, messageOf } from '../shared/errors.ts'
import { together } from '../shared/together.ts'
import { ENDED_WELL, findingsDeadline, scannedImage } from './scan.ts'
import { describeStatus } from './scan-statuses.ts'
import { addKnown, type Known, type Thresholds, total } from './weigh.ts'

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
 * Compares an image with the one before it ({@link imageBefore}), which is the one that the summary compares with too: an
 * image that a run without a gate has put under a tag is not to be compared with itself. Findings that cannot be had fail
 * nothing: what is not known of it is new.
 * @param wanted the tags that the image is to get, none of an image that is pushed by its digest; null if this run makes
 * the repository
 * @param thresholds those of this run: what met them in the image before is known, and does not fail
 */
export async function prepareBaseline(
  scans: Scans,
  repository: Repository,
  wanted: WantedTags | null,
  thresholds: Thresholds,
): Promise<Comparing> {
  if (wanted?.tags.length === 0)
    return async () => everythingIsNew('the image gets no tag that could name one before it')
  const tags = wanted?.tags ?? []
  const before = wanted === null ? new Map<string, HeldImage>() : await wanted.before()
  if (before === null) return async () => everythingIsNew('what the tags name before this run is not known')
  const read = async ({ tag, image }: TaggedImage): Promise<Baseline> => {
    const named = `${tag} (${image.digest})`
    if (!image.active) return everythingIsNew(`${named} is archived`)
    try {
      return await compareWith(image, named, scans, repository, thresholds)
    } catch (error) {
      if (!(error instanceof ActionError)) throw error
      return everythingIsNew(`the findings of ${named} are not known: ${messageOf(error)}`)
    }
  }
  // Most often it is this one, and is asked for while its tag keeps it.
  const first = imageBefore(tags, before, null)
  const early = first === null ? null : await read(first)
  return async (digest) => {
    const found = imageBefore(tags, before, digest)
    if (found === null) return everythingIsNew('no image is under any of the tags before this run')
    const isFirst = early !== null && first?.image.digest === found.image.digest
    const baseline = isFirst ? early : await read(found)
    if (found.image.digest !== digest || baseline.digest === null) return baseline
    return { ...baseline, line: `${baseline.line}, which is this very image, as no tag names another one` }
  }
}

const everythingIsNew = (why: string): Baseline => ({
  known: new Map(),
  line: `scan-baseline: ${why}, so that every finding is new`,
  digest: null,
})

async function compareWith(
  before: HeldImage,
  named: string,
  scans: Scans,
  repository: Repository,
  thresholds: Thresholds,
): Promise<Baseline> {
  const images = await scans.images(repository, before)
  const known = new Map<string, boolean>()
  const deadline = findingsDeadline(repository, before)
  const seen = await together(
    images.map(async (image) => {
      const answer = await scans.findings(repository, image.digest, deadline)
      const ended = ENDED_WELL.includes(answer.status)
      if (ended) addKnown(known, thresholds, answer.findings)
      return { image, answer, ended }
    }),
  )
  const lacking = seen.filter(({ ended }) => !ended)
  if (lacking.length === images.length) {
    const [first] = lacking
    const why = first === undefined ? 'it names no image of a platform' : describeStatus(first.answer)
    return everythingIsNew(`there are no findings of ${named}: ${why}`)
  }
  const whole = seen.filter(({ ended }) => ended).map(({ answer }) => answer)
  const uncounted = whole.reduce((sum, { unlisted }) => sum + total(unlisted), 0)
  const list = lacking.map(({ image, answer }) => `${scannedImage(image)}: ${describeStatus(answer)}`)
  const facts = [
    `compared with ${named}`,
    ...(list.length === 0 ? [] : [`without the findings of ${list.join(', ')}`]),
    // An enhanced scan may be called ended before ECR has its findings, and has none of a clean image.
    ...(whole.some(({ hasFindings }) => !hasFindings)
      ? ['of which ECR shows no finding, as of an image without any']
      : []),
    ...(uncounted === 0 ? [] : [`without ${uncounted} of its findings, which ECR counts and does not list`]),
  ]
  return { known, line: `scan-baseline: ${facts.join(', ')}`, digest: before.digest }
}
