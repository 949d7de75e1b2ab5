import { expect, test } from '@jest/globals'
import { clip } from '../../../src/shared/clip.ts'

test.each([
  ['', 3, ''],
  ['abc', 3, 'abc'],
  ['abcd', 3, 'abc… (4 characters)'],
  // A pair of code units is one character, and stays or goes as a whole.
  ['ab😀', 4, 'ab😀'],
  ['ab😀', 3, 'ab… (4 characters)'],
  ['a😀cd', 3, 'a😀… (5 characters)'],
])('%j clipped to %d', (text, max, expected) => expect(clip(text, max)).toBe(expected))
