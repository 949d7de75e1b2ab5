import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { Ignored } from '../../src/docker/bake/content/ignore.ts'
import { UnreadablePattern } from '../../src/docker/bake/content/pattern.ts'
import { contextEntries } from '../../src/docker/bake/content/walk.ts'
import { client, parts } from '../support/parts.ts'
import { EVERY_VARIANT, rows } from '../support/variants.ts'

// What content-tag takes for the context of a target is what docker sends: many .dockerignore files, whose contexts one
// bake copies whole, each into a folder.

jest.setTimeout(300_000)

let folder: string
let home: string

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'dockerignore-'))
  home = path.join(folder, 'home')
  mkdirSync(path.join(home, '.docker'), { recursive: true })
  const { pluginsDir } = parts().engines.current
  if (pluginsDir !== null) symlinkSync(pluginsDir, path.join(home, '.docker', 'cli-plugins'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Names in which patterns differ: short, nested, with dots, with what means something in a pattern. */
const FILES = [
  'a',
  'b',
  'ab',
  '.a',
  'a.b',
  'c/a',
  'c/b',
  'c/d/a',
  'c/d/ab',
  'c/.a',
  'd/c/a',
  'e*f/a',
  'g h/a',
  'é/a',
]
const EMPTY = ['empty', 'c/empty']

function makeContext(at: string, dockerignore: string): void {
  for (const one of EMPTY) mkdirSync(path.join(at, one), { recursive: true })
  for (const file of FILES) {
    mkdirSync(path.dirname(path.join(at, file)), { recursive: true })
    writeFileSync(path.join(at, file), '')
  }
  symlinkSync('c', path.join(at, 'link'))
  writeFileSync(path.join(at, '.dockerignore'), dockerignore)
}

/** All that is below a folder, as a context's entries are told. */
function listing(at: string, inside = ''): string[] {
  return readdirSync(path.join(at, inside)).flatMap((name) => {
    const file = path.posix.join(inside, name)
    const stat = lstatSync(path.join(at, file))
    const kind = stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'file'
    return [`${kind} ${file}`, ...(kind === 'folder' ? listing(at, file) : [])]
  })
}

// Variant: these have each rule of docker's once, and unit/docker/bake/content/ignore.test.ts docker's own table of them.
const WRITTEN = rows(
  [
    '**\n!c/d/a',
    'c\n!c/d',
    'c/**\n!c/*/a\nlink',
    '**/a\n!d/**',
    '#a\n a \n\r\nb\r\ne\\*f\n[^c-z]?',
    '*/*\n!*/d\n.*',
    '..\n../a\n/c/d/\n./c/../g h',
    '*\n!empty',
  ],
  [
    '',
    '*',
    '**',
    '*\n!c',
    'c/*\n!c/d/ab',
    '**/a',
    '!a\na',
    'a\n!a\na',
    '*.b\n!*.b',
    '.dockerignore',
    'c//d/',
    '\ufeffab',
    '[ab]',
    'c/[a-b]',
    '?',
    '??',
    'é',
    'link/a',
    'c/empty/**',
    'c\n!**/ab',
    '**/d\n!c/d/a\nc/d/a',
    'A',
  ],
)

const line = fc
  .tuple(
    fc.constantFrom('', '', '!', '/', ' ', '#'),
    fc.array(
      fc.constantFrom('a', 'b', 'c', 'd', '/', '/', '*', '**', '**/', '?', '.', '[ab]', 'empty', 'link'),
      {
        minLength: 1,
        maxLength: 5,
      },
    ),
  )
  .map(([before, pieces]) => `${before}${pieces.join('')}`)
const dockerignore = fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) => lines.join('\n'))

/** So many contexts one bake has besides: each costs the engine as much as a small build. */
const MADE = EVERY_VARIANT ? 200 : 8

const isReadable = (text: string): boolean => {
  try {
    new Ignored(text)
    return true
  } catch (error) {
    if (error instanceof UnreadablePattern) return false
    throw error
  }
}

test('of a context, content-tag reads what a build gets that copies all of it', async () => {
  const texts = [...WRITTEN, ...fc.sample(dockerignore, { numRuns: MADE, seed: 23 })].filter(isReadable)
  expect(texts.length).toBeGreaterThan(WRITTEN.length + MADE / 2)
  const places = texts.map((text, at) => ({
    text,
    name: `t${at}`,
    context: path.join(folder, 'contexts', `${at}`),
    copied: path.join(folder, 'copied', `${at}`),
  }))
  for (const { text, context } of places) makeContext(context, text)
  const target = Object.fromEntries(
    places.map(({ name, context, copied }) => [
      name,
      { context, 'dockerfile-inline': 'FROM scratch\nCOPY . /\n', output: [`type=local,dest=${copied}`] },
    ]),
  )
  const file = path.join(folder, 'docker-bake.json')
  writeFileSync(
    file,
    JSON.stringify({ group: { default: { targets: places.map(({ name }) => name) } }, target }),
  )
  const { docker, env } = parts().engines.current
  const args = ['buildx', 'bake', `--file=${file}`, '--allow=fs=*']
  await client(docker, args, { PATH: process.env['PATH'] ?? '', ...env, HOME: home })
  for (const { text, context, copied } of places) {
    const entries = await contextEntries(context, new Ignored(text))
    const read = entries.map(({ kind, path: at }) => `${kind} ${at}`).sort()
    expect({ text, files: read }).toEqual({ text, files: listing(copied).sort() })
  }
})
