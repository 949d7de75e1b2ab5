// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a Dockerfile.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { expandWord, UNKNOWN } from '../../../../src/docker/syntax/expand.ts'

// As BuildKit expands words, which its own tests say: frontend/dockerfile/shell/envVarTest at v0.25.1 has these and more.

const env: Readonly<Record<string, string>> = {
  X: 'a',
  E: '',
  U: UNKNOWN,
  P: '/usr/local/bin',
  K: '한국어',
  S: 'a*b?c',
}
const expand = (word: string, escaping = '\\') => expandWord(word, (name) => env[name], escaping)

describe('a word with variables', () => {
  test.each<[string, string | null]>([
    ['$X', 'a'],
    ['${X}b$N', 'ab'],
    ['$Xb-$X.b', '-a.b'],
    ['${N:-d}${N-d}${E:-d}${E-d}', 'ddd'],
    ['${X:-d}${X-d}', 'aa'],
    ['${X:+d}${X+d}${N:+d}${N+d}${E:+d}${E+d}', 'ddd'],
    ['${N:-${X}$X}', 'aa'],
    ['${N:-"a}b"}', 'a}b'],
    ['${X?no}${X:?no}${E?no}', 'aa'],
    ['${N?no}', null],
    ['${E:?no}', null],
    ['${P#*/}', 'usr/local/bin'],
    ['${P##*/}', 'bin'],
    ['${P%/*}', '/usr/local'],
    ['${P%%/*}', ''],
    ['${P#x}${P%x}', '/usr/local/bin/usr/local/bin'],
    ['${P/usr/opt}', '/opt/local/bin'],
    ['${P//l?/-}', '/usr/-ca-bin'],
    ['${P/l*l/-}', '/usr/-/bin'],
    ['${P/\\//-}', '-usr/local/bin'],
    ['${K#?}', '국어'],
    ['${S#a\\*}', 'b?c'],
    ['${S/\\?/!}', 'a*b!c'],
    ['${P#\\x}', null],
    ['${X:#a}', null],
    ['${X!}', null],
    ['${}', null],
    ['${', null],
    ['${X', null],
    ['${X/a}', null],
    ['\'$X\'"$X"\\$X', '$Xa$X'],
    ['"a\\"b\\n"', 'a"b\\n'],
    ["'a", null],
    ['"a', null],
    ['a\\', 'a'],
    ['$', '$'],
    ['$1a$', 'a$'],
    ['<<EOF', '<<EOF'],
  ])('%s', (word, value) => expect(expand(word)).toBe(value))

  test('with another escape character', () => {
    expect([expand('`$X\\$X', '`'), expand('"`"\\"', '`'), expand('a`', '`')]).toEqual(['$X\\a', '"\\', 'a'])
  })

  test('what is not known makes as little unknown as it can', () => {
    expect(
      ['a-$U', '${U:-d}', '${U:+d}', '${U+d}', '${U-d}', '${U#x}', '${X#$U}', '${X/$U/b}'].map((word) =>
        expand(word),
      ),
    ).toEqual([`a-${UNKNOWN}`, UNKNOWN, UNKNOWN, 'd', UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN])
  })
})

test('patterns match what the shell pattern of the same name matches', () => {
  const part = fc.constantFrom('a', 'b', '*', '?', '**', 'ab')
  const pattern = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''))
  const value = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 10 }).map((letters) => letters.join(''))
  const pick = (text: string, ends: number[]) => ends.map((end) => text.slice(end))
  fc.assert(
    fc.property(pattern, value, (glob, text) => {
      const whole = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`)
      const begins = [...text, ''].flatMap((_, end) => (whole.test(text.slice(0, end)) ? [end] : []))
      const [shortest = text, longest = text] = [
        pick(text, begins.slice(0, 1))[0],
        pick(text, begins.slice(-1))[0],
      ]
      const values = (name: string) => (name === 'V' ? text : undefined)
      expect(expandWord(`\${V#${glob}}`, values, '\\')).toBe(shortest)
      // A first asterisk would be another operator.
      if (!glob.startsWith('#')) expect(expandWord(`\${V##${glob}}`, values, '\\')).toBe(longest)
    }),
    { numRuns: 500 },
  )
})

const LONG = 'a'.repeat(500)
// Each of them takes seconds to years if patterns are regular expressions, if every place is tried by itself, or if what
// has grown too long is still kept.
test.each<[string, string, string | null]>([
  ['asterisks at the beginning', `\${A#${'*a'.repeat(49)}b}`, LONG],
  ['asterisks at the end', `\${A%b${'a*'.repeat(49)}}`, LONG],
  ['asterisks in many substitutions', `\${A//${'*a'.repeat(49)}b/c}`.repeat(2_000), UNKNOWN],
  ['defaults in defaults', '${A:-'.repeat(100_000), null],
  ['defaults in defaults of what is not set', '${N:-'.repeat(100_000), null],
  ['values in quotes', `"${'$A'.repeat(100_000)}"`, UNKNOWN],
  ['values', '$A'.repeat(100_000), UNKNOWN],
  ['quotes', '"'.repeat(200_000), ''],
  ['escapes', '\\'.repeat(200_000), UNKNOWN],
  ['dollars', '$'.repeat(200_000), ''],
  ['a long name', `$${'A'.repeat(200_000)}`, UNKNOWN],
])('%s end in two seconds of a processor', (_, word, value) => {
  const before = process.cpuUsage()
  const text = expandWord(word, (name) => (name === 'A' ? LONG : undefined), '\\')
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2)
  if (value === UNKNOWN) expect(text).toContain(UNKNOWN)
  else expect(text).toBe(value)
})
