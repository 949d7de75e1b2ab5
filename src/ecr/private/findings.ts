import { createHash } from 'node:crypto'
import type {
  DescribeImageScanFindingsResponse,
  EnhancedImageScanFinding,
  ImageScanFinding,
  ImageScanStatus,
} from '@aws-sdk/client-ecr'
import { clip } from '../../shared/clip.ts'
import { ActionError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import type { Counts, Finding, FoundPackage, ScanAnswer } from '../scans.ts'

/** In characters; what is longer is told where the vulnerability is. */
const LONGEST_DESCRIPTION = 1000

/** In characters: names and versions come from the image, and a longer one would take the place of the others. */
const LONGEST_IN_FINDING = 256

/** The findings of one image, read page by page. */
export class FindingsReading {
  readonly #status: ImageScanStatus | undefined
  /** As ECR counts them. */
  readonly #given: Counts | undefined
  readonly #endedAt: Date | undefined
  readonly #findings: Finding[] = []
  /** Of all that is listed, also of what does not count: what is only counted is the rest. */
  readonly #listed = new Map<string, number>()
  readonly #open = new Map<string, number>()
  readonly #seen = new Set<string>()
  #next: string | null = null

  constructor(first: DescribeImageScanFindingsResponse) {
    this.#status = first.imageScanStatus
    this.#given = first.imageScanFindings?.findingSeverityCounts
    this.#endedAt = first.imageScanFindings?.imageScanCompletedAt
    this.add(first)
  }

  /**
   * The token of the next page; null after the last one.
   * @throws ActionError if they have no end
   */
  next(): string | null {
    if (this.#next === null) return null
    if (this.#seen.has(this.#next) || this.#seen.size >= LIMITS.findingsPages) {
      throw new ActionError(
        `ECR gives page after page of findings without an end, ${this.#findings.length} of them so far.`,
        'run the job again; if it happens again, tell AWS Support.',
      )
    }
    this.#seen.add(this.#next)
    return this.#next
  }

  add({ imageScanFindings: page, nextToken }: DescribeImageScanFindingsResponse): void {
    for (const finding of page?.findings ?? []) this.#take(basicFinding(finding), true)
    for (const finding of page?.enhancedFindings ?? []) this.#take(enhancedFinding(finding), isOpen(finding))
    this.#next = nextToken || null
  }

  #take(finding: Finding, counts: boolean): void {
    increase(this.#listed, finding.severity)
    if (!counts) return
    increase(this.#open, finding.severity)
    this.#findings.push(finding)
  }

  answer(): ScanAnswer {
    const unlisted = Object.entries(this.#given ?? {})
      .map(([severity, count]) => [severity, count - (this.#listed.get(severity) ?? 0)] as const)
      .filter(([, count]) => Number.isSafeInteger(count) && count > 0)
    const counts = new Map(this.#open)
    for (const [severity, count] of unlisted) counts.set(severity, (counts.get(severity) ?? 0) + count)
    return {
      status: this.#status?.status ?? 'IN_PROGRESS',
      description: this.#status?.description ?? null,
      counts: Object.fromEntries(counts),
      unlisted: Object.fromEntries(unlisted),
      findings: this.#findings,
      hasFindings: this.#endedAt !== undefined || this.#given !== undefined || this.#findings.length > 0,
    }
  }
}

function increase(counts: Map<string, number>, severity: string): void {
  counts.set(severity, (counts.get(severity) ?? 0) + 1)
}

/** Inspector keeps what a suppression rule hides, and what is mended, among the findings. */
function isOpen({ status }: EnhancedImageScanFinding): boolean {
  return status === undefined || status === 'ACTIVE'
}

/**
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanFinding.html; the attributes are those of
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-basic.html
 */
function basicFinding({ severity, name, description, uri, attributes = [] }: ImageScanFinding): Finding {
  const attribute = (key: string) => attributes.find((one) => one.key === key)?.value ?? null
  // The newest of them, as all tell of the same vulnerability.
  const scores = ['CVSS4_SCORE', 'CVSS3_SCORE', 'CVSS2_SCORE'].map((key) => scoreOf(attribute(key)))
  return {
    severity: severity ?? 'UNDEFINED',
    name: boundedName(name) ?? 'unnamed',
    score: scores.find((score) => score !== null) ?? null,
    exploitAvailable: null,
    description: beginningOf(description),
    uri: uri ?? null,
    packages: [
      {
        name: boundedName(attribute('package_name')),
        installed: boundedName(attribute('package_version')),
        fixed: null,
        isFixable: null,
      },
    ],
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EnhancedImageScanFinding.html */
function enhancedFinding(finding: EnhancedImageScanFinding): Finding {
  const { packageVulnerabilityDetails: details, score, scoreDetails, fixAvailable } = finding
  const { vulnerabilityId, sourceUrl, cvss = [], vulnerablePackages = [] } = details ?? {}
  // What nobody has rated yet has no score, and 0 is not to stand for the lowest one.
  const rated = (given: number | undefined) =>
    given === 0 && finding.severity === 'UNTRIAGED' ? null : scoreOf(given)
  const base = cvss.map(({ baseScore }) => rated(baseScore)).filter((one) => one !== null)
  return {
    severity: finding.severity ?? 'UNDEFINED',
    name: boundedName(vulnerabilityId ?? finding.title) ?? 'unnamed',
    // Inspector's own score takes the system into account; the vendors' are those of the vulnerability.
    score: rated(score) ?? rated(scoreDetails?.cvss?.score) ?? (base.length > 0 ? Math.max(...base) : null),
    exploitAvailable: yesOrNo(finding.exploitAvailable),
    description: beginningOf(finding.description),
    uri: sourceUrl ?? null,
    packages: packagesOf(vulnerablePackages, yesOrNo(fixAvailable)),
  }
}

type VulnerablePackage = NonNullable<
  NonNullable<EnhancedImageScanFinding['packageVulnerabilityDetails']>['vulnerablePackages']
>[number]

/** @param anyFix whether there is a fix for all of them; null if there is for some, or that is not said */
function packagesOf(given: readonly VulnerablePackage[], anyFix: boolean | null): FoundPackage[] {
  if (given.length === 0) return [{ name: null, installed: null, fixed: null, isFixable: anyFix }]
  const isElsewhere = given.some(({ fixedInVersion }) => isVersion(fixedInVersion))
  return given.map(({ name, epoch, version, release, fixedInVersion }) => {
    const fixed = isVersion(fixedInVersion) ? fixedInVersion : null
    return {
      name: boundedName(name),
      installed: boundedName(
        version === undefined ? null : `${epoch ? `${epoch}:` : ''}${version}${release ? `-${release}` : ''}`,
      ),
      fixed: boundedName(fixed),
      // A package that is said to have no fix has none if the fix of the finding is that of another package.
      isFixable:
        fixed !== null
          ? true
          : fixedInVersion === NO_FIX && (anyFix !== true || isElsewhere)
            ? false
            : anyFix,
    }
  })
}

const NO_FIX = 'NotAvailable'

const isVersion = (fixed: string | undefined): fixed is string => fixed !== undefined && fixed !== NO_FIX

const yesOrNo = (word: string | undefined) => (word === 'YES' ? true : word === 'NO' ? false : null)

function scoreOf(given: string | number | null | undefined): number | null {
  const score = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
  return typeof score === 'number' && score >= 0 && score <= 10 ? score : null
}

/** What is longer keeps its beginning and a hash, so that two long names stay two. */
function boundedName(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null
  if (text.length <= LONGEST_IN_FINDING) return text
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
  return `${text.slice(0, LONGEST_IN_FINDING - hash.length - 1).toWellFormed()}…${hash}`
}

const beginningOf = (text: string | undefined) => (text ? clip(text, LONGEST_DESCRIPTION) : null)
