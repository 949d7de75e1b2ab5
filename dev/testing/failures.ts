import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { root } from '../root.ts'

/** What failed, for the end of a run: a test, or all that stands behind a name. */
export interface Failure {
  /** A test file, absolute or relative to the root of the checkout; or the name of a check. */
  readonly file: string
  /** The full name of the test; empty if it is not a test that failed. */
  readonly test: string
  /** What is known of it, as jest has it: with colours and stack trace. */
  readonly message: string
}

const MOST_TESTS = 10
const MOST_LINES = 6
/** What a terminal, or the end of a log, shows without scrolling, less the lines around the list. */
const SCREEN = 24

/**
 * The failures of a run as its last lines, from which a person knows what to look at.
 * @returns at most 10 blocks, each of file, test, and the begin of its message; shorter ones if there are many
 */
export function describeFailures(failures: readonly Failure[]): string[] {
  const shown = failures.slice(0, MOST_TESTS)
  const most = Math.max(1, Math.min(MOST_LINES, Math.floor(SCREEN / Math.max(1, shown.length)) - 1))
  const blocks = shown.flatMap(({ file, test, message }) => {
    const name = path.isAbsolute(file) ? path.relative(root, file) : file
    return [test === '' ? name : `${name} › ${test}`, ...essence(message, most).map((line) => `    ${line}`)]
  })
  const more = failures.length - shown.length
  return more === 0 ? blocks : [...blocks, `and ${more} more, which are reported above`]
}

/** The lines of a message that say most: the place in a test last, and of a comparison only what differs. */
function essence(message: string, most: number): string[] {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '')
  const isOfStack = (line: string) => /^\s+at /.test(line)
  const text = lines.filter((line) => !isOfStack(line))
  const differing = text.findIndex((line) => line.startsWith('- Expected'))
  const said = text
    .filter((line, index) => differing < 0 || index < differing || /^[-+]/.test(line))
    .map((line) => line.replace(/^Error: (?=expect\()/, '').slice(0, 300))
  const at = lines.find((line) => isOfStack(line) && line.includes(root) && !line.includes('node_modules'))
  const place =
    at === undefined || most === 1
      ? []
      : [
          at
            .trim()
            .replace(/^at .*\((.*)\)$/, 'at $1')
            .replace(`${root}${path.sep}`, ''),
        ]
  return [...said.slice(0, most - place.length), ...place]
}
