import type { Counts, Expectation, Finding, ScanAnswer, Scans } from '../ecr/scans.ts'
import type { HeldImage, PlatformImage, Repository } from '../ecr/types.ts'
import { THRESHOLD_NAMES } from '../inputs/scan.ts'
import { ActionError, explain } from '../shared/errors.ts'
import { LIMITS } from '../shared/limits.ts'
import { type Clock, deadline, poll } from '../shared/time.ts'
import { together } from '../shared/together.ts'
import { PAUSES } from './polling.ts'

/** ECR's statuses of a scan whose findings are known. */
export const ENDED_WELL = ['COMPLETE', 'ACTIVE']
const UNDER_WAY = ['PENDING', 'IN_PROGRESS', 'SCAN_NOT_FOUND']
/** ECR's other statuses. A status of the future, in none of these lists, is waited for until the time is over. */
const ENDED_BADLY = [
  'FAILED',
  'UNSUPPORTED_IMAGE',
  'FINDINGS_UNAVAILABLE',
  'LIMIT_EXCEEDED',
  'SCAN_ELIGIBILITY_EXPIRED',
  'IMAGE_ARCHIVED',
]

/** One image's scan, as it was last seen. */
export interface ImageScan extends PlatformImage {
  readonly status: string
  readonly description: string | null
  /** What ECR counts and does not list, by severity. */
  readonly unlisted: Counts
  readonly findings: readonly Finding[]
  /** Whether ECR shows any sign of findings, if only that it has looked for them. */
  readonly hasFindings: boolean
  /** `well` if all findings are known. */
  readonly ended: 'well' | 'badly' | 'not'
}

/** What came of the scans of an image. */
export interface ScanRun {
  readonly images: readonly ImageScan[]
  readonly type: Expectation['type']
  /** What a person should know if a scan did not happen. */
  readonly notes: readonly string[]
}

/** The scans that are waited for. */
export interface ScanAsk {
  readonly scans: Scans
  readonly repository: Repository
  readonly image: HeldImage
  readonly expectation: Expectation
  readonly timeoutMs: number
}

/**
 * Waits until the scans of an image have ended; for an index, those of its platforms' images. One scan that ended
 * badly ends the waiting, since the gate cannot pass then.
 * @returns what was seen last, also if the time was over
 * @throws ActionError if a call fails
 */
export async function awaitScans(ask: ScanAsk, world: Clock & { log(line: string): void }): Promise<ScanRun> {
  const { scans, repository, expectation } = ask
  const wanted = await scans.images(repository, ask.image)
  if (wanted.length === 0) {
    throw new ActionError(
      `The index ${repository.uri}@${ask.image.digest} names no image of a platform, so ECR scans nothing of it.`,
      `push at least one platform, or leave ${THRESHOLD_NAMES} out.`,
    )
  }
  const notes: string[] =
    expectation.because === null ? [] : [`the scans' configuration is not known: ${expectation.because}`]
  const starter = new Starter(ask, notes, world)
  const watched = wanted.map((image) => new Watched(image))
  const settled = await poll(world, ask.timeoutMs, PAUSES, async () => {
    const ended = findingsDeadline(repository, ask.image)
    await together(
      watched
        .filter((one) => one.seen.ended === 'not')
        .map(async (one) => {
          const answer = await scans.findings(repository, one.seen.digest, ended)
          const news = one.see(answer, world.clock())
          if (news !== null) world.log(news)
          if (answer.status === 'SCAN_NOT_FOUND') await starter.consider(one.seen)
        }),
    )
    const seen = watched.map((one) => one.seen)
    const over = seen.some(({ ended }) => ended === 'badly') || seen.every(({ ended }) => ended === 'well')
    return over ? seen : undefined
  })
  return { images: settled ?? watched.map((one) => one.seen), type: expectation.type, notes }
}

/** Ends a reading of the findings of an image, or of all images of an index, that takes too long as a whole. */
export function findingsDeadline({ uri }: Repository, { digest }: HeldImage): AbortSignal {
  return deadline(
    LIMITS.findingsReadMs,
    (after) =>
      new ActionError(
        `ECR has not given all findings of ${uri}@${digest} within ${after}.`,
        'run the job again; if it stays, look at the proxy (HTTPS_PROXY, NO_PROXY), the VPC endpoint and the status of AWS.',
      ),
  )
}

/** An image whose scan is waited for. */
class Watched {
  seen: ImageScan
  /** Since when ECR has given the same answer of an ended scan, without findings, or without some that it counts. */
  #hollow: { readonly answer: string; readonly since: number } | null = null

  constructor(image: PlatformImage) {
    this.seen = {
      ...image,
      status: 'SCAN_NOT_FOUND',
      description: null,
      unlisted: {},
      findings: [],
      hasFindings: false,
      ended: 'not',
    }
  }

  /**
   * Takes in an answer of ECR.
   * @returns a line for the log; null if nothing has changed
   */
  see(answer: ScanAnswer, now: number): string | null {
    const before = this.seen
    const { status, description, unlisted, findings, hasFindings } = answer
    const ended = this.#judge(answer, now)
    this.seen = { ...before, status, description, unlisted, findings, hasFindings, ended }
    if (before.status === status && before.ended === this.seen.ended) return null
    return `Scan of ${scannedImage(before)}: ${status}${description === null ? '' : ` (${description})`}`
  }

  #judge({ status, hasFindings, unlisted, findings }: ScanAnswer, now: number): ImageScan['ended'] {
    if (ENDED_BADLY.includes(status)) return 'badly'
    if (!ENDED_WELL.includes(status)) {
      this.#hollow = null
      return 'not'
    }
    if (hasFindings && Object.keys(unlisted).length === 0) return 'well'
    // ECR may report an enhanced scan as ended before it has the findings, and a clean image has none: an answer
    // without them counts once it has stayed the same for a while. https://github.com/aws/aws-sdk/issues/289
    const answer = JSON.stringify([hasFindings, findings.length, Object.entries(unlisted).toSorted()])
    if (this.#hollow?.answer !== answer) this.#hollow = { answer, since: now }
    return now - this.#hollow.since >= LIMITS.findingsMs ? 'well' : 'not'
  }
}

/**
 * Starts the scans that do not begin by themselves, and only those: ECR scans an image once in 24 hours.
 */
class Starter {
  readonly #ask: ScanAsk
  readonly #notes: string[]
  readonly #world: Clock & { log(line: string): void }
  readonly #since: number
  readonly #started = new Set<string>()

  constructor(ask: ScanAsk, notes: string[], world: Clock & { log(line: string): void }) {
    this.#ask = ask
    this.#notes = notes
    this.#world = world
    this.#since = world.clock()
  }

  /**
   * Starts the scan of an image of which ECR knows none: at once if nothing scans on push; else after a while, since
   * only images that are new to a repository are scanned on push, and this one may be older than that setting.
   * @throws ActionError if ECR refuses a scan that does not begin by itself
   */
  async consider(image: PlatformImage): Promise<void> {
    const { type, frequency } = this.#ask.expectation
    if (type === 'ENHANCED' || this.#started.has(image.digest)) return
    if (type === 'BASIC' && frequency === 'MANUAL') return this.#start(image)
    if (this.#world.clock() - this.#since < LIMITS.scanBeginsMs) return
    // A refusal is no failure yet: the scan may still begin by itself.
    await this.#start(image).catch((error: unknown) => {
      this.#notes.push(explain(error))
    })
  }

  async #start(image: PlatformImage): Promise<void> {
    this.#started.add(image.digest)
    this.#world.log(`ECR knows of no scan of ${scannedImage(image)}: starting one`)
    const said = await this.#ask.scans.start(this.#ask.repository, image.digest)
    if (said !== null) this.#notes.push(`ecr:StartImageScan was refused: ${said}`)
  }
}

/** `sha256:…`, with the platform if the image is part of an index. */
export function scannedImage({ digest, platform }: PlatformImage): string {
  return platform === null ? digest : `${digest} (${platform})`
}

/** One status for all images: that of the image that keeps the whole from being complete, if there is one. */
export function overallStatus(images: readonly ImageScan[]): string {
  const first = (ended: ImageScan['ended']) => images.find((image) => image.ended === ended)?.status
  const open = images.filter(({ ended }) => ended === 'not').map(({ status }) => status)
  const worst = UNDER_WAY.toReversed().find((status) => open.includes(status))
  return (
    first('badly') ??
    worst ??
    open[0] ??
    images.find(({ status }) => status === 'ACTIVE')?.status ??
    'COMPLETE'
  )
}
