import { describe, expect, test } from '@jest/globals'
import { findProblems, MetadataError, parseTagRules, readEventContext } from '../../../src/metadata/index.ts'
import { inputs, problemsOf } from './support.ts'

const TAG_RULE =
  'a tag is 1 to 128 letters, digits, underscores, dots and hyphens, and does not start with a dot or a hyphen'
const GLOBAL =
  "it can be {{branch}}, {{tag}}, {{sha}}, {{base_ref}}, {{is_default_branch}}, {{is_not_default_branch}}, {{date 'YYYYMMDD' tz='UTC'}}, {{commit_date 'YYYYMMDD' tz='UTC'}}"

describe('a wrong rule', () => {
  const wrong: [string, string][] = [
    [
      'type=branch',
      "type 'branch' is not known; it can be schedule, semver, pep440, match, edge, ref, raw or sha",
    ],
    [
      'type=__proto__',
      "type '__proto__' is not known; it can be schedule, semver, pep440, match, edge, ref, raw or sha",
    ],
    [
      'type=sha,length=8',
      "type=sha does not have an attribute 'length'; it can have format, enable, priority, prefix or suffix",
    ],
    [
      'type=edge,main',
      'type=edge does not have a value; it can have branch, enable, priority, prefix or suffix',
    ],
    ['type=raw', "type=raw needs the attribute 'value'"],
    ['prefix=x', "type=raw needs the attribute 'value'"],
    ['type=semver', "type=semver needs the attribute 'pattern'"],
    ['type=pep440,value=1.0', "type=pep440 needs the attribute 'pattern'"],
    ['type=match', "type=match needs the attribute 'pattern'"],
    ['type=ref', "type=ref needs the attribute 'event'; it can be branch, tag or pr"],
    ['type=ref,event=push', "event 'push' is not known; it can be branch, tag or pr"],
    ['type=sha,format=medium', "format 'medium' is not known; it can be short or long"],
    ['type=sha,priority=high', "priority 'high' must be a number"],
    ['type=sha,enable=yes', "enable 'yes' must be true or false"],
    ['type=sha,enable={{branch}}', "enable 'main' must be true or false"],
    [
      'type=match,pattern=v(.*),group=x',
      "group 'x' must be a whole number: 0 for the whole match, 1 for the first group",
    ],
    ['type=match,pattern=(', "pattern '(' is not a regular expression: /(/: Unterminated group"],
    [
      'type=match,pattern=/x/xyz',
      "pattern 'x' is not a regular expression: Invalid flags supplied to RegExp constructor 'xyz'",
    ],
    [
      'type=semver,pattern={{version}},match=v.*',
      "match 'v.*' needs a group around the version: v(\\d+\\.\\d+\\.\\d+)",
    ],
    [
      'type=semver,pattern={{branch}}',
      'pattern: {{branch}} is not an expression that is known here; it can be {{version}}, {{raw}}, {{major}}, {{minor}}, {{patch}}, {{build}}',
    ],
    [
      'type=schedule,pattern={{sha}}',
      "pattern: {{sha}} is not an expression that is known here; it can be {{date 'YYYYMMDD' tz='UTC'}}, {{commit_date 'YYYYMMDD' tz='UTC'}}",
    ],
    [
      'type=raw,value={{constructor}}',
      `value: {{constructor}} is not an expression that is known here; ${GLOBAL}`,
    ],
    ['type=raw,value={{branch.length}}', `value: {{branch.length}} cannot be read; ${GLOBAL}`],
    [
      'type=raw,value={{#if branch}}',
      `value: {{#if branch}} is not an expression that is known here; ${GLOBAL}`,
    ],
    ['type=raw,value=x{{branch', 'value: {{branch is not closed with }}'],
    ['type=raw,value={{branch}}}', `value: {{branch}} cannot be read; ${GLOBAL}`],
    ['type=raw,value={{{branch}}', `value: {{{branch}} cannot be read; ${GLOBAL}`],
    ["type=raw,value={{branch 'x'}}", "value: {{branch 'x'}}: branch takes no argument"],
    ['type=raw,value={{date}}', "value: {{date}}: date needs a format: {{date 'YYYYMMDD'}}"],
    [
      "type=raw,value={{date 'YY' zone='UTC'}}",
      "value: {{date 'YY' zone='UTC'}}: date has no option zone; it has tz='Asia/Seoul'",
    ],
    ["type=raw,value={{date 'YY' tz=UTC}}", "value: {{date 'YY' tz=UTC}}: tz needs a quoted value"],
    [
      "type=sha,suffix={{date 'YY' tz='Mars/Olympus'}}",
      "suffix: {{date 'YY'}}: tz='Mars/Olympus' is not a time zone, such as 'UTC' or 'Asia/Seoul'",
    ],
    [
      "type=sha,prefix={{date 'HHz' tz='Asia/Seoul'}}",
      "prefix: {{date 'HHz'}}: the token z, a zone's abbreviation, is only known for UTC; use ZZ (Asia/Seoul's offset)",
    ],
    [
      'type=raw,value="x"',
      'is not CSV: a quote stands inside of a field; quote a whole field ("value=a,b"), and use single quotes in expressions',
    ],
    ['feature/x', `${TAG_RULE}; type=raw,value=… replaces other characters with hyphens`],
    [
      'ghcr.io/acme/app:v1',
      `${TAG_RULE}; give the tag alone (v1): the registry and the repository are added to it`,
    ],
    ['-x', `gives '-x' (2 characters); ${TAG_RULE}`],
    ['type=ref,event=branch,prefix=+', `gives '-main' (5 characters); ${TAG_RULE}`],
    ['x'.repeat(129), `gives '${'x'.repeat(129)}' (129 characters); ${TAG_RULE}`],
  ]

  test.each(wrong)('%s', async (rule, message) => {
    expect(await problemsOf({ tags: ['fine', rule] })).toEqual([`tags: ${rule}: ${message}`])
  })

  test('a regular expression without an end is stopped', async () => {
    const rule = 'type=match,pattern=^(a+)+$,value={{branch}}'
    const ref = `refs/heads/${'a'.repeat(60)}!`
    expect(await problemsOf({ tags: [rule] }, { ref })).toEqual([
      `tags: ${rule}: takes too long to match; use a simpler regular expression`,
    ])
  })

  test('one in a line of plain tags is named alone', async () => {
    expect(await problemsOf({ tags: ['a,b/c'] })).toEqual([
      `tags: b/c: ${TAG_RULE}; type=raw,value=… replaces other characters with hyphens`,
    ])
  })
})

describe('a wrong flavor', () => {
  const wrong: [string, string][] = [
    ['latest', "'latest' must be latest=, prefix=, suffix= or onlatest="],
    ['latest=yes', "latest 'yes' must be auto, true or false"],
    ['colour=red', "attribute 'colour' is not known; it can be latest, prefix, suffix or onlatest"],
    ['prefix=x,onlatest=1', "onlatest '1' must be true or false"],
    ['onlatest=true', 'onlatest must follow a prefix or suffix in the same line'],
    ['suffix={{version}}', `suffix: {{version}} is not an expression that is known here; ${GLOBAL}`],
  ]

  test.each(wrong)('%s', async (line, message) => {
    expect(await problemsOf({ tags: ['x'], flavor: [line] })).toEqual([`flavor: ${line}: ${message}`])
  })

  test('a prefix that makes no tag of latest', async () => {
    const flavor = ['latest=true', 'prefix=.,onlatest=true']
    expect(await problemsOf({ tags: ['type=sha'], flavor })).toEqual([
      `flavor: .latest: onlatest gives '.latest'; ${TAG_RULE}`,
    ])
  })
})

describe.each(['labels', 'annotations'] as const)('wrong %s', (input) => {
  const KEY_VALUE = 'must be key=value, the key without spaces and quotes'
  const wrong: [string, string][] = [
    ['novalue', KEY_VALUE],
    ['=x', KEY_VALUE],
    ['a b=x', KEY_VALUE],
    ['{{branch}}', KEY_VALUE],
    // Quotes around a line that nobody has taken off would become a part of its key.
    ["'a=b'", KEY_VALUE],
    ["'a'=b", KEY_VALUE],
    ['"a=b"', KEY_VALUE],
    ["index:'a=b'", KEY_VALUE],
    ["'{{branch}}=b'", KEY_VALUE],
    ["a.{{branch}}'=b", KEY_VALUE],
    [
      "a={{date 'YY' tz='Mars/Olympus'}}",
      "{{date 'YY'}}: tz='Mars/Olympus' is not a time zone, such as 'UTC' or 'Asia/Seoul'; \\{{ is kept as {{",
    ],
  ]

  test.each(wrong)('%s', async (line, message) => {
    expect(await problemsOf({ tags: ['x'], [input]: ['fine=1', line] })).toEqual([
      `${input}: ${line}: ${message}`,
    ])
  })
})

test('all that is wrong is said at once', async () => {
  const given = {
    tags: ['type=nope', 'type=sha,format=x,priority=y'],
    flavor: ['latest=x'],
    labels: ['x'],
    annotations: ['y'],
  }
  const found = await problemsOf(given)
  expect(found.map((line) => line.slice(0, line.indexOf(':')))).toEqual([
    'tags',
    'tags',
    'tags',
    'flavor',
    'labels',
    'annotations',
  ])
  expect(findProblems(inputs(given))).toHaveLength(6)
  expect(findProblems(inputs({ tags: ['type=sha', 'x'] }))).toEqual([])
})

test('parseTagRules throws them alone', () => {
  expect(() => parseTagRules(['type=nope'])).toThrow(MetadataError)
  expect(parseTagRules(['type=sha', 'type=semver,pattern={{raw}}']).map(({ type }) => type)).toEqual([
    'semver',
    'sha',
  ])
})

describe('a wrong variable of the environment', () => {
  test.each(['seven', '0', '-1', '7.5'])('DOCKER_METADATA_SHORT_SHA_LENGTH=%s', (value) => {
    expect(() => readEventContext({ DOCKER_METADATA_SHORT_SHA_LENGTH: value }, {}, new Date())).toThrow(
      `DOCKER_METADATA_SHORT_SHA_LENGTH: '${value}': must be a whole number, such as 7`,
    )
  })

  test.each(['image', 'manifest,', 'index[a b]'])('DOCKER_METADATA_ANNOTATIONS_LEVELS=%s', (value) => {
    expect(() => readEventContext({ DOCKER_METADATA_ANNOTATIONS_LEVELS: value }, {}, new Date())).toThrow(
      `DOCKER_METADATA_ANNOTATIONS_LEVELS: '${value}': must be a comma-separated list of manifest, index, manifest-descriptor and index-descriptor`,
    )
  })
})
