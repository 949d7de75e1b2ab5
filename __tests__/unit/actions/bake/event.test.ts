import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, expect, test } from '@jest/globals'
import { askingOnce } from '../../../../src/actions/bake/event.ts'
import type { Checkout } from '../../../../src/metadata/index.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'event-'))
afterAll(() => rmSync(folder, { recursive: true }))

const asked: string[] = []
beforeEach(() => {
  asked.splice(0)
})
const checkout: Checkout = {
  sha: 'a'.repeat(40),
  date: new Date(0),
  dateOf: async () => null,
  ref: async () => null,
}
const github = askingOnce({
  event: async () => {
    throw new Error('nobody asks for it')
  },
  lookups: {},
  checkout: async (at) => {
    asked.push(path.relative(folder, at) || '.')
    return checkout
  },
})

test('git is asked once for each checkout, however many contexts are in it', async () => {
  for (const one of ['.git', 'services/api', 'services/web', 'vendor/lib/src', 'vendor/lib/test'])
    mkdirSync(path.join(folder, one), { recursive: true })
  // That of a submodule, or of a worktree, is a file.
  writeFileSync(path.join(folder, 'vendor/lib/.git'), 'gitdir: elsewhere\n')
  symlinkSync(path.join('..', 'vendor', 'lib', 'src'), path.join(folder, 'services', 'linked'))
  const contexts = [
    'services/api',
    'services/web',
    '.',
    'vendor/lib/src',
    'vendor/lib/test',
    'services/linked',
  ]
  for (const context of contexts) expect(await github.checkout?.(path.join(folder, context))).toBe(checkout)
  expect(asked).toEqual(['.', 'vendor/lib'])
})

test('a folder that is not there is asked for as it is', async () => {
  await github.checkout?.(path.join(folder, 'services', 'missing'))
  expect(asked).toEqual(['services/missing'])
})
