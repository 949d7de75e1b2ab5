import { expect, test } from '@jest/globals'
import { byteSize } from '../../../src/shared/byte-size.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1500, '1.50 kB'],
  [9_999, '10.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.00 MB'],
  [999_999_999, '1.00 GB'],
  [12_345_678, '12.3 MB'],
  [1.5e9, '1.50 GB'],
])('%d bytes', (count, expected) => {
  expect(byteSize(count)).toBe(expected)
})
