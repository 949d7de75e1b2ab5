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
    'metadata',
    'oci',
    'shared',
  ],
  'after-push': ['world', 'inputs', 'ecr', 'report', 'shared'],
  delivery: ['world', 'inputs', 'aws', 'ecr', 'registry', 'report', 'metadata', 'oci', 'shared'],
  runner: ['world', 'inputs', 'docker', 'aws', 'registry', 'report', 'metadata', 'shared'],
  world: ['inputs', 'docker', 'ecr', 'registry', 'report', 'metadata', 'oci'],
  inputs: ['docker', 'aws', 'ecr', 'metadata', 'shared'],
  docker: ['ecr', 'registry', 'oci', 'shared'],
  aws: ['ecr', 'shared'],
  ecr: ['oci', 'shared'],
  registry: ['oci', 'shared'],
  report: ['metadata'],
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
  ['docker', 'aws'],
  ['ecr', 'registry', 'report'],
  ['metadata', 'oci'],
  ['shared'],
]

const src = path.join(root, 'src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort()

/** All that a file imports of this project: values and types, static and dynamic, and what it passes on. */
const imports = new Map(
  files.map((file) => {
    const text = readFileSync(path.join(src, file), 'utf8')
    const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)].map(([, to = '']) =>
      path.normalize(path.join(path.dirname(file), to)),
    )
    return [file, specifiers]
  }),
)

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

/** Names that stand in two files and mean the same in both. */
const SAME_MEANING: Readonly<Record<string, string>> = {
  main: 'the entry of an action, loaded by index.ts',
  Env: 'the environment of the job, as a type',
}

test('a name that is defined in two files of src/ has one meaning', () => {
  const where = new Map<string, Set<string>>()
  for (const file of files) {
    const text = readFileSync(path.join(src, file), 'utf8')
    const defined = /^(?:export )?(?:async )?(?:function\*?|interface|type|const|class|let) (\w+)/gm
    for (const [, name = ''] of text.matchAll(defined))
      where.set(name, (where.get(name) ?? new Set()).add(file))
  }
  const twice = [...where].filter(([name, all]) => all.size > 1 && !Object.hasOwn(SAME_MEANING, name))
  expect(twice.map(([name, all]) => `${name}: ${[...all].join(', ')}`)).toEqual([])
  expect(Object.keys(SAME_MEANING).filter((name) => (where.get(name)?.size ?? 0) < 2)).toEqual([])
})
