import { describe, expect, test } from '@jest/globals'
import {
  type Annotate,
  annotateCacheErrors,
  annotateChecks,
  annotateChecksOfAll,
  annotateFindings,
  dockerfilePath,
} from '../../../../src/docker/failures/annotations.ts'

const RULER = '-'.repeat(20)
const workspace = '/job'
const file = 'app/Dockerfile'

function collected(run: (annotate: Annotate) => void) {
  const result: unknown[] = []
  run((kind, message, place) => result.push(place === undefined ? [kind, message] : [kind, message, place]))
  return result
}

test('what call: check finds is shown beside its lines', () => {
  const stdout = `Check complete, 2 warnings have been found!

WARNING: StageNameCasing - https://docs.docker.com/go/dockerfile/rule/stage-name-casing/
Stage name 'Base' should be lowercase
Dockerfile:1
${RULER}
 1 | >>> FROM scratch AS Base
 2 |     COPY Dockerfile /
${RULER}

WARNING: MaintainerDeprecated - https://docs.docker.com/go/dockerfile/rule/maintainer-deprecated/
Maintainer instruction is deprecated in favor of using label
Dockerfile:3
${RULER}
 1 |     FROM scratch AS Base
 3 | >>> MAINTAINER me
${RULER}
`
  expect(collected((annotate) => annotateFindings(stdout, file, annotate))).toEqual([
    [
      'warning',
      "WARNING: StageNameCasing - https://docs.docker.com/go/dockerfile/rule/stage-name-casing/\nStage name 'Base' should be lowercase",
      { file, line: 1, endLine: 1 },
    ],
    [
      'warning',
      'WARNING: MaintainerDeprecated - https://docs.docker.com/go/dockerfile/rule/maintainer-deprecated/\nMaintainer instruction is deprecated in favor of using label',
      { file, line: 3, endLine: 3 },
    ],
  ])
})

test('what the checks find in a build, from buildx’s metadata', () => {
  const short = Buffer.from('JSONArgsRecommended: use JSON').toString('base64')
  const warnings = [
    { short, url: 'https://docs.example/rule', range: [{ start: { line: 4 }, end: { line: 5 } }] },
    { short, range: [] },
  ]
  expect(collected((annotate) => annotateChecks(warnings, file, annotate))).toEqual([
    ['warning', 'JSONArgsRecommended: use JSON\nhttps://docs.example/rule', { file, line: 4, endLine: 5 }],
  ])
  for (const nothing of [undefined, null, 'x']) {
    expect(collected((annotate) => annotateChecks(nothing, file, annotate))).toEqual([])
  }
  expect(collected((annotate) => annotateChecks(warnings, null, annotate))).toEqual([])
})

test('what the checks find in a build of several Dockerfiles is shown once, in the file whose text it was found in', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const found = (text: string, line: number) => ({
    short: base64(`R${line}: no`),
    sourceInfo: { filename: 'Dockerfile', data: base64(text) },
    range: [{ start: { line } }],
  })
  const files = new Map([
    [base64('FROM a'), 'api/Dockerfile'],
    [base64('FROM b'), 'web/Dockerfile'],
  ])
  const shown = (warnings: unknown) => collected((annotate) => annotateChecksOfAll(warnings, files, annotate))
  const api = ['warning', 'R1: no', { file: 'api/Dockerfile', line: 1, endLine: 1 }]
  expect(
    shown([
      found('FROM a', 1),
      found('FROM b', 2),
      // Of another platform, or of another target with the same file.
      found('FROM a', 1),
      found('in the definition itself', 3),
      { ...found('FROM a', 4), sourceInfo: null },
    ]),
  ).toEqual([api, ['warning', 'R2: no', { file: 'web/Dockerfile', line: 2, endLine: 2 }]])
  const many = Array.from({ length: 8 }, (_, at) => found(at < 4 ? 'FROM a' : 'FROM b', at + 1))
  expect(shown(many).at(-1)).toEqual([
    'warning',
    'The checks of the Dockerfiles found 3 more; the log lists all of them.',
    { file: 'web/Dockerfile', line: 6, endLine: 6 },
  ])
  expect(shown(undefined)).toEqual([])
})

describe('of many findings, the first are shown at their lines, and one annotation counts the others', () => {
  const all = (count: number) => Array.from({ length: count }, (_, at) => at + 1)
  const built = (count: number) => {
    const warnings = all(count).map((line) => ({
      short: Buffer.from(`R${line}: no`).toString('base64'),
      range: [{ start: { line } }],
    }))
    return collected((annotate) => annotateChecks(warnings, file, annotate))
  }
  const checked = (count: number) => {
    const blocks = all(count).map(
      (line) => `WARNING: R${line}: no\nDockerfile:${line}\n${RULER}\n ${line} | >>> x\n${RULER}\n`,
    )
    return collected((annotate) => annotateFindings(blocks.join('\n'), file, annotate))
  }
  const told = (prefix: string, shown: number, more: number) => [
    ...all(shown).map((line) => ['warning', `${prefix}R${line}: no`, { file, line, endLine: line }]),
    ...(more === 0
      ? []
      : [
          [
            'warning',
            `The checks of the Dockerfile found ${more} more; the log lists all of them.`,
            { file, line: shown + 1, endLine: shown + 1 },
          ],
        ]),
  ]
  test.each([
    [5, 5, 0],
    // One that counts a single one would say less than that one.
    [6, 6, 0],
    [7, 5, 2],
    [40, 5, 35],
  ])('%d', (count, shown, more) => {
    expect(built(count)).toEqual(told('', shown, more))
    expect(checked(count)).toEqual(told('WARNING: ', shown, more))
  })
})

test('a cache that fails, but not one that does not exist yet', () => {
  const progress = `#4 importing cache manifest from registry/a:buildcache-main
#4 ERROR: failed to authorize: 403 Forbidden
#5 importing cache manifest from registry/a:buildcache-other
#5 ERROR: registry/a:buildcache-other: not found
#6 [2/2] RUN make
#6 ERROR: of no cache
#9 exporting cache to registry
#9 preparing build cache for export
#9 ERROR: error writing manifest blob: 400 Bad Request
`
  const told = (lines: readonly string[]) =>
    collected((annotate) => annotateCacheErrors(lines.join('\n'), annotate))
  const lines = progress.split('\n')
  expect(told(lines.slice(0, 6))).toEqual([
    [
      'warning',
      'The cache was not read, and the build continued without it (importing cache manifest from registry/a:buildcache-main): failed to authorize: 403 Forbidden',
    ],
  ])
  expect(told(lines.slice(2))).toEqual([
    [
      'warning',
      'The cache was not written, and the build continued without it (exporting cache to registry): error writing manifest blob: 400 Bad Request',
    ],
  ])
  expect(told(lines)).toEqual([
    [
      'warning',
      '2 caches were not read or written, and the build continued without them:\n  importing cache manifest from registry/a:buildcache-main: failed to authorize: 403 Forbidden\n  exporting cache to registry: error writing manifest blob: 400 Bad Request',
    ],
  ])
})

test.each([2, 5, 6, 100])(
  '%d caches that fail are one annotation, which the runner does not cut',
  (count) => {
    const progress = Array.from(
      { length: count },
      (_, at) =>
        `#${at + 4} importing cache manifest from registry/${'a'.repeat(100)}:${at}\n#${at + 4} ERROR: ${'denied '.repeat(900)}\n`,
    ).join('')
    const told: [string, string][] = []
    annotateCacheErrors(progress, (kind, message) => told.push([kind, message]))
    const [[kind, message] = ['', ''], ...others] = told
    expect([kind, others]).toEqual(['warning', []])
    expect(message.length).toBeLessThan(4096)
    expect(message.startsWith(`${count} caches were not read, and the build continued without them:\n`)).toBe(
      true,
    )
    expect(message.match(/^ {2}importing cache manifest from /gm)).toHaveLength(Math.min(count, 5))
    expect(message.endsWith(`\n  … and ${count - 5} more; the log has all of them`)).toBe(count > 5)
  },
)

test.each([
  [{ context: '/job', file: '/job/Dockerfile' }, 'Dockerfile'],
  [{ context: '/job', file: '/elsewhere/Dockerfile' }, null],
  [{ context: 'https://github.com/acme/shop.git', file: 'Dockerfile' }, null],
  [{ context: '/job', file: 'https://example.com/Dockerfile' }, null],
  [{ context: 'https://github.com/acme/shop.git', file: null }, null],
])('the Dockerfile of %j in the workspace', (of, expected) => {
  expect(dockerfilePath(of, workspace)).toBe(expected)
})
