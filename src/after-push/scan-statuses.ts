import type { Expectation } from '../ecr/scans.ts'
import type { Repository } from '../ecr/types.ts'

export const DOCS = 'https://docs.aws.amazon.com/AmazonECR/latest/userguide'

/**
 * What each of ECR's statuses means for a gate that has no findings to look at; a test compares them with the SDK's.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html
 */
export const SENTENCES: Readonly<Record<string, string>> = {
  SCAN_NOT_FOUND: 'ECR knows of no scan of it',
  PENDING: 'the scan has not begun',
  IN_PROGRESS: 'the scan is running',
  COMPLETE: 'ECR calls the scan ended, and does not show what it found',
  ACTIVE: 'ECR scans the image continuously, and does not show what was found',
  FAILED: 'the scan failed',
  UNSUPPORTED_IMAGE: 'the image is of a kind that is not scanned',
  FINDINGS_UNAVAILABLE: 'Amazon Inspector does not give its findings to ECR',
  LIMIT_EXCEEDED: 'a quota of scans is used up',
  SCAN_ELIGIBILITY_EXPIRED: 'the image is too old for Amazon Inspector to scan',
  IMAGE_ARCHIVED: 'the image is archived, and what is archived is not scanned',
}

/** `the scan failed (FAILED: what ECR says)`, for a message. A status of the future has only its name. */
export function describeStatus({
  status,
  description,
}: {
  readonly status: string
  readonly description: string | null
}): string {
  // What ECR says of a scan that it does not know is this sentence, in more words.
  if (status === 'SCAN_NOT_FOUND') return SENTENCES[status] ?? status
  const said = description === null ? status : `${status}: ${description.replace(/\.$/, '')}`
  const sentence = Object.hasOwn(SENTENCES, status) ? SENTENCES[status] : undefined
  return sentence === undefined ? said : `${sentence} (${said})`
}

/** What to do about a scan that has ended without findings. */
export function remedyForScan(
  scan: { readonly status: string; readonly description: string | null },
  type: Expectation['type'],
  repository: Repository,
): string {
  const unsupported = scan.status === 'UNSUPPORTED_IMAGE' || /UnsupportedImage/i.test(scan.description ?? '')
  if (unsupported) {
    return type === 'ENHANCED'
      ? `Amazon Inspector does not know this operating system or media type: build on a base that it knows (https://docs.aws.amazon.com/inspector/latest/user/supported.html), or leave the scan gate out for this image.`
      : `basic scanning reads the packages of some distributions only, and nothing of an image from scratch: build on a base that it knows (${DOCS}/image-scanning-basic.html), turn enhanced scanning on for '${repository.name}', or leave the scan gate out for this image.`
  }
  return (
    (Object.hasOwn(REMEDY_BY_STATUS, scan.status) ? REMEDY_BY_STATUS[scan.status] : undefined) ??
    (type === 'ENHANCED' ? REMEDY_FAILED_ENHANCED : REMEDY_FAILED)
  )
}

const REMEDY_FAILED =
  'run the job again; ECR scans an image once in 24 hours (basic scanning), so a new build may be needed.'
const REMEDY_FAILED_ENHANCED =
  'look at the image in the Amazon Inspector console of this region, and run the job again.'

const REMEDY_BY_STATUS: Readonly<Record<string, string>> = {
  FINDINGS_UNAVAILABLE:
    'check in the Amazon Inspector console of this region that scanning of ECR is active for the account, and that nobody has turned it off for this repository.',
  LIMIT_EXCEEDED:
    'raise the quota (Service Quotas, Amazon ECR or Amazon Inspector), or run the job again tomorrow.',
  SCAN_ELIGIBILITY_EXPIRED:
    "the image is older than Amazon Inspector's re-scan duration: lengthen that in its settings for ECR, or push the image anew.",
  IMAGE_ARCHIVED:
    'restore the image (aws ecr update-image-storage-class --target-storage-class STANDARD), or push another one: what is archived is not scanned.',
}

/** The statuses of a scan that ended without findings, each with a remedy; a test compares them with the SDK's. */
export const EXPLAINED = ['UNSUPPORTED_IMAGE', 'FAILED', ...Object.keys(REMEDY_BY_STATUS)]
