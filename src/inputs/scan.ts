import { realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { SEVERITIES, type Severity } from '../ecr/scans.ts'
import { oneOf } from '../shared/one-of.ts'
import type { InputName } from './names.ts'
import type { Reader } from './reader.ts'
import { type IgnoreItem, readScanIgnore } from './scan-ignore.ts'
import { insideOf, insideOfNew } from './workspace.ts'

/** What the gate looks at, besides `fail-on-severity`. */
export interface ScanRules {
  /** Only what can be fixed counts. */
  readonly onlyFixable: boolean
  /** The lowest CVSS score that counts; null: whatever it is. */
  readonly minScore: number | null
  readonly ignore: readonly IgnoreItem[]
  /** `previous`: only what the image under the first of the tags that exists had not counts. */
  readonly baseline: 'previous' | null
  /** Null: none is written. */
  readonly report: ScanReportInput | null
}

/** Where the report of the findings goes. */
export interface ScanReportInput {
  /** The path of the SARIF file, absolute, without a link in it. */
  readonly file: string
  /** The folder that it has to be in, whatever happens until it is written. */
  readonly within: string
  /** The Dockerfile's path in its checkout, which the findings are shown at; null if none of the workspace is built. */
  readonly dockerfile: string | null
}

/** The rules of a gate without any. */
export const NO_SCAN_RULES: ScanRules = {
  onlyFixable: false,
  minScore: null,
  ignore: [],
  baseline: null,
  report: null,
}

/** Any of these asks for the gate. */
const THRESHOLDS: readonly InputName[] = ['fail-on-severity', 'scan-min-score', 'scan-only-fixable']
/** These say more about a gate that is asked for. */
const NEED_A_GATE: readonly InputName[] = ['scan-ignore', 'scan-baseline', 'scan-report']

/** Whether a scan is waited for. */
export function asksForScan({
  failOnSeverity,
  scan: { minScore, onlyFixable },
}: {
  readonly failOnSeverity: Severity | null
  readonly scan: Pick<ScanRules, 'minScore' | 'onlyFixable'>
}): boolean {
  return failOnSeverity !== null || minScore !== null || onlyFixable
}

/** `fail-on-severity, scan-min-score or scan-only-fixable`, for a message. */
export const THRESHOLD_NAMES = oneOf(THRESHOLDS)

/**
 * The inputs of the scan gate.
 * @param dockerfile the absolute path of the Dockerfile; null if none of this machine is built
 * @returns the rules, and whether an input asks for the gate, rightly or not
 */
export function readScan(
  reader: Reader,
  registryType: 'private' | 'public',
  dockerfile: string | null,
): { readonly failOnSeverity: Severity | null; readonly scan: ScanRules; readonly isAsked: boolean } {
  const failOnSeverity = readSeverity(reader)
  const onlyFixable = reader.boolean('scan-only-fixable', false)
  const minScore = readScore(reader)
  // What is given and wrong is a problem of its own.
  const asked = THRESHOLDS.filter((name) =>
    name === 'scan-only-fixable' ? onlyFixable : reader.text(name) !== '',
  )
  if (registryType === 'public') {
    for (const name of asked)
      reader.problem(name, reader.text(name), 'needs a private registry; ECR Public scans nothing')
  }
  const { items: ignore, file: list } = readScanIgnore(reader)
  const baseline = reader.choice('scan-baseline', ['previous'])
  const report = readReport(reader, dockerfile, list)
  if (asked.length === 0) {
    for (const name of NEED_A_GATE) {
      if (reader.text(name) === '') continue
      reader.problem(
        name,
        firstLine(reader.text(name)),
        `needs ${THRESHOLD_NAMES}; without one of them no scan is waited for`,
      )
    }
  }
  return {
    failOnSeverity,
    scan: { onlyFixable, minScore, ignore, baseline, report },
    isAsked: asked.length > 0,
  }
}

const firstLine = (text: string) => text.split('\n', 1)[0] ?? ''

function readSeverity(reader: Reader): Severity | null {
  const value = reader.text('fail-on-severity')
  if (value === '') return null
  const severity = SEVERITIES.find((name) => name.toLowerCase() === value.toLowerCase())
  if (severity !== undefined) return severity
  const allowed = SEVERITIES.map((name) => name.toLowerCase())
  reader.problem('fail-on-severity', value, `must be one of ECR's severities: ${oneOf(allowed)}`)
  return null
}

/** https://www.first.org/cvss/v4.0/specification-document#Qualitative-Severity-Rating-Scale */
function readScore(reader: Reader): number | null {
  const value = reader.matching(
    'scan-min-score',
    /^(?:10(?:\.0)?|\d(?:\.\d)?)$/,
    'must be a CVSS score, a number from 0 to 10 with at most one digit behind the point',
  )
  return value === null ? null : Number(value)
}

/** What the runner reads commands from: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const COMMAND_FILES = '_runner_file_commands'

/**
 * @param dockerfile the absolute path of the Dockerfile; null if none of this machine is built
 * @param list that of the file of `scan-ignore`; null if there is none
 */
function readReport(reader: Reader, dockerfile: string | null, list: string | null): ScanReportInput | null {
  const given = reader.text('scan-report')
  if (given === '') return null
  const { cwd, env } = reader.source
  const temporary = env['RUNNER_TEMP']
  const places = [cwd, ...(temporary ? [temporary] : [])]
  const refuse = (why: string) => {
    reader.problem('scan-report', given, why)
    return null
  }
  const asWritten = path.resolve(cwd, given)
  if (/\p{Cc}/u.test(given))
    return refuse('must be the path of a file, without control characters or line breaks')
  if (/[\\/]$/.test(given)) return refuse('must be the path of a file, and ends as a folder does')
  for (const within of places) {
    const file = insideOfNew(within, asWritten)
    if (file === null) continue
    if (file.split(path.sep).includes(COMMAND_FILES))
      return refuse(`must not be in ${COMMAND_FILES}, where the runner keeps what steps say to it`)
    if (file.split(path.sep).includes('.git')) return refuse('must not be in .git, where git keeps its own')
    const sbom = reader.text('sbom-file')
    const why =
      unusable(file) ??
      replaced(file, [
        ['the Dockerfile', dockerfile],
        ['the file of scan-ignore', list],
        ['the file of sbom-file', sbom === '' ? null : path.resolve(cwd, sbom)],
      ])
    if (why !== null) return refuse(why)
    const shown = dockerfile === null ? null : dockerfileIn(cwd, dockerfile)
    return { file, within, dockerfile: shown }
  }
  return refuse(
    `must be a path in the workspace (${cwd})${temporary ? ` or in RUNNER_TEMP (${temporary})` : ''}, also behind symbolic links`,
  )
}

/**
 * Which file of another input the report would replace, or the other file beside it: both are removed before the build.
 * @param others what each is, and its absolute path; null if there is none
 * @returns null if it is none of them
 */
function replaced(file: string, others: readonly (readonly [string, string | null])[]): string | null {
  const findings = findingsPath(file)
  for (const [what, other] of others) {
    const real = other === null ? null : realOf(other)
    if (real === file) return `must not be ${what}, which the report would replace`
    if (real === findings)
      return `has ${findings} beside it, which is ${what}, and the report would replace it`
  }
  return null
}

/** @returns null if nothing is there */
function realOf(file: string): string | null {
  try {
    return realpathSync(file)
  } catch {
    return null
  }
}

/** `scan.sarif` → `scan.findings.json`, in the same folder. */
export function findingsPath(sarif: string): string {
  const { dir, name } = path.parse(sarif)
  return path.join(dir, `${name}.findings.json`)
}

/** In bytes: file systems take 255, and both files are written under a longer name first. */
const LONGEST_REPORT_NAME = 200

/** Why no file can be there, or none beside it; null if one can, or is. */
function unusable(file: string): string | null {
  if (Buffer.byteLength(path.basename(file)) > LONGEST_REPORT_NAME)
    return `must have a name of at most ${LONGEST_REPORT_NAME} bytes`
  try {
    if (isOther(file, 'file')) return 'must be the path of a file, and is another thing'
    const findings = findingsPath(file)
    if (isOther(findings, 'file')) return `needs a file ${findings} beside it, and this is another thing`
  } catch (error) {
    return `must be the path of a file, and cannot be one (${(error as NodeJS.ErrnoException).code})`
  }
  for (let at = path.dirname(file); at !== path.dirname(at); at = path.dirname(at))
    if (isOther(at, 'folder')) return `must be in a folder, and ${at} is none`
  return null
}

/** Whether something is there, and is not of this kind. */
function isOther(place: string, kind: 'file' | 'folder'): boolean {
  const stats = statSync(place, { throwIfNoEntry: false })
  return stats !== undefined && !(kind === 'file' ? stats.isFile() : stats.isDirectory())
}

/**
 * As SARIF has it, with `/`: where the Dockerfile is in its repository, which may be checked out in a folder of the
 * workspace. @returns null for what is not in the workspace, or not there: docker says so
 */
function dockerfileIn(workspace: string, dockerfile: string): string | null {
  try {
    const file = insideOf(workspace, dockerfile)
    if (file === null) return null
    const root = realpathSync(workspace)
    return path
      .relative(checkoutOf(file, root) ?? root, file)
      .split(path.sep)
      .join('/')
  } catch {
    return null
  }
}

/**
 * The folder that a file is checked out in; a submodule is a part of the repository that has it, and there `.git` is a
 * file. https://git-scm.com/docs/gitrepository-layout
 * @param root where to stop
 * @returns null if there is none
 */
function checkoutOf(file: string, root: string): string | null {
  for (let at = path.dirname(file); ; at = path.dirname(at)) {
    if (statSync(path.join(at, '.git'), { throwIfNoEntry: false })?.isDirectory()) return at
    if (at === root || at === path.dirname(at)) return null
  }
}
