import { readFile } from 'node:fs/promises'
import type { BuildFailureDetails } from '../../shared/build-failure.ts'
import { clip } from '../../shared/clip.ts'
import type { SourceLocation } from '../../shared/errors.ts'

/** Lines of the Dockerfile that are shown before and after the failing ones. */
const AROUND = 3
/** An instruction may span hundreds of lines. */
const LONGEST_EXCERPT = 40
const LONGEST_SOURCE_LINE = 1000

/**
 * The lines of a Dockerfile around the ones that failed.
 * @param file its absolute path
 * @returns null if it cannot be read, or is shorter than what the builder has read
 */
export async function excerptOf(
  { file: shown, line, endLine }: SourceLocation,
  file: string,
): Promise<BuildFailureDetails['excerpt']> {
  const text = await readFile(file, 'utf8').catch(() => null)
  const all = text?.split(/\r?\n/) ?? []
  if (line < 1 || line > all.length) return null
  const first = Math.max(1, line - AROUND)
  const last = Math.min(all.at(-1) === '' ? all.length - 1 : all.length, endLine + AROUND)
  const lines = all.slice(first - 1, Math.min(last, first - 1 + LONGEST_EXCERPT)).map((content, at) => {
    const number = first + at
    return { number, text: clip(content, LONGEST_SOURCE_LINE), failed: number >= line && number <= endLine }
  })
  return { file: shown, endLine: Math.min(endLine, all.length), lines }
}
