import { expect, test } from '@jest/globals'
import { clip, firstLines } from '../../../src/shared/clip.ts'
import { rememberSecret } from '../../../src/shared/secrets.ts'

test.each([
  ['', 3, ''],
  ['abc', 3, 'abc'],
  ['ab cd', 2, 'ab… (5 characters)'],
  ['ab cd', 4, 'ab… (5 characters)'],
  ['ab\ncd ef', 5, 'ab\ncd… (8 characters)'],
  ['ab😀', 4, 'ab😀'],
  // Half of a word could be half of a secret, which the runner masks only as a whole.
  ['abcd', 3, '… (4 characters)'],
  ['ab 😀😀', 5, 'ab… (7 characters)'],
  [' abcd', 3, '… (5 characters)'],
])('%j clipped to %d', (text, max, expected) => expect(clip(text, max)).toBe(expected))

test('a secret with blanks is masked before the cut: no mask knows a part of it', () => {
  rememberSecret('correct horse\nbattery staple, and more')
  rememberSecret('horse')
  for (let max = 1; max < 80; max++) {
    for (const secret of ['correct horse', 'battery staple, and more']) {
      const shown = clip(`it said: ${secret} and then ${'x '.repeat(40)}`, max)
      expect(shown).not.toMatch(/correct|horse|battery|staple/)
    }
  }
  // What is not cut is masked by the runner.
  expect(clip('correct horse', 13)).toBe('correct horse')
  expect(clip(`correct horse ${'x'.repeat(20)} end`, 34)).toBe(`*** ${'x'.repeat(20)} end`)
})

const REST = '\n… the rest is in the log'

test.each([
  ['as it is', 'ab\ncd', 5, 'ab\ncd'],
  ['between lines', 'a line\nanother\na third', 16, `a line\nanother${REST}`],
  ['between words, if a short line comes before a long one', 'ab\nc d e f g h i', 12, `ab\nc d e f g${REST}`],
  ['between words of the only line', 'ab cd ef', 6, `ab cd${REST}`],
  ['before a word that is too long', `ab cd ${'x'.repeat(20)}`, 12, `ab cd${REST}`],
  [
    'by counting a word that is too long',
    `${'x'.repeat(20)} ab`,
    12,
    `… (20 characters without a blank)${REST}`,
  ],
  [
    'by counting it, also behind blanks',
    `\n ${'x'.repeat(20)}\nab`,
    12,
    `… (20 characters without a blank)${REST}`,
  ],
])('the first lines are cut %s', (_, text, max, expected) => expect(firstLines(text, max)).toBe(expected))
