import { describe, expect, test } from '@jest/globals'
import {
  lastError,
  parseFailure,
  registryPhaseOf,
  shortReason,
} from '../../../../src/docker/failures/failing-step.ts'
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

  test('of the legacy builder that docker takes because its buildx is broken', () => {
    const notice = `failed to fetch metadata: exit status 1

DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            Install the buildx component to build images with BuildKit:
            https://docs.docker.com/go/buildx/

`
    const steps =
      'Step 1/2 : FROM busybox\n ---> ed81360bbdfa\nStep 2/2 : RUN sleep 9\n ---> Running in cd8d81eed64f\n'
    for (const before of [notice, notice.slice(notice.indexOf('DEPRECATED'))]) {
      const found = parseFailure(`${before}unexpected EOF\n`, steps)
      expect([found.name, found.reason, found.legacy]).toEqual(['[2/2] RUN sleep 9', 'unexpected EOF', true])
    }
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

  describe('what a command writes is shown as a terminal leaves it', () => {
    const esc = '\u001b'
    test.each([
      ['a progress bar before the reason', 'fetching 10 %\rfetching 99 %\rno such host', 'no such host'],
      ['a line that ends in a carriage return', 'no such host\r', 'no such host'],
      ['U+2028', 'no\u2028such host', 'no such host'],
      ['U+2029', 'no\u2029such host', 'no such host'],
      ['colours', `${esc}[31;1mno such host${esc}[0m`, 'no such host'],
      ['a link', `${esc}]8;;https://x.example${esc}\\no such host${esc}]8;;${esc}\\`, 'no such host'],
    ])('%s', (_, written, shown) => {
      const buildkit = [
        '#9 [2/2] RUN make',
        `#9 1.5 ${written}`,
        '------',
        ' > [2/2] RUN make:',
        '------',
        'ERROR: x',
      ]
      expect(parseFailure(buildkit.join('\n'), '').lines).toEqual([shown])
      expect(parseFailure('x', `Step 2/2 : RUN make\n${written}\n`).lines).toEqual([shown])
    })

    test('also if the instruction itself has such characters', () => {
      const name = `[2/2] RUN echo 'a\u2028b'`
      const stderr = [`#9 ${name}`, '#9 1.5 no such host', '------', ` > ${name}:`, '------', 'ERROR: x']
      expect(parseFailure(stderr.join('\n'), '')).toMatchObject({ name, lines: ['no such host'] })
    })

    test('the reason is found in colours', () => {
      expect(lastError(`${esc}[31mERROR: denied${esc}[0m\nsee the docs\n`)).toBe('ERROR: denied')
    })
  })

  test('none, where the builder could not begin', () => {
    const stderr =
      'ERROR: failed to build: failed to solve: failed to read dockerfile: open Dockerfile: no such file'
    const failure = parseFailure(stderr, '')
    expect(failure).toMatchObject({ name: null, lines: [], source: null })
    expect(shortReason(failure.reason ?? '')).toBe('failed to read dockerfile: open Dockerfile: no such file')
  })
})

test.each([
  ['ERROR: failed to solve: process "/bin/sh -c echo LONG" did not complete successfully: exit code: 3'],
  ['executor failed running [/bin/sh -c echo LONG]: exit code: 3'],
  ["The command '/bin/sh -c echo LONG' returned a non-zero code: 3"],
])('how a command ended is read behind a command of any length: %s', (line) => {
  for (const long of ['x', 'word '.repeat(20_000), 'x'.repeat(90_000)]) {
    const reason = lastError(line.replace('LONG', long)) ?? ''
    expect(reason.length).toBeLessThan(2200)
    expect(shortReason(reason)).toBe('the command ended with exit code 3')
  }
})

test('a block that is not one', () => {
  expect(sourceBlocks(['Dockerfile:3', RULER, '   1 | >>> FROM x'])).toEqual([])
  expect(sourceBlocks(['no head', RULER, '   1 | >>> FROM x', RULER])).toEqual([])
  expect(sourceBlocks(['Dockerfile:3', RULER, '   1 |     FROM x', RULER])).toEqual([])
})

test.each([
  ['exporting to image', 'push'],
  ['pushing registry/app:v1 with docker', 'push'],
  ['exporting cache to registry', 'push'],
  ['exporting cache to client directory', 'push'],
  ['exporting cache to Amazon S3', 'push'],
  ['exporting cache to Azure Blob Storage', 'push'],
  ['exporting to GitHub Actions Cache', 'push'],
  ['exporting to client directory', null],
  ['exporting to oci image format', null],
  ['[internal] load metadata for registry/base:1', 'pull'],
  ['resolve image config for docker-image://docker.io/docker/dockerfile:1', 'pull'],
  ['[build 1/2] FROM docker.io/library/alpine:3', 'pull'],
  ['[1/2] FROM alpine', 'pull'],
  ['[context base] load metadata for registry/base:1', 'pull'],
  ['[context base] registry/base:1', 'pull'],
  ['[context base] load from client', null],
  ['[context base] https://git.example/a.git', null],
  ['[2/2] RUN echo exporting to image', null],
  ['[build 2/3] RUN FROM pushing', null],
  ['[2/2] COPY FROM /', null],
  ['[internal] load build context', null],
  [null, null],
] as const)('%s is %s', (name, phase) => expect(registryPhaseOf({ name })).toBe(phase))
