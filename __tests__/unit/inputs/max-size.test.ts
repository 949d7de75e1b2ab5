import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readMaxSize } from '../../../src/inputs/max-size.ts'
import { Reader } from '../../../src/inputs/reader.ts'

const read = (given: string) => {
  const reader = new Reader({ get: (name) => (name === 'max-size' ? given : ''), env: {}, cwd: '/' })
  const value = readMaxSize(reader)
  reader.finish()
  return value
}

test.each([
  ['1', 1],
  ['500000000', 500_000_000],
  ['500MB', 500_000_000],
  ['500 mb', 500_000_000],
  ['1.5GB', 1_500_000_000],
  ['1GiB', 1024 ** 3],
  ['0.5kib', 512],
  ['10kB', 10_000],
  ['64MiB', 64 * 1024 ** 2],
  ['12B', 12],
])('%s', (given, bytes) => {
  expect(read(` ${given}\n`)).toEqual({ bytes, given })
})

test('none', () => {
  expect(read('')).toBeNull()
})

describe('a wrong one', () => {
  test.each([
    '0',
    '0MB',
    '0.0001kB',
    '-1',
    '1.5',
    '1.5B',
    '500M',
    '500m',
    '1G',
    '5TB',
    '1e6',
    '1,000',
    '500 MB MB',
    '500  MB',
    'MB',
    '.5GB',
    '0x10',
    '١٢',
    '999999999999999GB',
    'true',
  ])('%s', (given) => {
    expect(() => read(given)).toThrow(
      `Input 'max-size': '${given}': must be a number of bytes above 0, or a number with kB, MB or GB (powers of 1000), KiB, MiB or GiB (powers of 1024), such as 500MB`,
    )
  })
})

test('whatever is given is a whole number of bytes above 0, or refused by name', () => {
  const unit = fc.constantFrom('', 'B', 'kB', 'MB', 'GB', 'KiB', 'MiB', 'GiB', 'm', 'TB', ' ')
  const number = fc.oneof(fc.double({ noNaN: true }).map(String), fc.bigInt().map(String), fc.string())
  fc.assert(
    fc.property(number, unit, (digits, letters) => {
      const given = `${digits}${letters}`.trim()
      try {
        const { bytes = 1 } = read(given) ?? {}
        expect(Number.isSafeInteger(bytes) && bytes > 0).toBe(true)
      } catch (error) {
        expect((error as Error).message).toContain("Input 'max-size'")
      }
    }),
  )
})
