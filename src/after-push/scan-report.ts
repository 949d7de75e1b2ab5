import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { findingsPath, type ScanReportInput } from '../inputs/scan.ts'
import { insideOfNew } from '../inputs/workspace.ts'
import { ActionError, messageOf } from '../shared/errors.ts'
import { jsonItems, leftOutNote, SARIF_LIMITS, type SarifSubject, sarifLog } from './sarif.ts'
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
  limits: SarifLimits = SARIF_LIMITS,
): Promise<WrittenReport> {
  const findings = findingsPath(file)
  return explainingFiles(`the report cannot be written to ${file}`, async () => {
    const left = await writeSarif({ file, within }, facts, limits)
    await writeWhole(findings, within, findingsJson(facts))
    return { sarif: file, findings, note: left === 0 ? null : `scan-report: ${leftOutNote(left)}` }
  })
}

/**
 * Takes away what an earlier run has left where the report goes: it is not to be uploaded as that of a run that ends
 * without one.
 * @throws ActionError if it cannot be, and so not be replaced either
 */
export async function removeReport({ file, within }: ScanReportInput): Promise<void> {
  await explainingFiles(`what an earlier run has left cannot be removed from ${file}`, async () => {
    refuseMoved(file, within)
    for (const one of [file, findingsPath(file)]) await rm(one, { force: true })
  })
}

async function explainingFiles<T>(failed: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ActionError) throw error
    throw new ActionError(
      `scan-report: ${failed}: ${messageOf(error)}`,
      'give scan-report a path of a file in the workspace or in RUNNER_TEMP that the step may write.',
      { cause: error, page: 'scan.md#a-report-for-code-scanning' },
    )
  }
}

type SarifLimits = { readonly results: number; readonly gzippedBytes: number }

/**
 * Writes as many of the findings as GitHub takes, the worst first.
 * @returns how many are left out
 */
async function writeSarif(
  { file, within }: Pick<ScanReportInput, 'file' | 'within'>,
  { weighed: { packages }, subject }: ReportFacts,
  { results, gzippedBytes }: SarifLimits,
): Promise<number> {
  const told = packages.filter(({ ignored }) => ignored === null)
  for (let keep = Math.min(told.length, results); ; ) {
    const left = told.length - keep
    let packed = 0
    const isWritten = await writeWhole(
      file,
      within,
      sarifLog(told.slice(0, keep), left, subject),
      async (written, bytes) => {
        // What is small enough before it is packed need not be packed to know it: packing makes nothing a tenth larger.
        packed = bytes * 1.1 <= gzippedBytes ? 0 : await packedSize(written)
        return keep === 0 || packed <= gzippedBytes
      },
    )
    if (isWritten) return left
    // As much less as it is too large, and a little more, as it is not packed alike everywhere.
    keep = Math.floor((keep * 0.98 * gzippedBytes) / packed)
  }
}

/** In bytes. The file is never in memory as a whole. */
async function packedSize(file: string): Promise<number> {
  let size = 0
  const count = new Writable({
    write: (piece: Buffer, _, done) => {
      size += piece.length
      done()
    },
  })
  await pipeline(createReadStream(file), createGzip(), count)
  return size
}

/** All findings, a line each. */
function* findingsJson({ weighed, images, subject }: ReportFacts): Generator<string> {
  const { counts, failing, ignored, fresh, unlisted, packages } = weighed
  const head = {
    image: subject.image,
    scanning: subject.type,
    images: images.map(({ digest, platform, status }) => ({ digest, platform, status })),
    counts: { found: counts, failing, ignored, new: fresh, unlisted },
  }
  yield `${JSON.stringify(head).slice(0, -1)},"findings":[`
  yield* jsonItems(inJson(packages))
  yield ']}\n'
}

function* inJson(packages: readonly WeighedPackage[]): Generator<object> {
  for (const { finding, in: found, platform, ignored, isNew, fails } of packages) {
    const { severity, name, score, exploitAvailable, description, uri } = finding
    yield {
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
      ignored:
        ignored === null ? null : { reason: ignored.reason, until: ignored.until, place: ignored.place },
      uri,
      description,
    }
  }
}

/**
 * Writes a file beside its place, and moves it there: what stands there is replaced, never followed.
 * @param accept whether what was written, of so many bytes, is to be moved there
 * @returns whether it was
 * @throws ActionError if the place is outside of the folder by now; else the file system's error
 */
async function writeWhole(
  file: string,
  within: string,
  pieces: Iterable<string>,
  accept: (written: string, bytes: number) => Promise<boolean> = async () => true,
): Promise<boolean> {
  refuseMoved(file, within)
  await mkdir(path.dirname(file), { recursive: true })
  refuseMoved(file, within)
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}`)
  const handle = await open(temporary, 'wx')
  try {
    let bytes = 0
    for (const piece of pieces) {
      await handle.writeFile(piece)
      bytes += Buffer.byteLength(piece)
    }
    await handle.close()
    const isAccepted = await accept(temporary, bytes)
    if (isAccepted) await rename(temporary, file)
    else await rm(temporary)
    return isAccepted
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
