import { expect, test } from '@jest/globals'
import {
  type Annotate,
  annotateCacheErrors,
  annotateChecks,
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
  expect(collected((annotate) => annotateCacheErrors(progress, annotate))).toEqual([
    [
      'warning',
      'The cache was not read, and the build continued without it (importing cache manifest from registry/a:buildcache-main): failed to authorize: 403 Forbidden',
    ],
    [
      'warning',
      'The cache was not written, and the build continued without it (exporting cache to registry): error writing manifest blob: 400 Bad Request',
    ],
  ])
})

test.each([
  [{ context: '/job', file: '/job/Dockerfile' }, 'Dockerfile'],
  [{ context: '/job', file: '/elsewhere/Dockerfile' }, null],
  [{ context: 'https://github.com/acme/shop.git', file: 'Dockerfile' }, null],
  [{ context: '/job', file: 'https://example.com/Dockerfile' }, null],
  [{ context: 'https://github.com/acme/shop.git', file: null }, null],
])('the Dockerfile of %j in the workspace', (of, expected) => {
  expect(dockerfilePath(of, workspace)).toBe(expected)
})
