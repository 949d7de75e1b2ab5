import { describe, expect, test } from '@jest/globals'
import {
  type Annotate,
  annotateCacheErrors,
  annotateChecks,
  annotateFindings,
  dockerfilePath,
} from '../../../../src/docker/failures/annotations.ts'
import { locateInstruction, parseFailure, shortReason } from '../../../../src/docker/failures/failing-step.ts'
import { sourceBlocks } from '../../../../src/docker/failures/source-blocks.ts'

const RULER = '-'.repeat(20)

/** What buildx 0.29 writes, put together from a build of two platforms of which one was canceled. */
const BUILDX = `#0 building with "default" instance using docker driver

#6 [linux/amd64 2/3] RUN echo one; echo "denied: not yours"; false
#6 0.101 one
#6 0.208 denied: not yours
#6 ERROR: process "/bin/sh -c echo one; echo \\"denied: not yours\\"; false" did not complete successfully: exit code: 1

#7 [linux/arm64 2/3] RUN echo one; echo "denied: not yours"; false
#7 0.1 one
#7 CANCELED
------
 > [linux/amd64 2/3] RUN echo one; echo "denied: not yours"; false:
0.101 one
0.208 denied: not yours
------
Dockerfile:3
${RULER}
   1 |     FROM busybox
   2 |     
   3 | >>> RUN echo one; \\
   4 | >>>   echo "denied: not yours"; false
   5 |     COPY x /
${RULER}
ERROR: failed to build: failed to solve: process "/bin/sh -c echo one; echo \\"denied: not yours\\"; false" did not complete successfully: exit code: 1
`

describe('the failing step', () => {
  test('of buildx', () => {
    const failure = parseFailure(BUILDX, '')
    expect(failure).toMatchObject({
      name: '[linux/amd64 2/3] RUN echo one; echo "denied: not yours"; false',
      lines: ['one', 'denied: not yours'],
      source: { file: 'Dockerfile', line: 3, endLine: 4 },
    })
    expect(shortReason(failure.reason ?? '')).toBe('the command ended with exit code 1')
  })

  test('of docker before 23.0, which shows neither lines nor source', () => {
    const stderr = `#5 [2/2] RUN make
#5 sha256:19f92a34e0f43205a93a23af1b8bf44d11034222162ad7de2f79ccc01e538a4a
#5 0.175 no rule to make target
#5 ERROR: executor failed running [/bin/sh -c make]: exit code: 2
------
 > [2/2] RUN make:
------
executor failed running [/bin/sh -c make]: exit code: 2
`
    const failure = parseFailure(stderr, '')
    expect(failure).toMatchObject({ name: '[2/2] RUN make', lines: ['no rule to make target'], source: null })
    expect(shortReason(failure.reason ?? '')).toBe('the command ended with exit code 2')
  })

  test('of the legacy builder', () => {
    const stdout = `Step 1/3 : FROM busybox
 ---> 2c1f0f6b5f4e
Step 2/3 : RUN make
 ---> Running in 0d6c1c7f5e5a
no rule to make target
`
    const failure = parseFailure("The command '/bin/sh -c make' returned a non-zero code: 2\n", stdout)
    expect(failure).toMatchObject({ name: '[2/3] RUN make', lines: ['no rule to make target'], source: null })
    expect(shortReason(failure.reason ?? '')).toBe('the command ended with exit code 2')
  })

  test('only the last lines of a step that wrote much', () => {
    const many = Array.from({ length: 500 }, (_, index) => `#9 1.5 line ${index + 1}`)
    const stderr = [
      '#9 [2/2] RUN make',
      ...many,
      '#10 1.5 of another step',
      '------',
      ' > [2/2] RUN make:',
      '------',
      'ERROR: x',
    ]
    const { lines } = parseFailure(stderr.join('\n'), '')
    expect([lines.length, lines.at(0), lines.at(-1)]).toEqual([20, 'line 481', 'line 500'])
  })

  test('none, where the builder could not begin', () => {
    const stderr =
      'ERROR: failed to build: failed to solve: failed to read dockerfile: open Dockerfile: no such file'
    const failure = parseFailure(stderr, '')
    expect(failure).toMatchObject({ name: null, lines: [], source: null })
    expect(shortReason(failure.reason ?? '')).toBe('failed to read dockerfile: open Dockerfile: no such file')
  })
})

describe('the lines of an instruction', () => {
  const dockerfile = `# RUN make
FROM busybox AS build
RUN make \\
    # why
    all
RUN  make install
COPY a /
RUN twice
RUN twice
RUN last \\`

  test.each([
    ['[build 2/5] RUN make      all', 3, 5],
    ['[3/5] RUN make install', 6, 6],
    ['[4/5] COPY a /', 7, 7],
    ['[5/5] RUN last', 10, 10],
  ])('%s', (step, line, endLine) => {
    expect(locateInstruction(dockerfile, step)).toMatchObject({ line, endLine })
  })

  test.each(['[1/2] RUN twice', '[1/2] RUN absent', 'exporting to image'])('not of %s', (step) => {
    expect(locateInstruction(dockerfile, step)).toBeNull()
  })
})

test('a block that is not one', () => {
  expect(sourceBlocks(['Dockerfile:3', RULER, '   1 | >>> FROM x'])).toEqual([])
  expect(sourceBlocks(['no head', RULER, '   1 | >>> FROM x', RULER])).toEqual([])
  expect(sourceBlocks(['Dockerfile:3', RULER, '   1 |     FROM x', RULER])).toEqual([])
})

describe('annotations', () => {
  const workspace = '/job'
  const request = { context: '/job/app', file: '/job/app/Dockerfile' }

  function collected(run: (annotate: Annotate) => void) {
    const result: unknown[] = []
    run((kind, message, place) => result.push(place === undefined ? [kind, message] : [kind, message, place]))
    return result
  }

  test('what call: check finds stands beside its lines', () => {
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
    const file = 'app/Dockerfile'
    expect(collected((annotate) => annotateFindings(stdout, request, workspace, annotate))).toEqual([
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
    expect(collected((annotate) => annotateChecks(warnings, request, workspace, annotate))).toEqual([
      [
        'warning',
        'JSONArgsRecommended: use JSON\nhttps://docs.example/rule',
        { file: 'app/Dockerfile', line: 4, endLine: 5 },
      ],
    ])
    for (const nothing of [undefined, null, 'x']) {
      expect(collected((annotate) => annotateChecks(nothing, request, workspace, annotate))).toEqual([])
    }
  })

  test('a cache that fails, but not one that is not there yet', () => {
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
        'The cache was not read; the build went on without (importing cache manifest from registry/a:buildcache-main): failed to authorize: 403 Forbidden',
      ],
      [
        'warning',
        'The cache was not written; the build went on without (exporting cache to registry): error writing manifest blob: 400 Bad Request',
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
})
