import type { Expectation } from '../ecr/scans.ts'
import type { Repository } from '../ecr/types.ts'
import { ActionError } from '../shared/errors.ts'
import { oneOf } from '../shared/one-of.ts'
import { countsInWords } from './counts.ts'
import { type ImageScan, type ScanRun, scannedImage } from './scan.ts'
import { DOCS, describeStatus, remedyForScan } from './scan-statuses.ts'
import { type Thresholds, total, type Weighed } from './weigh.ts'

/** @throws ActionError if nothing will scan the image, which is known before anything is built */
export function refuseScansOff(expectation: Expectation, repository: Pick<Repository, 'name' | 'uri'>): void {
  if (expectation.type !== 'ENHANCED' || expectation.frequency !== 'MANUAL') return
  throw new ActionError(
    `Scans are off for ${repository.uri}: the registry uses enhanced scanning, and none of its rules matches this repository, so the scan gate would never get a result.`,
    `add a rule with a filter that matches '${repository.name}' (aws ecr put-registry-scanning-configuration --scan-type ENHANCED --rules '[{"scanFrequency":"SCAN_ON_PUSH","repositoryFilters":[{"filter":"${repository.name}","filterType":"WILDCARD"}]}]', together with the existing rules), or leave the scan gate out.`,
    { page: 'scan.md#when-there-is-no-result' },
  )
}

/** What the gate decides on. */
export interface Judgement {
  readonly repository: Repository
  readonly digest: string
  readonly weighed: Weighed
  readonly thresholds: Thresholds
  /** Whether the table of findings names a version in which one is fixed: ECR's basic scans tell none. */
  readonly tellsFixes: boolean
  /** Whether a tag names the image already. */
  readonly named: boolean
}

/** Why the step fails before anything is weighed: a scan has failed, or not ended in time. Null if all ended well. */
export function refuseUnended(
  run: ScanRun,
  repository: Repository,
  timeoutSeconds: number,
): ActionError | null {
  const bad = run.images.find(({ ended }) => ended === 'badly')
  if (bad !== undefined) {
    return new ActionError(
      `ECR has no scan result for ${repository.uri}@${scannedImage(bad)}: ${describeStatus(bad)}.`,
      remedyForScan(bad, run.type, repository),
      { page: 'scan.md#when-there-is-no-result' },
    )
  }
  const late = run.images.find(({ ended }) => ended === 'not')
  return late === undefined ? null : tooLate(late, run, repository, timeoutSeconds)
}

/** Why the step fails although all scans have ended: findings that meet every threshold. Null if there are none. */
export function judge(judgement: Judgement): ActionError | null {
  const { repository, digest, weighed, thresholds, tellsFixes, named } = judgement
  if (total(weighed.failing) === 0) return null
  const { severity, minScore } = thresholds
  const all = total(weighed.failing)
  const what = `${all} ${weighed.fresh === null ? '' : 'new '}${all === 1 ? 'vulnerability' : 'vulnerabilities'}`
  const notes = unknownNotes(weighed).map((note) => `\n${note}`)
  // What ECR only counts has no package and no name.
  const isListed = weighed.packages.some(({ fails }) => fails)
  const packages = tellsFixes
    ? 'update the packages that have a fixed version (the table in the log names them)'
    : 'update the packages that these vulnerabilities are in'
  return new ActionError(
    `ECR found ${what} ${describeThresholds(thresholds)} in ${repository.uri}@${digest}: ${countsInWords(weighed.failing)}.${notes.join('')}`,
    `${oneOf([
      isListed ? packages : 'run the job again, as ECR may list them by then',
      'build on a newer base image',
      ...(severity === null || severity === 'CRITICAL' ? [] : ['raise fail-on-severity']),
      ...(minScore === null || minScore === 10 ? [] : ['raise scan-min-score']),
      ...(isListed ? ['list what is accepted in scan-ignore, with the reason'] : []),
    ])}. ${named ? 'The image is in ECR already: do not deploy it.' : 'This run put no tag on the image: do not deploy it by its digest.'}`,
    { page: 'scan.md#findings-that-are-accepted' },
  )
}

/** `of HIGH severity or worse, with a CVSS score of 7 or more, that can be fixed`. */
export function describeThresholds({ severity, minScore, onlyFixable }: Thresholds): string {
  return [
    ...(severity === null ? [] : [`of ${severity} severity${severity === 'CRITICAL' ? '' : ' or worse'}`]),
    ...(minScore === null ? [] : [`with a CVSS score of ${minScore}${minScore === 10 ? '' : ' or more'}`]),
    ...(onlyFixable ? ['that can be fixed'] : []),
  ].join(', ')
}

/** What of the findings that fail is not known, and counts for that. */
export function unknownNotes({ unknownFix, unknownScore, unlisted }: Weighed): string[] {
  const note = (count: number, one: string, several: string) =>
    count === 0 ? [] : [`Of those that count, ${count} ${count === 1 ? one : several}.`]
  return [
    ...note(unknownScore, 'has no CVSS score from ECR', 'have no CVSS score from ECR'),
    ...note(
      unknownFix,
      'counts although ECR does not say whether there is a fix',
      'count although ECR does not say whether there is a fix',
    ),
    ...(unlisted === 0
      ? []
      : [
          `ECR counts ${unlisted} ${unlisted === 1 ? 'finding that it does not list, which' : 'findings that it does not list, which'} nothing can ignore.`,
        ]),
  ]
}

function tooLate(late: ImageScan, run: ScanRun, repository: Repository, seconds: number): ActionError {
  const notes = run.notes.map((note) => `\nNote: ${note}`).join('')
  const remedy =
    late.status === 'SCAN_NOT_FOUND'
      ? `let the registry scan '${repository.name}' on push (aws ecr put-registry-scanning-configuration, ${DOCS}/image-scanning.html), or raise scan-timeout.`
      : 'raise scan-timeout, or look at the image in the ECR console.'
  return new ActionError(
    `The scan of ${repository.uri}@${scannedImage(late)} has not ended within scan-timeout (${seconds} s): ${describeStatus(late)}.${notes}`,
    remedy,
    { page: 'scan.md#when-there-is-no-result' },
  )
}
