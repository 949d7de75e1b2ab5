import { expect, test } from '@jest/globals'
import { clip } from '../../../src/shared/clip.ts'

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
