import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { findingsPath, type ScanReportInput } from '../inputs/scan.ts'
import { insideOfNew } from '../inputs/workspace.ts'
import { ActionError, messageOf } from '../shared/errors.ts'
import { leftOutNote, SARIF_LIMITS, type SarifSubject, sarifLog, worstFirst } from './sarif.ts'
import type { ImageScan } from './scan.ts'
import type { Weighed, WeighedPackage } from './weigh.ts'

/** What a report is made of. */
export interface ReportFacts {
  readonly weighed: Weighed
  readonly images: readonly ImageScan[]
  readonly subject: SarifSubject
}

/** What was written. */
export interface WrittenReport {
  readonly sarif: string
  readonly findings: string
  /** What the SARIF file has not, in words; null if it has everything. */
  readonly note: string | null
}

/**
 * Writes the SARIF file, and all findings as JSON beside it. Each is whole, or is not there.
 * @throws ActionError if one cannot be written
 */
export async function writeReport(
  { file, within }: ScanReportInput,
  facts: ReportFacts,
  limits: { readonly results: number; readonly gzippedBytes: number } = SARIF_LIMITS,
): Promise<WrittenReport> {
  const open = worstFirst(facts.weighed.packages)
  const told = open.filter(({ ignored }) => ignored === null)
  const { text, left } = fitting(told, facts.subject, limits)
  const findings = findingsPath(file)
  try {
    await writeWhole(file, within, [text])
    await writeWhole(findings, within, findingsJson(open, facts))
  } catch (error) {
    if (error instanceof ActionError) throw error
    throw new ActionError(
      `scan-report: the report cannot be written to ${file}: ${messageOf(error)}`,
      'give scan-report a path of a file in the workspace or in RUNNER_TEMP that the step may write.',
      { cause: error },
    )
  }
  return { sarif: file, findings, note: left === 0 ? null : `scan-report: ${leftOutNote(left)}` }
}

/** As many of the findings as GitHub takes, the worst first. */
function fitting(
  told: readonly WeighedPackage[],
  subject: SarifSubject,
  { results, gzippedBytes }: { readonly results: number; readonly gzippedBytes: number },
): { text: string; left: number } {
  for (let keep = Math.min(told.length, results); ; keep = Math.floor(keep / 2)) {
    const left = told.length - keep
    const text = JSON.stringify(sarifLog(told.slice(0, keep), left, subject))
    // What is small enough before it is packed need not be packed to know it: packing makes nothing a tenth larger.
    const isSmall = Buffer.byteLength(text) * 1.1 <= gzippedBytes
    if (keep === 0 || isSmall || gzipSync(text).length <= gzippedBytes) return { text, left }
  }
}

/** All findings, a line each, as pieces of one JSON document: the whole of it would be large in memory. */
function* findingsJson(
  packages: readonly WeighedPackage[],
  { weighed, images, subject }: ReportFacts,
): Generator<string> {
  const { counts, failing, ignored, fresh, unlisted } = weighed
  const head = {
    image: subject.image,
    scanning: subject.type,
    images: images.map(({ digest, platform, status }) => ({ digest, platform, status })),
    counts: { found: counts, failing, ignored, new: fresh, unlisted },
  }
  yield `${JSON.stringify(head).slice(0, -1)},"findings":[`
  let piece = ''
  let isFirst = true
  for (const one of packages) {
    piece += `${isFirst ? '' : ','}\n${JSON.stringify(asJson(one))}`
    isFirst = false
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  yield `${piece}\n]}\n`
}

/** In characters. */
const PIECE = 256 * 1024

function asJson({ finding, in: found, platform, ignored, isNew, fails }: WeighedPackage): object {
  const { severity, name, score, exploitAvailable, description, uri } = finding
  return {
    name,
    severity,
    score,
    package: found.name,
    installed: found.installed,
    fixed: found.fixed,
    fixable: found.isFixable,
    exploitAvailable,
    platform,
    fails,
    new: isNew,
    ignored: ignored === null ? null : { reason: ignored.reason, until: ignored.until, place: ignored.place },
    uri,
    description,
  }
}

/**
 * Writes a file beside its place, and moves it there: what stands there is replaced, never followed.
 * @throws ActionError if the place is outside of the folder by now; else the file system's error
 */
async function writeWhole(file: string, within: string, pieces: Iterable<string>): Promise<void> {
  refuseMoved(file, within)
  await mkdir(path.dirname(file), { recursive: true })
  refuseMoved(file, within)
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}`)
  const handle = await open(temporary, 'wx')
  try {
    for (const piece of pieces) await handle.write(piece)
    await handle.close()
    await rename(temporary, file)
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(temporary, { force: true })
    throw error
  }
}

function refuseMoved(file: string, within: string): void {
  if (insideOfNew(within, file) === file) return
  throw new ActionError(
    `scan-report: ${file} is not in ${within} any more.`,
    'look at which step has put a symbolic link there.',
  )
}
