import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'

/**
 * The rooms of src/ and the rooms that each may import. An arrow that is not here, goes up or sideways, or is used by
 * nobody any more, fails the test: docs/architecture.md explains the order.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  index: ['actions'],
  actions: [
    'after-push',
    'delivery',
    'runner',
    'world',
    'inputs',
    'docker',
    'aws',
    'ecr',
    'registry',
    'report',
    'sigstore',
    'metadata',
    'oci',
    'shared',
  ],
  'after-push': ['inputs', 'ecr', 'report', 'shared'],
  delivery: ['world', 'inputs', 'aws', 'ecr', 'registry', 'report', 'metadata', 'oci', 'shared'],
  runner: ['world', 'inputs', 'docker', 'aws', 'registry', 'report', 'sigstore', 'metadata', 'shared'],
  world: ['inputs', 'docker', 'sigstore', 'ecr', 'registry', 'report', 'metadata', 'oci'],
  inputs: ['docker', 'aws', 'sigstore', 'ecr', 'metadata', 'shared'],
  docker: ['ecr', 'registry', 'oci', 'shared'],
  sigstore: ['registry', 'oci', 'shared'],
  aws: ['ecr', 'shared'],
  ecr: ['oci', 'shared'],
  registry: ['oci', 'shared'],
  report: ['metadata', 'shared'],
  metadata: ['shared'],
  oci: ['shared'],
  shared: [],
}

/** From the highest floor to the lowest; the rooms of one floor do not import each other. */
const FLOORS = [
  ['index'],
  ['actions'],
  ['after-push', 'delivery', 'runner'],
  ['world'],
  ['inputs'],
  ['docker', 'aws', 'sigstore'],
  ['ecr', 'registry', 'report'],
  ['metadata', 'oci'],
  ['shared'],
]

const src = path.join(root, 'src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort()

/** Packages and modules of Node that only these rooms may import: what leads out of the process has one door. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  '@actions/core': ['actions', 'runner'],
  '@actions/exec': ['docker'],
  '@actions/github': ['runner'],
  '@aws-sdk/client-ecr': ['ecr'],
  '@aws-sdk/client-ecr-public': ['ecr'],
  '@aws-sdk/client-sts': ['aws'],
  '@sigstore/bundle': ['sigstore'],
  '@sigstore/core': ['sigstore'],
  '@sigstore/protobuf-specs': ['sigstore'],
  '@sigstore/sign': ['sigstore'],
  '@sigstore/verify': ['sigstore'],
  'tuf-js': ['sigstore'],
  'node:child_process': ['docker', 'ecr'],
  'node:http': ['docker', 'ecr', 'registry', 'shared'],
  'node:https': ['registry', 'shared'],
}

const texts = new Map(files.map((file) => [file, readFileSync(path.join(src, file), 'utf8')]))

/** What a text imports: values and types, static and dynamic, and what it passes on, in either kind of quotes. */
function specifiersOf(text: string): string[] {
  const code = text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '')
  const pattern = /(?:^|[^\w.'"])(?:from|import|require)\s*\(?\s*(['"`])((?:\.|node:|@?[\w-]+)[\w./@-]*)\1/g
  return [...code.matchAll(pattern)].map(([, , specifier = '']) => specifier)
}

/** What each file imports of this project. */
const imports = new Map(
  [...texts].map(([file, text]) => {
    const own = specifiersOf(text).filter((specifier) => specifier.startsWith('.'))
    return [file, own.map((to) => path.normalize(path.join(path.dirname(file), to)))]
  }),
)

describe('imports are found', () => {
  const cases = [
    ["import { a } from './a.ts'", './a.ts'],
    ['import { a } from "./a.ts"', './a.ts'],
    ["import type { a } from '@aws-sdk/client-ecr'", '@aws-sdk/client-ecr'],
    ["import './a.ts'", './a.ts'],
    ["export * from './a.ts'", './a.ts'],
    ["const { a } = await import('./a.ts')", './a.ts'],
    ['const all = [import(`./a.ts`)]', './a.ts'],
    ["let a: import('./a.ts').A", './a.ts'],
    ["import {\n  a,\n} from 'node:http'", 'node:http'],
  ] as const
  test.each(cases)('%s', (text, specifier) => {
    expect(specifiersOf(text)).toEqual([specifier])
  })

  test('and not in comments', () => {
    expect(specifiersOf("// from './a.ts'\n/** import './b.ts' */\n * from './c.ts'")).toEqual([])
  })
})

const roomOf = (file: string) => file.replace(/\.ts$/, '').split(path.sep)[0] as string
const floorOf = (room: string) => FLOORS.findIndex((rooms) => rooms.includes(room))

describe('the arrows between rooms', () => {
  const arrows = [...imports].flatMap(([from, all]) =>
    all.filter((to) => roomOf(to) !== roomOf(from)).map((to) => ({ from, to })),
  )

  test('are those of the list', () => {
    const unlisted = arrows.filter(({ from, to }) => !ARROWS[roomOf(from)]?.includes(roomOf(to)))
    expect(unlisted.map(({ from, to }) => `src/${from} imports src/${to}`)).toEqual([])
  })

  test('of the list are all used', () => {
    const used = new Set(arrows.map(({ from, to }) => `${roomOf(from)} → ${roomOf(to)}`))
    const listed = Object.entries(ARROWS).flatMap(([from, all]) => all.map((to) => `${from} → ${to}`))
    expect(listed.filter((arrow) => !used.has(arrow))).toEqual([])
  })

  test('of the list go down', () => {
    const up = Object.entries(ARROWS).flatMap(([from, all]) =>
      all.filter((to) => floorOf(to) <= floorOf(from)).map((to) => `${from} → ${to}`),
    )
    expect(up).toEqual([])
    expect(FLOORS.flat().sort()).toEqual(Object.keys(ARROWS).sort())
  })
})

describe('the doors to the outside', () => {
  const users = [...texts].flatMap(([file, text]) =>
    specifiersOf(text)
      .filter((specifier) => !specifier.startsWith('.'))
      .map((specifier) => ({ file, door: /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier })),
  )

  test('are used by the rooms of the list alone', () => {
    const elsewhere = users.filter(({ file, door }) => DOORS[door]?.includes(roomOf(file)) === false)
    expect(elsewhere.map(({ file, door }) => `src/${file} imports ${door}`)).toEqual([])
  })

  test('of the list are all used', () => {
    const used = new Set(users.map(({ file, door }) => `${door} in ${roomOf(file)}`))
    const listed = Object.entries(DOORS).flatMap(([door, rooms]) => rooms.map((room) => `${door} in ${room}`))
    expect(listed.filter((door) => !used.has(door))).toEqual([])
  })
})

test('no files import each other in a circle, by types either', () => {
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file)
    if (at >= 0) circles.push([...way.slice(at), file].join(' → '))
    if (at >= 0 || done.has(file)) return
    for (const next of imports.get(file) ?? []) visit(next, [...way, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  expect(circles).toEqual([])
})

test('every import leads to a file', () => {
  const lost = [...imports].flatMap(([from, all]) =>
    all.filter((to) => !imports.has(to)).map((to) => `${from}: ${to}`),
  )
  expect(lost).toEqual([])
})

test('no file of src/ is longer than one sitting reads', () => {
  const lines = [...texts].map(([file, text]) => [file, text.split('\n').length - 1] as const)
  expect(lines.filter(([, count]) => count > 300)).toEqual([])
})

test('only index.ts and world.ts stand outside of the rooms', () => {
  expect(files.filter((file) => !file.includes(path.sep))).toEqual(['index.ts', 'world.ts'])
})

describe('every folder', () => {
  const folders = [...new Set(files.map((file) => path.dirname(file)))].filter((folder) => folder !== '.')

  test.each(folders)('src/%s says in its README.md what it is for', (folder) => {
    const readme = path.join(src, folder, 'README.md')
    expect(existsSync(readme)).toBe(true)
    const text = readFileSync(readme, 'utf8')
    expect(text).toMatch(/^# src\//)
    expect(text.split('\n').filter((line) => line.trim() !== '').length).toBeGreaterThan(1)
  })
})

test('__tests__/unit has the folders of src/, and each test stands in that of what it tests', () => {
  const unit = path.join(root, '__tests__', 'unit')
  const tests = readdirSync(unit, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && file.includes(path.sep))
    .filter((file) => roomOf(file) !== 'local-ecr')
  const elsewhere = tests.filter((file) => !existsSync(path.join(src, path.dirname(file))))
  expect(elsewhere).toEqual([])
})

/** The names that stand at the top level of a text. */
function definedIn(text: string): string[] {
  const start = /^(?:export )?(?:default )?(?:declare )?(?:abstract )?(?:async )?/.source
  const named = new RegExp(`${start}(?:function\\*?|interface|type|const|class|let|var|enum) ([\\w$]+)`, 'gm')
  const taken = new RegExp(`${start}(?:const|let|var) [{[]([^=]*)[}\\]](?::[^=]*)? =`, 'gm')
  const names = [...text.matchAll(named)].map(([, name = '']) => name)
  const parts = [...text.matchAll(taken)].flatMap(([, list = '']) => list.split(','))
  return [
    ...names,
    ...parts.map((part) => /([\w$]+)\s*$/.exec(part)?.[1] ?? '').filter((name) => name !== ''),
  ]
}

test.each([
  ['export abstract class A {', ['A']],
  ['export const { a, b: c } = d', ['a', 'c']],
  ['const [e, ...f] = g', ['e', 'f']],
  ['export async function* h() {', ['h']],
  ['  const inner = 1', []],
])('the names defined by: %s', (text, names) => {
  expect(definedIn(text)).toEqual(names)
})

/** Names that stand in two files and mean the same in both. */
const SAME_MEANING: Readonly<Record<string, string>> = {
  main: 'the entry of an action, loaded by index.ts',
  Env: 'the environment of the job, as a type',
}

test('a name that is defined in two files of src/ has one meaning', () => {
  const where = new Map<string, Set<string>>()
  for (const [file, text] of texts) {
    for (const name of definedIn(text)) where.set(name, (where.get(name) ?? new Set()).add(file))
  }
  const twice = [...where].filter(([name, all]) => all.size > 1 && !Object.hasOwn(SAME_MEANING, name))
  expect(twice.map(([name, all]) => `${name}: ${[...all].join(', ')}`)).toEqual([])
  expect(Object.keys(SAME_MEANING).filter((name) => (where.get(name)?.size ?? 0) < 2)).toEqual([])
})
