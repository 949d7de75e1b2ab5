import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'
import { describeFailures } from '../../dev/testing/failures.ts'
import { start } from '../support/command.ts'

// The last lines of `npm test`: who sees nothing but them knows what failed.

let checkout: string

beforeAll(() => {
  checkout = mkdtempSync(path.join(os.tmpdir(), 'failures-'))
  for (const name of ['dev', 'package.json', 'package-lock.json', 'jest.config.mjs'])
    cpSync(path.join(root, name), path.join(checkout, name), { recursive: true })
  cpSync(path.join(root, '__tests__', 'support'), path.join(checkout, '__tests__', 'support'), {
    recursive: true,
  })
  symlinkSync(path.join(root, 'node_modules'), path.join(checkout, 'node_modules'))
})
afterAll(() => rmSync(checkout, { recursive: true, force: true }))

async function runTests(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const folder = mkdtempSync(path.join(checkout, '__tests__', 'of-'))
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, `${name}.test.ts`), text)
  const { code, output } = await start(['dev/test.ts', path.basename(folder), ...args], { folder: checkout })
    .end
  const end = output.slice(output.lastIndexOf(' s in all\n') + 10)
  return { code, end: end.replaceAll(path.join('__tests__', path.basename(folder), path.sep), '') }
}

test('each failed test with its file, its name and what it said, directly before the count', async () => {
  const { code, end } = await runTests({
    a: `describe('a group', () => { test('is one', () => { expect({ a: 1, b: 2 }).toEqual({ a: 2, b: 2 }) }) })
test('passes', () => {})`,
    b: `test('throws', () => { throw new TypeError('first\\nsecond') })`,
    c: `import './nosuch.ts'`,
  })
  expect(code).toBe(1)
  const [, counted] = end.split(/\n(?=\d+ passed)/)
  expect(counted).toBe('1 passed, 3 failed, 0 skipped\n')
  const blocks = end.split(/^(?=\S)/m).slice(0, -1)
  expect(blocks).toHaveLength(3)
  expect(blocks).toEqual(
    expect.arrayContaining([
      `a.test.ts › a group › is one
    expect(received).toEqual(expected) // deep equality
    - Expected  - 1
    + Received  + 1
    -   "a": 2,
    +   "a": 1,
    at a.test.ts:1:75
`,
      `b.test.ts › throws
    TypeError: first
    second
    at b.test.ts:1:30
`,
      expect.stringMatching(/^c\.test\.ts\n {4}.*Cannot find module '\S*\/nosuch\.ts' imported from /),
    ]),
  )
})

test('jest that ends without a report, and without a failed test', async () => {
  const { code, end } = await runTests({
    a: `test('ends all', () => { process.kill(process.ppid, 'SIGKILL') })`,
    b: `test('ends all', () => { process.kill(process.ppid, 'SIGKILL') })`,
  })
  expect(code).toBe(1)
  expect(end).toMatch(
    /^tests\n {4}It ended before these files had a result; what it said is above:\n {4}.*a\.test\.ts\n {4}.*b\.test\.ts\n0 passed, 0 failed, 0 skipped\n$/,
  )
})

describe('however many failed, the end of the output holds them', () => {
  const one = {
    file: path.join(root, 'a.test.ts'),
    test: 'name',
    message: 'Error: 1\n2\n3\n4\n5\n6\n7\n8\n9',
  }

  test.each([
    [1, 7],
    [3, 21],
    [4, 24],
    [10, 20],
    [200, 21],
  ])('%d', (count, lines) => {
    const said = describeFailures(Array.from({ length: count }, () => one))
    expect(said).toHaveLength(lines)
    expect(said.slice(0, 2)).toEqual(['a.test.ts › name', '    Error: 1'])
    if (count > 10) expect(said.at(-1)).toBe(`and ${count - 10} more, which are reported above`)
  })

  test('without colours, and of the stack only the place in the project', () => {
    const message = `\u001b[31mError: bad\u001b[39m\n\n    at x (${root}/node_modules/y.js:1:1)\n    at z (node:internal/z:1:1)\n    at t (${root}/__tests__/t.ts:2:3)`
    expect(describeFailures([{ ...one, message }])).toEqual([
      'a.test.ts › name',
      '    Error: bad',
      '    at __tests__/t.ts:2:3',
    ])
  })
})
