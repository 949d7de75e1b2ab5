import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'

// The local ECR is a product of its own: this test, and every other one in this folder, imports nothing else.

const root = path.resolve(import.meta.dirname, '..', '..', '..')
const home = path.join(root, 'local-ecr')

/** From the highest floor to the lowest. The rooms of one floor do not import each other. */
const FLOORS = [
  ['cli', 'index', 'action'],
  ['host'],
  ['api', 'registry'],
  ['service'],
  ['operations', 'faults'],
  ['store'],
]

/** The rooms that each room imports. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  action: ['host'],
  cli: ['host'],
  index: ['host', 'api', 'registry', 'service', 'operations', 'faults', 'store'],
  host: ['api', 'registry', 'service', 'faults', 'store'],
  api: ['service', 'operations', 'faults', 'store'],
  registry: ['service', 'operations', 'faults', 'store'],
  service: ['operations', 'faults', 'store'],
  operations: ['store'],
  faults: ['store'],
  store: [],
}

/** What another project has to install: README.md says it too. */
const PACKAGES = [
  '@aws-sdk/client-ecr',
  '@aws-sdk/client-ecr-public',
  '@aws-sdk/client-sts',
  '@smithy/core',
  'selfsigned',
]

const scripts = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()

/** What a script imports, as it is written: values and types, static and dynamic, and what it passes on. */
const specifiers = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'([^'\n]+)'/g)].map(
    ([, specifier = '']) => specifier,
  )

const files = scripts(home)
const imports = new Map(
  files.map((file) => {
    const own = specifiers(path.join(home, file)).filter((specifier) => specifier.startsWith('.'))
    return [file, own.map((to) => path.normalize(path.join(path.dirname(file), to)))]
  }),
)
const roomOf = (file: string) => file.replace(/\.ts$/, '').split(path.sep)[0] as string
const floorOf = (room: string) => FLOORS.findIndex((rooms) => rooms.includes(room))

describe('the local ECR', () => {
  test('imports nothing of the project around it', () => {
    expect(files.length).toBeGreaterThan(40)
    const lost = [...imports].flatMap(([from, all]) =>
      all
        .filter((to) => !imports.has(to))
        .map((to) => `local-ecr/${from}: ${path.normalize(`local-ecr/${to}`)}`),
    )
    expect(lost).toEqual([])
  })

  test('imports the packages that README.md names, and no others', () => {
    const used = files
      .flatMap((file) => specifiers(path.join(home, file)))
      .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
      .map((specifier) =>
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      )
    expect([...new Set(used)].sort()).toEqual(PACKAGES)
    const readme = readFileSync(path.join(home, 'README.md'), 'utf8')
    expect(PACKAGES.filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
  })

  test('is imported by its index.ts only', () => {
    const others = ['src', 'dev', '__tests__'].flatMap((folder) =>
      scripts(path.join(root, folder)).map((file) => path.join(folder, file)),
    )
    const inside = others
      .filter((file) => !file.startsWith(path.join('__tests__', 'unit', 'local-ecr')))
      .flatMap((file) =>
        specifiers(path.join(root, file))
          .map((to) => path.join(path.dirname(file), to))
          .filter((to) => to.startsWith(`local-ecr${path.sep}`) && to !== path.join('local-ecr', 'index.ts'))
          .map((to) => `${file}: ${to}`),
      )
    expect(inside).toEqual([])
  })

  test('has tests that import nothing of the project around it', () => {
    const foreign = scripts(import.meta.dirname).flatMap((file) =>
      specifiers(path.join(import.meta.dirname, file))
        .filter((to) => to.startsWith('.'))
        .map((to) => path.relative(root, path.resolve(import.meta.dirname, path.dirname(file), to)))
        .filter((to) => !/^(?:local-ecr|__tests__\/unit\/local-ecr)\//.test(to))
        .map((to) => `${file}: ${to}`),
    )
    expect(foreign).toEqual([])
  })
})

describe('the arrows between rooms', () => {
  const arrows = [...imports].flatMap(([from, all]) =>
    all.filter((to) => roomOf(to) !== roomOf(from)).map((to) => ({ from, to })),
  )

  test('are those of the list', () => {
    const unlisted = arrows.filter(({ from, to }) => !ARROWS[roomOf(from)]?.includes(roomOf(to)))
    expect(unlisted.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
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

  test('no files import each other in a circle, not even types', () => {
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
})

describe('the rooms', () => {
  const rooms = FLOORS.flat().filter((room) => existsSync(path.join(home, room)))

  test('are folders, beside index.ts and cli.ts', () => {
    expect(files.filter((file) => !file.includes(path.sep))).toEqual(['cli.ts', 'index.ts'])
    expect([...new Set(files.filter((file) => file.includes(path.sep)).map(roomOf))].sort()).toEqual(
      [...rooms].sort(),
    )
  })

  test.each(rooms)('%s says in its README.md what it is for, and the main README.md leads to it', (room) => {
    const text = readFileSync(path.join(home, room, 'README.md'), 'utf8')
    expect(text).toMatch(new RegExp(`^# local-ecr/${room}\n\n.+`))
    // A file that it names exists.
    const named = [...text.matchAll(/`([\w-]+\.ts)`/g)].map(([, file = '']) => file)
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((file) => !existsSync(path.join(home, room, file)))).toEqual([])
    expect(readFileSync(path.join(home, 'README.md'), 'utf8')).toContain(`[${room}/](${room}/README.md)`)
  })

  test('have their tests in folders of the same names', () => {
    const tests = scripts(import.meta.dirname).filter((file) => file.endsWith('.test.ts'))
    const top = tests.filter((file) => !file.includes(path.sep)).sort()
    expect(top).toEqual(['house.test.ts', 'readme.test.ts'])
    expect(tests.filter((file) => file.includes(path.sep) && !rooms.includes(roomOf(file)))).toEqual([])
  })
})

test('no file has more than 300 lines', () => {
  const long = files.filter((file) => readFileSync(path.join(home, file), 'utf8').split('\n').length > 301)
  expect(long).toEqual([])
})
