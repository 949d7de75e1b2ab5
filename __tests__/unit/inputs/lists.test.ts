import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { parse as parseCsv } from 'csv-parse/sync'
import fc from 'fast-check'
import { Document, parse, type Scalar } from 'yaml'
import { type Example, examplesIn } from '../../../dev/docs.ts'
import { root } from '../../../dev/runner.ts'
import { readMergeInputs } from '../../../src/actions/merge/inputs.ts'
import type { Secret } from '../../../src/docker/port.ts'
import { type InputSource, type Inputs, readInputs } from '../../../src/inputs/index.ts'
import { type ListKind, parseList } from '../../../src/inputs/list.ts'
import { joinCsv } from '../../../src/shared/csv.ts'
import { FUZZ_TIMEOUT, hold } from '../../support/fuzz.ts'

const cwd = mkdtempSync(path.join(os.tmpdir(), 'lists-'))
const FILES = ['token', '.npmrc', 'a,b', 'a "b" c', '#key', 'x=y']
for (const file of ['Dockerfile', ...FILES]) writeFileSync(path.join(cwd, file), 'FROM scratch\n')
afterAll(() => rmSync(cwd, { recursive: true }))

// What a person writes: items, each quoted or not, in lines that end as they please, with comments in between.

/** All that has a meaning somewhere on the way, and text. */
const PIECES = [
  '"',
  '""',
  ',',
  '#',
  '=',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\r',
  '\\',
  "'",
  ':',
  '{',
  '}',
  '-',
  'é',
  '漢',
  '*&!|>%@`',
]
const text = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.stringMatching(/^[a-zA-Z0-9._/]{1,5}$/)), { maxLength: 10 })
  .map((pieces) => pieces.join(''))
const withText = (start: string) => text.map((end) => start + end)

interface Written {
  readonly item: string
  /** Whether it is quoted although it need not be. */
  readonly quoted: boolean
  readonly separator: 'LF' | 'CR LF' | ','
  /** Blanks before and behind it. */
  readonly blanks: readonly [string, string]
  /** Lines before it that say nothing: empty ones and comments. */
  readonly noise: readonly string[]
}

const written = (item: fc.Arbitrary<string>): fc.Arbitrary<Written> =>
  fc.record({
    item,
    quoted: fc.boolean(),
    separator: fc.constantFrom('LF', 'CR LF', ','),
    blanks: fc.tuple(fc.constantFrom('', ' ', '\t '), fc.constantFrom('', ' ')),
    noise: fc.array(fc.constantFrom('', '  ', '# a "comment", as people write', '  # indented'), {
      maxLength: 1,
    }),
  })

function mustBeQuoted(item: string, kind: ListKind): boolean {
  const ends = kind === 'secrets' ? item.trimStart() !== item || item.endsWith('\r') : item.trim() !== item
  const separates = (kind === 'commas' || kind === 'words') && item.includes(',')
  return ends || separates || /\n|^"/.test(item) || (kind !== 'secrets' && item.startsWith('#'))
}

/** The list as text, by the grammar that docs/build.md gives. */
function write(list: readonly Written[], kind: ListKind): string {
  let result = ''
  let lineBegins = true
  for (const { item, quoted, separator, blanks, noise } of list) {
    if (lineBegins)
      for (const line of noise) if (kind !== 'secrets' || !line.includes('#')) result += `${line}\n`
    const shown = quoted || mustBeQuoted(item, kind) ? `"${item.replaceAll('"', '""')}"` : item
    // In secrets, what stands behind a value belongs to it.
    const behind = kind === 'secrets' && shown === item ? '' : blanks[1]
    const comma = separator === ',' && (kind === 'commas' || kind === 'words')
    result += `${blanks[0]}${shown}${behind}${comma ? ',' : separator === 'CR LF' ? '\r\n' : '\n'}`
    lineBegins = !comma
  }
  return result
}

const STYLES = ['BLOCK_LITERAL', 'BLOCK_FOLDED', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'PLAIN'] as const

/** Through YAML and back, as the value of an input. */
function throughYaml(value: string, style: Scalar.Type, fileInCrLf: boolean): string {
  // Only an escape can hold a carriage return: YAML reads any other line end as LF.
  const type = value.includes('\r') ? 'QUOTE_DOUBLE' : style
  const document = new Document({ with: { list: value } })
  ;(document.getIn(['with', 'list'], true) as Scalar).type = type
  const file = document.toString({ lineWidth: 0, doubleQuotedAsJSON: true })
  const { with: inputs } = parse(fileInCrLf && type !== 'QUOTE_DOUBLE' ? file.replaceAll('\n', '\r\n') : file)
  // Lines of blanks between indented ones are more than the library can fold.
  if (style === 'BLOCK_FOLDED' && inputs.list !== value)
    return throughYaml(value, 'BLOCK_LITERAL', fileInCrLf)
  expect(inputs.list).toBe(value)
  return inputs.list
}

const env = { GITHUB_SHA: 'a'.repeat(40), TOKEN: 'from the environment', OTHER: 'also' }
const source = (given: Readonly<Record<string, string>>): InputSource => ({
  get: (name) => ({ repository: 'demo', tags: 'v1', ...given })[name] ?? '',
  env,
  cwd,
})

interface ListInput {
  readonly kind: ListKind
  readonly item: fc.Arbitrary<string>
  /** What arrives, as it would have been written. */
  readonly arrived: (inputs: Inputs) => readonly string[]
  /** What the input needs besides it. */
  readonly more?: Readonly<Record<string, string>>
}

const secretsFrom = (from: Secret['from']) => (inputs: Inputs) =>
  inputs.build.secrets
    .filter((secret) => secret.from === from)
    .map((secret) => {
      if (secret.from === 'file') return `${secret.id}=${path.relative(cwd, secret.path)}`
      return `${secret.id}=${secret.from === 'env' ? secret.name : secret.value}`
    })

const key = fc.stringMatching(/^[a-z][a-z0-9._-]{0,6}$/)
const keyed = (value: fc.Arbitrary<string>) => fc.tuple(key, value).map(([name, end]) => `${name}=${end}`)
/** A backslash before braces is for the braces alone. */
const unescaped = text.map((value) => value.replace(/\\+{{/g, '{{'))
const noExpression = text.map((value) => value.replace(/{{+/g, '{'))
/** A path that goes back by nothing: what leaves the workspace is refused. */
const within = (value: string) => value.replace(/[\r\n]/g, '').replace(/\.{2,}/g, '.')
/** A record of docker's, as a person writes it: a field that needs quotes has them. */
const record = (type: string, name: string) =>
  text.map((value) => joinCsv([type, `${name}=${within(value).trim()}x`]))

const LISTS: Readonly<Record<string, ListInput>> = {
  'build-args': { kind: 'lines', item: keyed(unescaped), arrived: ({ build }) => build.buildArgs },
  labels: { kind: 'lines', item: keyed(noExpression), arrived: ({ metadata }) => metadata.labels },
  annotations: { kind: 'lines', item: keyed(noExpression), arrived: ({ metadata }) => metadata.annotations },
  'build-contexts': {
    kind: 'lines',
    item: withText('lib=docker-image://a').map((item) => item.replace(/{{+/g, '{')),
    arrived: ({ build }) => build.buildContexts,
  },
  secrets: {
    kind: 'secrets',
    item: keyed(text.map((value) => `${value}.`)),
    arrived: secretsFrom('value'),
  },
  'secret-files': {
    kind: 'lines',
    item: fc.tuple(key, fc.constantFrom(...FILES)).map(([id, file]) => `.${id}=${file}`),
    arrived: secretsFrom('file'),
  },
  'secret-envs': {
    kind: 'words',
    item: keyed(fc.constantFrom('TOKEN', 'OTHER')),
    arrived: secretsFrom('env'),
  },
  ulimit: {
    kind: 'lines',
    item: fc.constantFrom('nofile=1024:1024', 'nproc=9'),
    arrived: ({ build }) => build.ulimits,
  },
  platforms: {
    kind: 'words',
    item: fc.constantFrom('linux/amd64', 'linux/arm64', 'linux/arm/v7'),
    arrived: ({ build }) => build.platforms,
  },
  'add-hosts': {
    kind: 'words',
    item: key.map((name) => `${name}:10.1.0.1`),
    arrived: ({ build }) => build.addHosts,
  },
  'no-cache-filters': { kind: 'words', item: key, arrived: ({ build }) => build.noCacheFilters },
  allow: {
    kind: 'commas',
    item: fc.oneof(
      fc.constant('network.host'),
      withText('fs.read=/a').map((item) => item.replace(/[\r\n]/g, '')),
    ),
    arrived: ({ build }) => build.allow,
  },
  ssh: {
    kind: 'commas',
    item: fc.oneof(
      fc.constant('default'),
      // A comma ends a path, and the root of the machine is none that a step may give.
      withText('key=a').map((item) => within(item).replace(/,\/+/g, ',')),
    ),
    arrived: ({ build }) => build.ssh,
  },
  outputs: {
    kind: 'records',
    item: record('type=local', 'dest'),
    arrived: ({ build }) => build.outputs,
  },
  'cache-from': {
    kind: 'records',
    item: record('type=local', 'src'),
    arrived: ({ build }) => build.cacheFrom,
  },
  'cache-to': { kind: 'records', item: record('type=local', 'dest'), arrived: ({ build }) => build.cacheTo },
  attests: {
    kind: 'records',
    item: record('type=sbom', 'note'),
    arrived: ({ build }) => build.attests.map(({ value }) => value),
  },
  tags: {
    kind: 'records',
    item: fc.constantFrom(
      'v1',
      'v1,v2',
      'type=match,"pattern=\\d{1,3}"',
      'type=raw,value=x#y',
      'type=sha,prefix=',
    ),
    arrived: ({ metadata }) => metadata.tags,
  },
  flavor: {
    kind: 'records',
    item: fc.constantFrom('latest=false', 'prefix=a-,onlatest=true', '"suffix=-a","onlatest=true"'),
    arrived: ({ metadata }) => metadata.flavor,
  },
  'repository-tags': {
    kind: 'lines',
    item: keyed(fc.stringMatching(/^[a-z:/=+@-]{0,5}$/)),
    arrived: ({ settings }) => [...(settings.resourceTags ?? [])].map(([name, value]) => `${name}=${value}`),
  },
  'image-tag-mutability-exclusions': {
    kind: 'words',
    item: key.map((name) => `${name}*`),
    arrived: ({ settings }) => settings.mutability?.exclusions ?? [],
    more: { 'image-tag-mutability': 'IMMUTABLE_WITH_EXCLUSION' },
  },
  registries: {
    kind: 'lines',
    item: fc.constantFrom(
      'us-east-1',
      '210987654321/eu-west-1',
      '210987654321.dkr.ecr.eu-north-1.amazonaws.com',
    ),
    arrived: ({ registries }) =>
      registries.map(({ region, registryId }) => {
        if (region === 'eu-north-1') return `${registryId}.dkr.ecr.eu-north-1.amazonaws.com`
        return registryId === null ? region : `${registryId}/${region}`
      }),
  },
}

function read(input: string, value: string): readonly string[] {
  const { arrived, more = {} } = LISTS[input] as ListInput
  return arrived(readInputs(source({ ...more, [input]: value })))
}

/** Inputs that take each item once. */
const ONCE = ['secrets', 'secret-files', 'secret-envs', 'platforms', 'repository-tags', 'registries']
const idOf = (item: string) => item.split('=', 1)[0]

describe('whatever a person can write as a list in YAML arrives as it was written', () => {
  test.each(Object.entries(LISTS))(
    '%s',
    async (input, { kind, item }) => {
      const list =
        ONCE.includes(input) || input.endsWith('exclusions')
          ? fc.uniqueArray(written(item), { minLength: 1, maxLength: 5, selector: (one) => idOf(one.item) })
          : fc.array(written(item), { minLength: 1, maxLength: 5 })
      await hold(fc.tuple(list, fc.constantFrom(...STYLES), fc.boolean()), 80, ([items, style, crLf]) => {
        const value = throughYaml(write(items, kind), style, crLf)
        const wanted = items.map((one) => one.item)
        expect(read(input, value)).toEqual(wanted)
      })
    },
    FUZZ_TIMEOUT,
  )

  test(
    'digests of merge',
    async () => {
      const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`)
      const list = fc.uniqueArray(written(digest), {
        minLength: 1,
        maxLength: 4,
        selector: ({ item }) => item,
      })
      await hold(fc.tuple(list, fc.constantFrom(...STYLES), fc.boolean()), 80, ([items, style, crLf]) => {
        const value = throughYaml(write(items, 'words'), style, crLf)
        expect(readMergeInputs(source({ digests: value })).digests.map(({ given }) => given)).toEqual(
          items.map(({ item }) => item),
        )
      })
    },
    FUZZ_TIMEOUT,
  )
})

test(
  'where no item has a quote in its middle, it is what CSV over the whole text gives, as docker/build-push-action reads it',
  async () => {
    // What people have there: quoted as a whole or without any quote, in lines that all end in LF, no comments.
    const item = text.map((value) => value.replace(/["#\r]/g, '').trim()).filter((value) => value !== '')
    const list = fc.array(
      written(item).map((one) => ({ ...one, noise: [], blanks: ['', ''] as const })),
      { minLength: 1, maxLength: 5 },
    )
    await hold(fc.tuple(list, fc.constantFrom<ListKind>('lines', 'words')), 200, ([items, kind]) => {
      const value = write(items, kind).replaceAll('\r\n', '\n')
      const rows: string[][] = parseCsv(value, { relax_quotes: true, relax_column_count: true })
      const parts = kind === 'lines' ? rows.map((row) => row.join(',')) : rows.flat().join(',').split(',')
      const expected = parts.map((part) => part.trim()).filter((part) => part !== '')
      expect(parseList(value, kind).items.map((one) => one.text)).toEqual(expected)
    })
  },
  FUZZ_TIMEOUT,
)

describe('the grammar', () => {
  const parsed = (given: string, kind: ListKind) => {
    const { items, broken } = parseList(given, kind)
    return { items: items.map((item) => item.text), broken }
  }

  test.each<[ListKind, string, string[]]>([
    ['lines', 'LIST=["a","b","c"]', ['LIST=["a","b","c"]']],
    ['lines', 'a=1\r\nb=2\nc=3\r\n', ['a=1', 'b=2', 'c=3']],
    ['lines', '  a=1\t\n\n   \n# no\n  # neither\nb= 2 ', ['a=1', 'b= 2']],
    ['lines', 'a=b#c\n"#d=e"', ['a=b#c', '#d=e']],
    ['lines', '"a=one\r\n\r\n# two\nthree"\r\nb', ['a=one\r\n\r\n# two\nthree', 'b']],
    ['lines', '" a=1 "\n  "b=""2"""  \n""', [' a=1 ', 'b="2"']],
    ['lines', 'a="x\nb=y"', ['a="x', 'b=y"']],
    ['words', 'a, b,,c\n"d,e" ,f\n# g,h\ni,#j', ['a', 'b', 'c', 'd', 'e', 'f', 'i', '#j']],
    ['commas', 'a,"b,c", d\r\n"e\nf",g,"h",', ['a', 'b,c', 'd', 'e\nf', 'g', 'h']],
    ['commas', '"a\n",#b\n#c', ['a\n', '#b']],
    [
      'records',
      '"type=local,dest=a"\ntype=tar,"dest=a,b"\n"x","y"',
      ['type=local,dest=a', 'type=tar,"dest=a,b"', '"x","y"'],
    ],
    ['secrets', 'A=x \r\n\n  B=#y\n#C=z\n"D=1\n2"', ['A=x ', 'B=#y', '#C=z', 'D=1\n2']],
  ])('%s: %j', (kind, given, items) => {
    expect(parsed(given, kind)).toEqual({ items, broken: [] })
  })

  test('the example of docs/build.md is read as it says', () => {
    const { text } = examplesIn(readFileSync(path.join(root, 'docs', 'build.md'), 'utf8')).find((example) =>
      example.text.includes('LIST='),
    ) as Example
    expect(read('build-args', parse(text)['build-args'])).toEqual([
      'LIST=["a","b","c"]',
      'NOTES=first line\nsecond, with a "quoted" word ',
    ])
  })

  test.each<[ListKind, string, string[], string[]]>([
    ['lines', '"a={"b": 1, "c": "d"}"\nx=y', ['"a={"b": 1, "c": "d"}"'], ['x=y']],
    ['lines', 'x=y\n"a=b\nc=d', ['"a=b'], ['x=y', 'c=d']],
    ['lines', '"a=b" c', ['"a=b" c'], []],
    ['lines', '"a","b"', ['"a","b"'], []],
    ['commas', 'x,"a"b,c\ny', ['"a"b,c'], ['x', 'y']],
    ['secrets', '"A={"b":1}"\nC=d', ['"A={"b":1}"'], ['C=d']],
  ])('%s: %j is no list', (kind, given, broken, items) => {
    expect(parsed(given, kind)).toEqual({ items, broken })
  })
})
