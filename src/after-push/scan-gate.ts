import type { WantedTags } from '../ecr/image-before.ts'
import type { Expectation, Scans } from '../ecr/scans.ts'
import type { HeldImage, ProspectiveRepository, Repository } from '../ecr/types.ts'
import { type AfterInputs, namesAfterScan } from '../inputs/after-push.ts'
import type { ScanReportInput } from '../inputs/scan.ts'
import type { IgnoreItem } from '../inputs/scan-ignore.ts'
import { clip } from '../shared/clip.ts'
import { combineAny } from '../shared/combine.ts'
import { duration } from '../shared/duration.ts'
import { LIMITS } from '../shared/limits.ts'
import { together } from '../shared/together.ts'
import { type Baseline, type Comparing, prepareBaseline } from './baseline.ts'
import { judge, refuseScansOff, refuseUnended, unknownNotes } from './gate.ts'
import type { AfterWorld, CheckResult, PreparedCheck } from './prepared-check.ts'
import { awaitScans, overallStatus, type ScanRun, scannedImage } from './scan.ts'
import { removeReport, writeReport } from './scan-report.ts'
import { scanCheck, scanLog, scanTables, tellsFixes, unendedCheck } from './scan-table.ts'
import { type Thresholds, type Weighed, weigh } from './weigh.ts'

/**
 * Checks what is known of a repository before it exists, and removes what an earlier run has left of its report.
 * @param report where this run's is to be; null if there is to be none
 * @throws ActionError if nothing will scan the image
 */
export async function refuseUnscanned(
  scans: Scans,
  repository: ProspectiveRepository,
  report: ScanReportInput | null,
): Promise<void> {
  const [expectation] = await together([
    scans.expectation(repository),
    report === null ? null : removeReport(report),
  ])
  refuseScansOff(expectation, repository)
}

/**
 * Finds out, before anything is built, what scans the image, and what the one before it had.
 * @param wanted the tags that the image is to get; null if this run makes the repository
 * @throws ActionError if nothing will scan the image
 */
export async function prepareScan(
  inputs: AfterInputs,
  scans: Scans,
  repository: Repository,
  wanted: WantedTags | null,
  world: AfterWorld,
): Promise<PreparedCheck> {
  const { report } = inputs.scan
  const [expectation, comparing] = await together([
    scans.expectation({ ...repository, exists: true }),
    inputs.scan.baseline === null ? null : prepareBaseline(scans, repository, wanted, thresholdsOf(inputs)),
    report === null ? null : removeReport(report),
  ])
  refuseScansOff(expectation, repository)
  if (expectation.because !== null)
    world.log(`What scans ${repository.name} is not known: ${expectation.because}`)
  if (comparing !== null && wanted?.tags.length !== 0 && !namesAfterScan(inputs)) world.log(OPENS_BY_ITSELF)
  const gate = { inputs, scans, repository, expectation, comparing }
  return { what: 'Scan', verify: (image, _, named) => verifyScan(gate, image, named, world) }
}

/** The tags of an image that is refused after the push are where the next run finds the image before. */
const OPENS_BY_ITSELF =
  'scan-baseline without gate: before-tags: an image that this gate refuses has its tags, so that a later run compares with it and finds nothing new in it.'

const thresholdsOf = ({ failOnSeverity, scan }: AfterInputs): Thresholds => ({
  severity: failOnSeverity,
  ...scan,
})

interface Gate {
  readonly inputs: AfterInputs
  readonly scans: Scans
  readonly repository: Repository
  readonly expectation: Expectation
  readonly comparing: Comparing | null
}

async function verifyScan(
  { inputs, scans, repository, expectation, comparing }: Gate,
  image: HeldImage,
  named: boolean,
  world: AfterWorld,
): Promise<CheckResult> {
  const timeoutSeconds = inputs.scanTimeoutSeconds
  const began = world.clock()
  const ask = { scans, repository, image, expectation, timeoutMs: timeoutSeconds * 1000 }
  const run = await awaitScans(ask, world)
  const seconds = (world.clock() - began) / 1000
  const status = overallStatus(run.images)
  const unended = refuseUnended(run, repository, timeoutSeconds)
  if (unended !== null) {
    // Of half a scan, nobody is to read counts or a report as if they were whole.
    world.setOutputs({ 'scan-status': status })
    world.log(`Scan: ${status}`)
    return { check: unendedCheck(status), failure: unended }
  }
  const thresholds = thresholdsOf(inputs)
  const baseline = comparing === null ? null : await comparing(image.digest)
  const weighed = weigh(run.images, {
    thresholds,
    ignore: inputs.scan.ignore,
    today: new Date().toISOString().slice(0, 10),
    known: baseline?.known ?? null,
  })
  const { digest } = image
  world.setOutputs({ 'scan-status': status, ...outputsOf(weighed) })
  const report = await writtenReport(inputs, run, weighed, { repository, digest, expectation }, world)
  const notes = [...unseenNotes(run), ...notesOf(weighed, baseline), ...report.notes]
  const tables = scanTables(weighed)
  const facts = { weighed, thresholds, notes, tables }
  for (const line of scanLog(facts, seconds)) world.log(line)
  const warning = ignoreWarning(weighed)
  if (warning !== null) world.warn(warning)
  const refusal = judge({
    repository,
    digest,
    weighed,
    thresholds,
    tellsFixes: tellsFixes(tables),
    named,
  })
  return {
    check: scanCheck(facts, refusal === null),
    failure: combineAny([refusal, report.failure]),
  }
}

function outputsOf({ counts, ignored, fresh }: Weighed) {
  return {
    'scan-findings': JSON.stringify(counts),
    'scan-ignored': JSON.stringify(ignored),
    ...(fresh === null ? {} : { 'scan-new': JSON.stringify(fresh) }),
  }
}

/** What of the report a person is told. */
interface ReportResult {
  readonly notes: readonly string[]
  /** Why it could not be written; the gate has its verdict all the same. */
  readonly failure: unknown
}

async function writtenReport(
  { scan: { report, minScore } }: AfterInputs,
  { images }: ScanRun,
  weighed: Weighed,
  { repository, digest, expectation }: Pick<Gate, 'repository' | 'expectation'> & { readonly digest: string },
  world: AfterWorld,
): Promise<ReportResult> {
  if (report === null) return { notes: [], failure: null }
  const subject = {
    repository: repository.uri,
    image: `${repository.uri}@${digest}`,
    name: repository.name,
    type: expectation.type,
    dockerfile: report.dockerfile,
    byScore: minScore !== null,
  }
  try {
    const { sarif, findings, note } = await writeReport(report, { weighed, images, subject })
    world.setOutputs({ 'scan-report': sarif })
    world.log(`Wrote the findings to ${sarif}, and all of them as JSON to ${findings}`)
    return { notes: note === null ? [] : [note], failure: null }
  } catch (failure) {
    return { notes: [], failure }
  }
}

/** What ECR shows no finding of may be clean, or its findings may not have come: a verdict on it says so. */
function unseenNotes({ images }: ScanRun): string[] {
  const unseen = images.filter(({ hasFindings }) => !hasFindings)
  if (unseen.length === 0) return []
  const list = unseen.map(scannedImage).join(', ')
  const waited = duration(LIMITS.findingsMs / 1000)
  return [
    `ECR calls the scan of ${list} ended, and has shown no finding in the ${waited} since: what has none looks the same`,
  ]
}

function notesOf(weighed: Weighed, baseline: Baseline | null): string[] {
  const compared = baseline === null ? [] : [baseline.line]
  const { raised, unaccepted } = weighed
  const anew = [
    ...(raised === 0 ? [] : [`${raised} that did not meet the thresholds in it`]),
    ...(unaccepted === 0 ? [] : [`${unaccepted} that an expired item of scan-ignore names`]),
  ]
  const also =
    anew.length === 0 ? [] : [`scan-baseline: of what that image had, these count as new: ${anew.join(', ')}`]
  return [...compared, ...also, ...unknownNotes(weighed).map((note) => note.replace(/\.$/, ''))]
}

/** More items than these are counted. */
const ITEMS_TOLD = 10
/** The name of a vulnerability, in characters. */
const LONGEST_TOLD = 60

/** One warning for all items that do nothing: each of them is somebody's decision that no longer is one. */
function ignoreWarning({ expired, unmatched, packages }: Weighed): string | null {
  const names = new Map(
    (unmatched.length === 0 ? [] : packages).map(({ finding: { name } }) => [name.toLowerCase(), name]),
  )
  const list = (items: readonly IgnoreItem[], withDay: boolean) => {
    const told = items.slice(0, ITEMS_TOLD).map(({ name, place, until, package: held }) => {
      const only = held === null ? '' : ` package=${clip(held, LONGEST_TOLD)}`
      const other = names.get(name.toLowerCase())
      const meant = withDay || other === undefined || other === name ? '' : `, in other letters than ${other}`
      return `${clip(name, LONGEST_TOLD)}${only} (${place}${withDay ? `, until ${until}` : ''}${meant})`
    })
    const more = items.length - told.length
    return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join(', ')
  }
  const parts = [
    ...(expired.length === 0
      ? []
      : [
          `${items(expired.length)} expired, and ${expired.length === 1 ? 'ignores' : 'ignore'} nothing: ${list(expired, true)}`,
        ]),
    ...(unmatched.length === 0
      ? []
      : [
          `${unmatched.length === 1 ? '1 item matches' : `${unmatched.length} items match`} no finding of this image: ${list(unmatched, false)}`,
        ]),
  ]
  return parts.length === 0 ? null : `scan-ignore: ${parts.join('; ')}`
}

const items = (count: number) => (count === 1 ? '1 item has' : `${count} items have`)
