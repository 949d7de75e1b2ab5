import { code, escapeMarkdown, markdownTable } from '../report/escaping.ts'
import type { Check } from '../report/facts.ts'
import { clip } from '../shared/clip.ts'
import { duration } from '../shared/duration.ts'
import { withoutControls } from '../shared/log-line.ts'
import { countsInWords } from './counts.ts'
import type { Thresholds, Weighed, WeighedPackage } from './weigh.ts'

/** So many rows are read; the rest is in ECR, and in the report if there is one. */
const ROWS = 20
/** So many ignored ones: each is somebody's decision. */
const IGNORED_ROWS = 100
/** Longer reasons are where they were written. */
const REASON_SHOWN = 300

/** What a person reads of the findings. */
export interface ScanFacts {
  readonly weighed: Weighed
  readonly thresholds: Thresholds
  /** Sentences on what the counts do not say. */
  readonly notes: readonly string[]
  /** Made once, of what may be thousands of findings. */
  readonly tables: ScanTables
}

/** The findings in the order in which they are read. */
export interface ScanTables {
  readonly findings: Table
  readonly ignored: { readonly rows: readonly Row[]; readonly more: number }
}

/** Puts the findings into tables: what counts apart from what is ignored. */
export function scanTables(weighed: Weighed): ScanTables {
  return { findings: tableOf(weighed), ignored: ignoredOf(weighed) }
}

/** A row for what several platforms have in common. */
interface Row extends WeighedPackage {
  readonly platforms: readonly string[]
}

/** @param packages the worst first, which the rows are then too */
function rowsOf(packages: readonly WeighedPackage[], more: (one: WeighedPackage) => string): Row[] {
  const rows = new Map<string, Row & { readonly platforms: string[] }>()
  for (const one of packages) {
    const { finding, platform } = one
    const key = JSON.stringify([finding.severity, finding.name, one.in.name, one.in.installed, more(one)])
    const before = rows.get(key)
    const platforms = before?.platforms ?? []
    if (platform !== null && !platforms.includes(platform)) platforms.push(platform)
    if (before === undefined) rows.set(key, { ...one, platforms })
  }
  return [...rows.values()]
}

const COLUMNS = [
  'Severity',
  'Score',
  'Vulnerability',
  'Package',
  'Installed',
  'Fixed in',
  'Exploit known',
  'New',
  'Platforms',
]

function cellsOf({ finding, in: found, isNew, platforms }: Row): string[] {
  return [
    finding.severity,
    finding.score === null ? '' : String(finding.score),
    finding.name,
    found.name ?? '',
    found.installed ?? '',
    found.fixed ?? '',
    inYesOrNo(finding.exploitAvailable),
    inYesOrNo(isNew),
    platforms.join(' '),
  ]
}

const inYesOrNo = (is: boolean | null) => (is === null ? '' : is ? 'yes' : 'no')

interface Table {
  readonly head: string[]
  readonly rows: string[][]
  readonly more: number
}

/** Columns that are empty in every row say nothing. */
function tableOf({ packages }: Weighed): Table {
  const findings = rowsOf(
    packages.filter(({ ignored }) => ignored === null),
    ({ fails }) => String(fails),
  )
  const rows = findings.slice(0, ROWS).map(cellsOf)
  const used = COLUMNS.map((_, index) => rows.some((row) => row[index] !== ''))
  const only = (row: readonly string[]) => row.filter((_, index) => used[index])
  return { head: only(COLUMNS), rows: rows.map(only), more: Math.max(0, findings.length - ROWS) }
}

/** Whether the table of findings has the column of the versions that fix them. */
export const tellsFixes = ({ findings }: ScanTables): boolean => findings.head.includes('Fixed in')

/** What is ignored, with the reasons. */
function ignoredOf({ packages }: Weighed): { readonly rows: Row[]; readonly more: number } {
  const all = rowsOf(
    packages.filter(({ ignored }) => ignored !== null),
    ({ ignored }) => ignored?.place ?? '',
  )
  return { rows: all.slice(0, IGNORED_ROWS), more: Math.max(0, all.length - IGNORED_ROWS) }
}

/** `found HIGH 1, LOW 2; ignored LOW 3; new: HIGH 1`. */
function found({ counts, ignored, fresh }: Weighed): string {
  return [
    `found ${countsInWords(counts)}`,
    ...(Object.keys(ignored).length === 0 ? [] : [`ignored ${countsInWords(ignored)}`]),
    ...(fresh === null ? [] : [`new ${countsInWords(fresh)}`]),
  ].join('; ')
}

/** The inputs that the findings were held against, as Markdown. */
function thresholdInputs({ severity, minScore, onlyFixable }: Thresholds): string {
  return [
    ...(severity === null ? [] : [`fail-on-severity: ${severity.toLowerCase()}`]),
    ...(minScore === null ? [] : [`scan-min-score: ${minScore}`]),
    ...(onlyFixable ? ['scan-only-fixable: true'] : []),
  ]
    .map((input) => `<code>${input}</code>`)
    .join(', ')
}

/**
 * For the job summary, of scans that did not all end with their findings: the step fails, but not because of what was
 * found.
 * @param status one for all images, in ECR's words
 */
export function unendedCheck(status: string): Check {
  return { outcome: 'unknown', line: `Scan: ${code(status)}`, detail: null }
}

/**
 * For the job summary. What AWS and others wrote is shown, never rendered.
 * @param passed whether the step goes on with what was found
 */
export function scanCheck({ weighed, thresholds, notes, tables }: ScanFacts, passed: boolean): Check {
  const outcome = passed ? 'passed' : 'failed'
  const line = `Scan: ${escapeMarkdown(found(weighed))} (${thresholdInputs(thresholds)})`
  const { head, rows, more } = tables.findings
  const parts = [
    ...(rows.length === 0 ? [] : [markdownTable(head, rows.map(inCode))]),
    ...(more === 0 ? [] : [`… and ${more} more, in ECR.`]),
    ...notes.map((note) => `${escapeMarkdown(note)}.`),
    ...ignoredPart(tables),
  ]
  return { outcome, line, detail: parts.length === 0 ? null : parts.join('\n\n') }
}

const inCode = (row: readonly string[]) => row.map((cell) => (cell === '' ? '' : code(cell)))

function ignoredPart({ ignored: { rows, more } }: ScanTables): string[] {
  if (rows.length === 0) return []
  const cells = rows.map(({ finding, in: one, ignored, platforms }) => [
    ...inCode([
      finding.severity,
      finding.name,
      one.name ?? '',
      platforms.join(' '),
      ignored?.until ?? '',
      ignored?.place ?? '',
    ]),
    escapeMarkdown(shownReason(ignored?.reason ?? '')),
  ])
  const head = ['Severity', 'Vulnerability', 'Package', 'Platforms', 'Until', 'In scan-ignore', 'Reason']
  const used = head.map((_, index) => cells.some((row) => row[index] !== ''))
  const only = (row: readonly string[]) => row.filter((_, index) => used[index])
  return [
    'Ignored, by <code>scan-ignore</code>:',
    markdownTable(only(head), cells.map(only)),
    ...(more === 0 ? [] : [`… and ${more} more.`]),
  ]
}

const shownReason = (reason: string) => clip(reason, REASON_SHOWN)

/**
 * For the log: aligned, without anything that a terminal or the runner would obey, or that turns what follows it.
 * @param seconds how long the scan was waited for
 */
export function scanLog({ weighed, notes, tables }: ScanFacts, seconds: number): string[] {
  const { head, rows, more } = tables.findings
  const lines = [`Scanned in ${duration(seconds)}: ${found(weighed)}`]
  if (rows.length > 0) {
    const cells = [head, ...rows].map((row) => row.map(withoutControls))
    const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
    for (const row of cells) {
      lines.push(`| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
    }
    if (more > 0) lines.push(`… and ${more} more, in ECR`)
  }
  lines.push(...notes.map(withoutControls))
  for (const { finding, in: one, ignored: item } of tables.ignored.rows) {
    const where = one.name === null ? '' : ` in ${one.name}`
    const until = item?.until ? ` until ${item.until}` : ''
    lines.push(
      withoutControls(
        `Ignored${until}: ${finding.name}${where} (${item?.place}): ${shownReason(item?.reason ?? '')}`,
      ),
    )
  }
  if (tables.ignored.more > 0) lines.push(`… and ${tables.ignored.more} more that are ignored`)
  return lines
}
