import { type Finding, rank } from '../ecr/scans.ts'
import { code, escapeMarkdown, markdownTable } from '../report/escaping.ts'
import type { Check } from '../report/facts.ts'
import { duration } from '../shared/duration.ts'
import { severitiesIn } from './gate.ts'
import type { ImageScan } from './scan.ts'
import { profileName, type SigningRun } from './signing.ts'

/** So many rows are read; the rest is in ECR. */
const ROWS = 20

interface Row extends Finding {
  /** The platforms whose images have it; empty for an image that is no part of an index. */
  readonly platforms: readonly string[]
}

/** The worst findings first; one row for what several platforms have in common. */
export function worstFindings(images: readonly ImageScan[]): Row[] {
  const rows = new Map<string, Row>()
  for (const { platform, findings } of images) {
    for (const finding of findings) {
      const key = JSON.stringify([finding.severity, finding.name, finding.package, finding.installed])
      const before = rows.get(key)?.platforms ?? []
      const platforms = platform === null || before.includes(platform) ? before : [...before, platform]
      rows.set(key, { ...finding, platforms })
    }
  }
  const text = (row: Row) => [row.name, row.package ?? '', row.installed ?? ''].join(' ')
  return [...rows.values()].sort(
    (one, other) => rank(one.severity) - rank(other.severity) || (text(one) < text(other) ? -1 : 1),
  )
}

const COLUMNS = ['Severity', 'Vulnerability', 'Package', 'Installed', 'Fixed in', 'Platforms']

function cellsOf(row: Row): string[] {
  return [
    row.severity,
    row.name,
    row.package ?? '',
    row.installed ?? '',
    row.fixed ?? '',
    row.platforms.join(' '),
  ]
}

/** Whether the table of findings has the column of the versions that fix them. */
export const tellsFixes = (images: readonly ImageScan[]): boolean => table(images).head.includes('Fixed in')

/** Columns that are empty in every row say nothing. */
function table(images: readonly ImageScan[]): { head: string[]; rows: string[][]; more: number } {
  const findings = worstFindings(images)
  const rows = findings.slice(0, ROWS).map(cellsOf)
  const used = COLUMNS.map((_, index) => rows.some((row) => row[index] !== ''))
  const only = (row: readonly string[]) => row.filter((_, index) => used[index])
  return { head: only(COLUMNS), rows: rows.map(only), more: Math.max(0, findings.length - ROWS) }
}

function inWords(counts: Readonly<Record<string, number>>): string {
  const list = severitiesIn(counts).map((name) => `${name} ${counts[name]}`)
  return list.length === 0 ? 'nothing' : list.join(', ')
}

/**
 * For the job summary. What AWS wrote is shown, never rendered.
 * @param passed whether the step goes on with what was found
 */
export function scanCheck(
  images: readonly ImageScan[],
  counts: Readonly<Record<string, number>>,
  status: string,
  threshold: string,
  passed: boolean,
): Check {
  const { head, rows, more } = table(images)
  // The step fails then too, but not because of what was found.
  if (images.some(({ ended }) => ended !== 'well')) {
    return { outcome: 'unknown', line: `Scan: ${code(status)}`, detail: null }
  }
  const outcome = passed ? 'passed' : 'failed'
  const line = `Scan: found ${escapeMarkdown(inWords(counts))} (<code>fail-on-severity: ${threshold.toLowerCase()}</code>)`
  if (rows.length === 0) return { outcome, line, detail: null }
  const cells = rows.map((row) => row.map((cell) => (cell === '' ? '' : code(cell))))
  const rest = more > 0 ? `\n\n… and ${more} more, in ECR.` : ''
  return { outcome, line, detail: `${markdownTable(head, cells)}${rest}` }
}

/**
 * For the log: aligned, without anything that a terminal or the runner would obey.
 * @param seconds how long the scan was waited for
 */
export function scanLog(
  images: readonly ImageScan[],
  counts: Readonly<Record<string, number>>,
  status: string,
  seconds: number,
): string[] {
  if (images.some(({ ended }) => ended !== 'well')) return [`Scan: ${status}`]
  const { head, rows, more } = table(images)
  const lines = [`Scanned in ${duration(seconds)}: found ${inWords(counts)}`]
  if (rows.length === 0) return lines
  const clean = [head, ...rows].map((row) => row.map((cell) => cell.replace(/\p{Cc}/gu, ' ')))
  const widths = head.map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)))
  for (const row of clean) {
    lines.push(`| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
  }
  if (more > 0) lines.push(`… and ${more} more, in ECR`)
  return lines
}

/**
 * For the job summary.
 * @param where the repository, as Markdown
 */
export function signingCheck({ signatures, ended }: SigningRun, where: string): Check {
  const profiles = [...new Set(signatures.map(({ profile }) => code(profileName(profile))))]
  const by =
    profiles.length === 0
      ? ''
      : `, with the profile${profiles.length === 1 ? '' : 's'} ${profiles.join(', ')}`
  const outcome = ended === 'well' ? 'passed' : ended === 'not' ? 'unknown' : 'failed'
  return { outcome, line: `Signing by ECR in ${where}${by}`, detail: null }
}
