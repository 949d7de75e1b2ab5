import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { root } from '../../dev/root.ts'

// Nothing leaves npm test without a word: a mark of __tests__/support/variants.ts has a comment beside it that says what
// proves its kind, and the test that it names is one that npm test runs.

const tests = path.join(root, '__tests__')
const files = readdirSync(tests, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && path.basename(file) !== 'variants.test.ts')
  .filter((file) => readFileSync(path.join(tests, file), 'utf8').includes("support/variants.ts'"))

const MARK =
  /\b(?:variants?|rows|provingRows)(?:\.each)?(?:<[^(]*>)?\(|\? test : variant\b|\bif \(!?EVERY_VARIANT\b/
/** A comment beside a mark is at most so many lines away: above it, or between the rows of its table. */
const LINES = 12

/** The comments of a file that tell of variants, each with the line where it begins. */
function commentsIn(lines: readonly string[]): { line: number; text: string }[] {
  return lines.flatMap((text, line) => {
    if (!/\/[/*]+ .*\bVariants?\b/.test(text)) return []
    let end = line + 1
    while (/^\s*\/\//.test(lines[end] ?? '')) end++
    return [{ line, text: lines.slice(line, end).join('\n') }]
  })
}

test('there are such files', () => {
  expect(files.length).toBeGreaterThan(20)
})

describe.each(files)('%s', (file) => {
  const lines = readFileSync(path.join(tests, file), 'utf8').split('\n')
  const comments = commentsIn(lines)

  test('says beside each mark what proves the kind', () => {
    const marks = lines.flatMap((text, line) => (MARK.test(text) && !/^\s*\/\//.test(text) ? [line] : []))
    expect(marks.length).toBeGreaterThan(0)
    const silent = marks.filter((mark) => !comments.some(({ line }) => Math.abs(line - mark) <= LINES))
    expect(silent.map((line) => `${line + 1}: ${lines[line]}`)).toEqual([])
  })

  test('names tests that exist', () => {
    const named = comments.flatMap(({ text }) => text.match(/[\w/-]+\.test\.ts/g) ?? [])
    const missing = named.filter(
      (name) =>
        ![path.join(tests, path.dirname(file), name), path.join(tests, name)].some((one) => existsSync(one)),
    )
    expect(missing).toEqual([])
  })
})
