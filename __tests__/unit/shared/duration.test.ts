import { expect, test } from '@jest/globals'
import { duration } from '../../../src/shared/duration.ts'

test.each([
  [0, '0 ms'],
  [0.0994, '99 ms'],
  [0.0996, '0.1 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.7, '1 min'],
  [125, '2 min 5 s'],
  [3599.6, '60 min'],
])('%d seconds', (seconds, expected) => {
  expect(duration(seconds)).toBe(expected)
})
