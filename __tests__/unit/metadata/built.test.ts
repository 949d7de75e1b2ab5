import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { BUILT, builtFunctions, compile, hasExpression } from '../../../src/metadata/expressions.ts'
import { describeImage, withoutTags } from '../../../src/metadata/index.ts'
import { renderPlain, TemplateError } from '../../../src/metadata/template.ts'
import { FUZZ_TIMEOUT, hold } from '../../support/fuzz.ts'
import { event, image, inputs } from './support.ts'

// Expressions in what is built: labels, annotations, and the build's own inputs.

const NASTY = `a&b<c>"d"'e'\`f=g`
const functions = {
  ...builtFunctions({} as Parameters<typeof builtFunctions>[0], '1.2.3'),
  branch: () => NASTY,
  tag: () => '{{version}}',
  sha: () => '5f0c3d9',
  date: () => '20240301',
}
const text = (given: string) => renderPlain(compile(given, BUILT, 'keep'), functions)

describe('a value is', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{{version}}', '1.2.3'],
    ['v{{ version }}-{{sha}}', 'v1.2.3-5f0c3d9'],
    ['{{branch}}', NASTY],
    ['{{{branch}}}', NASTY],
    ['{{&branch}}', NASTY],
    ["{{date 'YYYYMMDD' tz='Asia/Seoul'}}", '20240301'],
    // A value is not read for expressions itself.
    ['{{tag}}', '{{version}}'],
    // JSON has braces of its own.
    ['{"a":{"commit":"{{sha}}"}}', '{"a":{"commit":"5f0c3d9"}}'],
    ['{{sha}}}', '5f0c3d9}'],
    ['{{{sha}}', '{5f0c3d9'],
    ['{{{{sha}}}}', '{5f0c3d9}'],
    // Whatever else has braces is another program's.
    ['{{ .Version }}', '{{ .Version }}'],
    ['{{#if branch}}x{{/if}}', '{{#if branch}}x{{/if}}'],
    ['{{nope}}{{version}}', '{{nope}}1.2.3'],
    ['{{ printf "{{version}}" }}', '{{ printf "1.2.3" }}'],
    ['{{date}} {{date nope}} {{version 1}}', '{{date}} {{date nope}} {{version 1}}'],
    ["{{date 'YYYY' zone='UTC'}}", "{{date 'YYYY' zone='UTC'}}"],
    ['{{version', '{{version'],
    ['{{', '{{'],
    ['{ {version} }', '{ {version} }'],
    // A backslash keeps the braces that follow it, and two are one.
    ['\\{{version}}', '{{version}}'],
    ['\\{{ .Version }}', '{{ .Version }}'],
    ['\\{{version}} {{version}}', '{{version}} 1.2.3'],
    ['\\\\{{version}}', '\\1.2.3'],
    ['a\\b\\{c', 'a\\b\\{c'],
  ]
  test.each(cases)('%s', (given, expected) => {
    expect(text(given)).toBe(expected)
  })

  test('an error if its date can never be told', () => {
    expect(() => text("{{date 'HHz' tz='Asia/Seoul'}}")).toThrow(TemplateError)
    expect(() => text("{{date 'HH' tz='Mars/Olympus'}}")).toThrow('is not a time zone')
  })
})

test(
  'everything but the expressions arrives byte for byte',
  async () => {
    const other = fc
      .oneof(
        fc.string(),
        fc.constantFrom('{', '}', '{{', '}}', '}}}', '{{ x }}', '{{x', "'", '"', '\r\n', ' '),
      )
      // What follows could close or escape it.
      .filter((piece) => !/\\$/.test(piece))
    const known = fc.constantFrom(['{{version}}', '1.2.3'], ['{{branch}}', NASTY], ['{{tag}}', '{{version}}'])
    const piece = fc.oneof(
      other.map((plain): [string, string] => [plain, plain]),
      known.map(([given = '', value = '']): [string, string] => [given, value]),
    )
    await hold(fc.array(piece, { maxLength: 12 }), 2000, (pieces) => {
      const given = pieces.map(([one]) => one).join('')
      const expected = pieces.map(([, value]) => value).join('')
      // Pieces that make another expression together, or three braces of two, are none of this test.
      fc.pre(!/\{\{\{|\}\}\}|\\\{\{/.test(given))
      fc.pre((given.match(/\{\{/g) ?? []).length === pieces.reduce((sum, [one]) => sum + countOf(one), 0))
      expect(text(given)).toBe(expected)
    })
  },
  FUZZ_TIMEOUT,
)

const countOf = (one: string) => (one.match(/\{\{/g) ?? []).length

test(
  'without one of ours, and without a backslash before braces, a value is as it is written',
  async () => {
    const piece = fc.constantFrom(
      '{',
      '{{',
      '}}',
      '\\',
      'version',
      ' ',
      "date '",
      "'",
      'x',
      'tz=',
      'é',
      '\n',
      '&',
      '#',
    )
    await hold(fc.array(piece, { maxLength: 20 }), 3000, (pieces) => {
      const given = pieces.join('')
      fc.pre(!/\\\{\{/.test(given))
      const template = compileOrNull(given)
      fc.pre(template !== null)
      if (template !== null && !hasExpression(template)) expect(template.join('')).toBe(given)
      if (!/\{\{[{&]?\s*(?:version|date)/.test(given)) expect(text(given)).toBe(given)
    })
  },
  FUZZ_TIMEOUT,
)

function compileOrNull(given: string) {
  try {
    return compile(given, BUILT, 'keep')
  } catch (error) {
    if (error instanceof TemplateError) return null
    throw error
  }
}

describe('labels and annotations', () => {
  test('have the version, and values that are no HTML', async () => {
    const given = {
      tags: ['type=semver,pattern={{version}},value=1.2.3'],
      labels: ['v={{version}}', 'b={{tag}}', 'go={{ .Names }}', '\\{{version}}=x'],
      annotations: ['index:v={{version}}'],
    }
    const found = await image(given, { ref: 'refs/tags/v1.2.3+a&b' })
    expect(found.labels).toMatchObject({
      v: '1.2.3',
      b: 'v1.2.3+a&b',
      go: '{{ .Names }}',
      '{{version}}': 'x',
    })
    expect(found.annotations).toContain('index:v=1.2.3')
  })

  test('follow the version if a tag is left out', async () => {
    const whole = await image({
      tags: ['type=raw,value=x,priority=900', 'y'],
      labels: ['v={{version}}', 'org.opencontainers.image.title=x'],
      annotations: ['v={{version}}'],
    })
    const rest = withoutTags(whole, ['x'])
    expect(rest.labels).toMatchObject({ v: 'y', 'org.opencontainers.image.title': 'x' })
    expect(rest.annotations).toContain('manifest:v=y')
    expect(rest.render(compile('{{version}}', BUILT))).toBe('y')
    expect(whole.render(compile('{{version}}', BUILT))).toBe('x')
  })
})

test('templates of other inputs get the commit’s date looked up, and their problems are told with all else', async () => {
  const template = compile("{{commit_date 'YYYY'}}", BUILT)
  const commitDate = async () => new Date('2001-02-03T04:05:06Z')
  const built = { templates: [template], problems: () => [] }
  const found = await describeImage(inputs({ tags: ['x'], built }), event(), { commitDate })
  expect(found.render(template)).toBe('2001')
  const problem = { input: 'file', value: 'f', message: 'is wrong' }
  const wrong = { templates: [], problems: () => [problem] }
  const given = inputs({ tags: ['type=raw,value={{branch}},prefix=-'], built: wrong })
  await expect(describeImage(given, event())).rejects.toMatchObject({
    problems: [expect.objectContaining({ input: 'tags' }), problem],
  })
})
