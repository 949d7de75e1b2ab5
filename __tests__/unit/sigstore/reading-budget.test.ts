import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { ReadingBudget } from '../../../src/sigstore/reading-budget.ts'
import { lowerLimits } from '../../support/limits.ts'

let now = 0
let lines: string[] = []
let budget: ReadingBudget
beforeEach(() => {
  lowerLimits({ bundlesMs: 300_000, bundlesBytes: 1024 * 1024 })
  now = 1234.5
  jest.spyOn(performance, 'now').mockImplementation(() => now)
  lines = []
  budget = new ReadingBudget({ debug: () => undefined, log: (line) => lines.push(line) })
})
afterEach(() => {
  jest.restoreAllMocks()
})

test('the time begins with the first that is read, and does not begin anew', () => {
  now += 1_000_000
  const begun = now
  expect(budget.refuse(1)).toBeNull()
  for (const ms of [150_000, 299_999]) {
    now = begun + ms
    expect(budget.refuse(1)).toBeNull()
  }
  expect(lines).toEqual([])
  now = begun + 300_000
  expect(budget.refuse(1)).toBe('time')
  expect(lines).toEqual([
    'The attestations beside the image could not be read within the 300 s that they are given: not all were looked at',
  ])
})

test('all bytes count together, and what does not fit takes nothing', () => {
  expect(budget.refuse(1024 * 1024 - 10)).toBeNull()
  expect(budget.refuse(11)).toBe('size')
  expect(budget.refuse(10)).toBeNull()
  expect(budget.refuse(1)).toBe('size')
})

test('one line tells of both limits: that of the first that was reached', () => {
  expect(budget.refuse(1024 * 1024 + 1)).toBe('size')
  now += 300_000
  expect(budget.refuse(1)).toBe('time')
  expect(lines).toEqual([
    'The attestations beside the image have more than the 1 MiB that are read of them: not all were looked at',
  ])
})
