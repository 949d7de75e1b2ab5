import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, jest, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'
import { Progress } from '../../dev/testing/progress.ts'
import type { FileReport } from '../../dev/testing/reporter.ts'
import { type Durations, LONG, share } from '../../dev/testing/shares.ts'

// What a person who waits for the tests reads meanwhile.

const FILE = path.join(root, '__tests__/e2e/load.test.ts')
const ended: FileReport = {
  type: 'file',
  file: FILE,
  passed: 3,
  failed: 1,
  skipped: 0,
  seconds: 65,
  failure: '',
  failures: [],
}

function progressOf(files: readonly string[]) {
  const said: string[] = []
  const durations = { of: () => 60, set: () => undefined } as unknown as Durations
  const progress = new Progress('end-to-end', files, {
    durations,
    lanes: 1,
    print: (line) => said.push(line),
  })
  return { progress, said }
}

test('a file that runs for long says how many of its tests have ended; one that ends soon says nothing', () => {
  const now = jest.spyOn(performance, 'now').mockReturnValue(0)
  const { progress, said } = progressOf([FILE])
  progress.addTest({ type: 'test', file: FILE, passed: true })
  now.mockReturnValue(29_000)
  progress.addTest({ type: 'test', file: FILE, passed: false })
  expect(said).toEqual([])
  now.mockReturnValue(31_000)
  progress.addTest({ type: 'test', file: FILE, passed: true })
  now.mockReturnValue(40_000)
  progress.addTest({ type: 'test', file: FILE, passed: true })
  expect(said).toEqual(['  __tests__/e2e/load.test.ts is running: 2 passed, 1 failed so far'])
  now.mockRestore()
})

test('a file that has ended is told with what is left', () => {
  const other = path.join(root, '__tests__/e2e/public.test.ts')
  const { progress, said } = progressOf([FILE, other].map((file) => path.relative(root, file)))
  progress.add(ended)
  expect(said).toEqual(['  end-to-end 1 of 2, about 1 min left: FAIL __tests__/e2e/load.test.ts, 65 s'])
  expect(progress.counts).toEqual({ passed: 3, failed: 1, skipped: 0 })
})

test('files are dealt out so that all shares take about as long, the longest first', () => {
  const seconds: Readonly<Record<string, number>> = { a: 1, b: 5, c: 3, d: 3 }
  expect(share(Object.keys(seconds), 2, (name) => seconds[name] as number)).toEqual([
    ['b', 'a'],
    ['c', 'd'],
  ])
  expect(Object.keys(LONG).filter((file) => !existsSync(path.join(root, file)))).toEqual([])
})
