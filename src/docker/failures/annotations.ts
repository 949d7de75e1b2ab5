import path from 'node:path'
import { isCacheExportName } from '../../shared/cache-export.ts'
import { clip } from '../../shared/clip.ts'
import type { SourceLocation } from '../../shared/errors.ts'
import type { BuildRequest } from '../port.ts'
import { isRemote } from '../syntax/context.ts'
import { sourceBlocks } from './source-blocks.ts'

/** Shows a message on the run's page and, if a location is given, beside those lines of the file. */
export type Annotate = (
  kind: 'error' | 'warning' | 'notice',
  message: string,
  location?: SourceLocation,
) => void

/** The Dockerfile of a build, relative to the workspace; null if it is outside of it. */
export function dockerfilePath(
  request: Pick<BuildRequest, 'context' | 'file'>,
  workspace: string,
): string | null {
  if (request.file === null || isRemote(request.file) || isRemote(request.context)) return null
  const relative = path.relative(workspace, request.file)
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? null : relative
}

/** A registry that refuses one cache may refuse all of them. */
const CACHES_SHOWN = 5

/**
 * Annotates errors of reading or writing a cache, which do not end a build: in one annotation, however many there are. A
 * cache that does not exist yet is no error.
 * @param progress BuildKit's plain progress
 */
export function annotateCacheErrors(progress: string, annotate: Annotate): void {
  const failed = failedCaches(progress)
  const [only] = failed
  if (only === undefined) return
  if (failed.length === 1) {
    annotate(
      'warning',
      `The cache was not ${only.done}, and the build continued without it (${only.what}): ${only.error}`,
    )
    return
  }
  const more = failed.length - CACHES_SHOWN
  annotate(
    'warning',
    [
      `${failed.length} caches were not ${doneWith(failed)}, and the build continued without them:`,
      ...failed.slice(0, CACHES_SHOWN).map(({ what, error }) => `  ${what}: ${error}`),
      ...(more > 0 ? [`  … and ${more} more; the log has all of them`] : []),
    ].join('\n'),
  )
}

interface FailedCache {
  readonly done: 'read' | 'written'
  /** As BuildKit names the step. */
  readonly what: string
  readonly error: string
}

const doneWith = (failed: readonly FailedCache[]) => [...new Set(failed.map(({ done }) => done))].join(' or ')

/** @returns each that failed, in the order in which they did; texts of registries are cut */
function failedCaches(progress: string): FailedCache[] {
  const doing = new Map<string, string>()
  const failed: FailedCache[] = []
  for (const line of progress.split(/\r?\n/)) {
    const [, number = '', text = ''] = /^#(\d+) (.*)$/.exec(line) ?? []
    if (text.startsWith('importing cache manifest from ') || isCacheExportName(text)) doing.set(number, text)
    const [, error] = /^ERROR: (.*)$/.exec(text) ?? []
    const what = doing.get(number)
    if (error === undefined || what === undefined) continue
    const reading = what.startsWith('importing')
    if (reading && /not found|does not exist|no such/i.test(error)) continue
    failed.push({ done: reading ? 'read' : 'written', what: clip(what, 200), error: clip(error, 500) })
  }
  return failed
}

/** A finding of the Dockerfile's checks, at its lines. */
interface FoundInFile {
  readonly message: string
  readonly location: SourceLocation
}

/**
 * So many findings are annotations of their own: GitHub shows 10 warnings of a step, and others have to find a place.
 * https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations
 */
const FINDINGS_SHOWN = 5

/** Annotates the first findings at their lines, and tells of the others in one annotation of the file. */
function annotateFirst(findings: readonly FoundInFile[], annotate: Annotate): void {
  const shown = findings.length === FINDINGS_SHOWN + 1 ? findings : findings.slice(0, FINDINGS_SHOWN)
  for (const { message, location } of shown) annotate('warning', message, location)
  const [next, ...others] = findings.slice(shown.length)
  const files = new Set(findings.map(({ location }) => location.file))
  if (next === undefined) return
  annotate(
    'warning',
    `The checks of the Dockerfile${files.size > 1 ? 's' : ''} found ${others.length + 1} more; the log lists all of them.`,
    next.location,
  )
}

/** One entry of `buildx.build.warnings` in buildx's metadata; bytes are base64. */
interface CheckWarning {
  readonly short?: string
  readonly url?: string
  /** The file that it was found in, whose bytes are base64 too. */
  readonly sourceInfo?: { readonly data?: string } | null
  readonly range?: readonly {
    readonly start?: { readonly line?: number }
    readonly end?: { readonly line?: number }
  }[]
}

const isLine = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0

/**
 * Annotates what the checks of the Dockerfile found in a build that succeeded.
 * @param warnings as buildx's metadata has them
 * @param file as `dockerfilePath` returns it
 */
export function annotateChecks(warnings: unknown, file: string | null, annotate: Annotate): void {
  if (file !== null)
    annotateFirst(
      findingsIn(warnings, () => file),
      annotate,
    )
}

/**
 * The same of a build of several Dockerfiles. What is found at the same lines for several targets or platforms is told
 * once.
 * @param files by their whole text, as base64, as `dockerfilePath` returns them
 */
export function annotateChecksOfAll(
  warnings: unknown,
  files: ReadonlyMap<string, string>,
  annotate: Annotate,
): void {
  const findings = findingsIn(warnings, (data) => files.get(data) ?? null)
  annotateFirst([...new Map(findings.map((one) => [JSON.stringify(one), one])).values()], annotate)
}

/** @param fileOf the file with that text, as base64; null if it is none that can be shown */
function findingsIn(warnings: unknown, fileOf: (data: string) => string | null): FoundInFile[] {
  if (!Array.isArray(warnings)) return []
  return (warnings as readonly (CheckWarning | null)[]).flatMap((warning): FoundInFile[] => {
    const { short, url, range, sourceInfo } = warning ?? {}
    if (typeof short !== 'string' || !Array.isArray(range)) return []
    const line: unknown = range[0]?.start?.line
    const data: unknown = sourceInfo?.data
    const file = fileOf(typeof data === 'string' ? data : '')
    if (!isLine(line) || file === null) return []
    const text = Buffer.from(short, 'base64').toString('utf8')
    const end: unknown = range.at(-1)?.end?.line
    return [
      {
        message: typeof url === 'string' && url !== '' ? `${text}\n${url}` : text,
        location: { file, line, endLine: isLine(end) ? end : line },
      },
    ]
  })
}

/**
 * Annotates the findings of `call: check`, as it prints them: `WARNING: RULE - URL`, what it is, and the lines.
 * @param stdout of `docker buildx build --call=check`
 * @param file as `dockerfilePath` returns it
 */
export function annotateFindings(stdout: string, file: string | null, annotate: Annotate): void {
  if (file === null) return
  const lines = stdout.split(/\r?\n/)
  let from = 0
  const findings: FoundInFile[] = []
  for (const { line, endLine, start, end } of sourceBlocks(lines)) {
    const said = lines.slice(from, start).filter((text) => text.trim() !== '')
    from = end
    const head = said.findLastIndex((text) => /^(?:WARNING|ERROR): /.test(text))
    findings.push({
      message: said.slice(Math.max(head, 0)).join('\n'),
      location: { file, line, endLine },
    })
  }
  annotateFirst(findings, annotate)
}
