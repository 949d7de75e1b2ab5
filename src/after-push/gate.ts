import { type Expectation, rank, SEVERITIES, type Severity } from '../ecr/scans.ts'
import type { Repository } from '../ecr/types.ts'
import { ActionError } from '../shared/errors.ts'
import { type ImageScan, type ScanRun, scannedImage } from './scan.ts'

const DOCS = 'https://docs.aws.amazon.com/AmazonECR/latest/userguide'

/** @throws ActionError if nothing will scan the image, which is known before anything is built */
export function refuseScansOff(expectation: Expectation, repository: Pick<Repository, 'name' | 'uri'>): void {
  if (expectation.type !== 'ENHANCED' || expectation.frequency !== 'MANUAL') return
  throw new ActionError(
    `Scans are off for ${repository.uri}: the registry uses enhanced scanning, and none of its rules matches this repository, so fail-on-severity would never get a result.`,
    `add a rule with a filter that matches '${repository.name}' (aws ecr put-registry-scanning-configuration --scan-type ENHANCED --rules '[{"scanFrequency":"SCAN_ON_PUSH","repositoryFilters":[{"filter":"${repository.name}","filterType":"WILDCARD"}]}]', together with the existing rules), or leave fail-on-severity out.`,
  )
}

/** The counts of all images together. */
export function sumCounts(images: readonly ImageScan[]): Record<string, number> {
  const sums = new Map<string, number>()
  for (const { counts } of images) {
    for (const [severity, count] of Object.entries(counts))
      sums.set(severity, (sums.get(severity) ?? 0) + count)
  }
  return Object.fromEntries([...sums].sort(([one], [other]) => rank(one) - rank(other)))
}

/** What the gate decides on. */
export interface Judgement {
  readonly repository: Repository
  readonly digest: string
  readonly run: ScanRun
  readonly threshold: Severity
  readonly timeoutSeconds: number
  /** Whether the table of findings names a version in which one is fixed: ECR's basic scans tell none. */
  readonly tellsFixes: boolean
  /** Whether the image has its tags already. */
  readonly named: boolean
}

/** Why the step fails: a scan that did not end well, or findings at the threshold or above. Null if it does not. */
export function judge({
  repository,
  digest,
  run,
  threshold,
  timeoutSeconds,
  tellsFixes,
  named,
}: Judgement): ActionError | null {
  const bad = run.images.find(({ ended }) => ended === 'badly')
  if (bad !== undefined) {
    const said = bad.description === null ? bad.status : `${bad.status}: ${bad.description}`
    return new ActionError(
      `ECR has no scan result for ${repository.uri}@${scannedImage(bad)}: ${said}`,
      remedyForScan(bad, run.type, repository),
    )
  }
  const late = run.images.find(({ ended }) => ended === 'not')
  if (late !== undefined) return tooLate(late, run, repository, timeoutSeconds)
  const counts = Object.entries(sumCounts(run.images)).filter(([name]) => rank(name) <= rank(threshold))
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return null
  const list = counts.map(([name, count]) => `${name} ${count}`).join(', ')
  const above = threshold === 'CRITICAL' ? 'CRITICAL severity' : `${threshold} severity or worse`
  return new ActionError(
    `ECR found ${total} ${total === 1 ? 'vulnerability' : 'vulnerabilities'} of ${above} in ${repository.uri}@${digest}: ${list}.`,
    `${alternatives([
      tellsFixes
        ? 'update the packages that have a fixed version (the table in the log and in the job summary names them)'
        : 'update the packages that these vulnerabilities are in',
      'build on a newer base image',
      ...(threshold === 'CRITICAL' ? [] : ['raise fail-on-severity']),
    ])}. ${named ? 'The image is in ECR already: do not deploy it.' : 'This run put no tag on the image: do not deploy it by its digest.'}`,
  )
}

/** `a or b`; `a, b, or c`. */
function alternatives(choices: readonly string[]): string {
  const [last = '', ...before] = choices.toReversed()
  return before.length < 2 ? choices.join(' or ') : `${before.toReversed().join(', ')}, or ${last}`
}

function tooLate(late: ImageScan, run: ScanRun, repository: Repository, seconds: number): ActionError {
  const seen =
    late.status === 'SCAN_NOT_FOUND'
      ? 'ECR knows of no scan of it'
      : `it is ${late.status}${late.description === null ? '' : ` (${late.description})`}`
  const notes = run.notes.map((note) => `\nNote: ${note}`).join('')
  const remedy =
    late.status === 'SCAN_NOT_FOUND'
      ? `let the registry scan '${repository.name}' on push (aws ecr put-registry-scanning-configuration, ${DOCS}/image-scanning.html), or raise scan-timeout.`
      : 'raise scan-timeout, or look at the image in the ECR console.'
  return new ActionError(
    `The scan of ${repository.uri}@${scannedImage(late)} has not ended within scan-timeout (${seconds} s): ${seen}.${notes}`,
    remedy,
  )
}

function remedyForScan(scan: ImageScan, type: Expectation['type'], repository: Repository): string {
  const unsupported = scan.status === 'UNSUPPORTED_IMAGE' || /UnsupportedImage/i.test(scan.description ?? '')
  if (unsupported) {
    return type === 'ENHANCED'
      ? `Amazon Inspector does not know this operating system or media type: build on a base that it knows (https://docs.aws.amazon.com/inspector/latest/user/supported.html), or leave fail-on-severity out for this image.`
      : `basic scanning reads the packages of some distributions only, and nothing of an image from scratch: build on a base that it knows (${DOCS}/image-scanning-basic.html), turn enhanced scanning on for '${repository.name}', or leave fail-on-severity out for this image.`
  }
  return (
    (Object.hasOwn(REMEDY_BY_STATUS, scan.status) ? REMEDY_BY_STATUS[scan.status] : undefined) ??
    REMEDY_FAILED
  )
}

const REMEDY_FAILED =
  'run the job again; ECR scans an image once in 24 hours (basic scanning), so a new build may be needed.'

const REMEDY_BY_STATUS: Readonly<Record<string, string>> = {
  FAILED: REMEDY_FAILED,
  FINDINGS_UNAVAILABLE:
    'check in the Amazon Inspector console of this region that scanning of ECR is active for the account, and that nobody has turned it off for this repository.',
  LIMIT_EXCEEDED:
    'a quota of scans is used up: raise it (Service Quotas, Amazon ECR or Amazon Inspector), or run the job again tomorrow.',
  SCAN_ELIGIBILITY_EXPIRED:
    "the image is older than Amazon Inspector's re-scan duration: lengthen that in its settings for ECR, or push the image anew.",
  IMAGE_ARCHIVED:
    'restore the image (aws ecr update-image-storage-class --target-storage-class STANDARD), or push another one: what is archived is not scanned.',
}

/** The statuses that {@link judge} knows a remedy for; a test compares them with the SDK's. */
export const EXPLAINED = ['UNSUPPORTED_IMAGE', ...Object.keys(REMEDY_BY_STATUS)]

/** ECR's own severities and those that only Inspector has, the worst first. */
export function severitiesIn(counts: Readonly<Record<string, number>>): string[] {
  const foreign = Object.keys(counts).filter((name) => !(SEVERITIES as readonly string[]).includes(name))
  return [...SEVERITIES, ...foreign].filter((name) => (counts[name] ?? 0) > 0)
}
