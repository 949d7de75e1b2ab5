import { describe, expect, test } from '@jest/globals'
import { layerHistory } from '../../../src/oci/history.ts'

const config = (value: unknown) => Buffer.from(JSON.stringify(value))

describe('the line of the Dockerfile that made a layer', () => {
  // Of docker 20.10 and 28, classic builder and BuildKit.
  test.each([
    ['RUN /bin/sh -c make # buildkit', 'RUN make'],
    ['RUN |2 VERSION=v1 TOKEN=s3cret /bin/sh -c make all # buildkit', 'RUN make all'],
    ['|1 VERSION=v1 /bin/sh -c make', 'RUN make'],
    ['/bin/sh -c make', 'RUN make'],
    ['COPY . /app # buildkit', 'COPY . /app'],
    ['/bin/sh -c #(nop) COPY dir:0123 in /app ', 'COPY dir:0123 in /app'],
    ['RUN /bin/bash -c make # buildkit', 'RUN /bin/bash -c make'],
    ['RUN |1 TOKEN=s3cret /bin/bash -o pipefail -c make # buildkit', 'RUN /bin/bash -o pipefail -c make'],
    ['|1 TOKEN=s3cret /bin/bash -c make', 'RUN /bin/bash -c make'],
    ['RUN |1 V=v1 /bin/sh -c tar -cf x y && date -d c # buildkit', 'RUN tar -cf x y && date -d c'],
    // Where the values end cannot be told.
    ['RUN |1 TOKEN=aaa /bin/sh -c HALFSECRET /bin/ash -o pipefail -c echo hi # buildkit', null],
    ['RUN |1 TOKEN=aaa /bin/sh -c HALFSECRET /bin/sh -c echo hi # buildkit', null],
    ['RUN |1 TOKEN=aaa /bin/zsh -lc HALFSECRET /bin/sh -c echo hi # buildkit', null],
    ['|1 TOKEN=aaa sh HALFSECRET bash -c echo hi', null],
    // No command begins within a value's first word.
    ['|1 TOKEN=bash -c s3cret /bin/sh -c echo hi', 'RUN echo hi'],
    ['RUN |1 TOKEN=s3cret npm ci # buildkit', null],
    ['RUN |1 TOKEN=s3cret cmd /S /C make', null],
    ['RUN /bin/sh -c echo a\necho b # buildkit', 'RUN echo a\necho b'],
    ["# debian.sh --arch 'amd64' out/", "# debian.sh --arch 'amd64' out/"],
    ['', null],
    [7, null],
  ])('%s', (created_by, expected) => {
    expect(layerHistory(config({ history: [{ created_by }] }), 1)).toEqual([expected])
  })

  describe('of a shell that SHELL has set, which is no part of the instruction', () => {
    const shell = '/bin/bash -o pipefail -c'
    test.each([
      [[`SHELL [${shell}]`], `RUN ${shell} make # buildkit`, 'RUN make'],
      [[`SHELL [${shell}]`], `RUN |1 V=v1 ${shell} make # buildkit`, 'RUN make'],
      [[`${shell} #(nop)  SHELL [${shell}]`], `${shell} make`, 'RUN make'],
      [[`${shell} #(nop)  SHELL [${shell}]`], `|1 V=v1 ${shell} make`, 'RUN make'],
      [[`${shell} #(nop)  SHELL [${shell}]`], `${shell} #(nop) COPY dir:01 in /app `, 'COPY dir:01 in /app'],
      [['SHELL [python3 -c]'], 'RUN |1 V=v1 python3 -c print(1) # buildkit', 'RUN print(1)'],
      [['SHELL [python3 -c]'], 'RUN |1 V=aaa /bin/sh -c HALFSECRET python3 -c print(1) # buildkit', null],
      [['SHELL [python3 -c]'], 'RUN |1 V=aaa python3 -c HALFSECRET python3 -c print(1) # buildkit', null],
      // The last one counts.
      [[`SHELL [${shell}]`, 'SHELL [/bin/sh -c]'], 'RUN /bin/sh -c make # buildkit', 'RUN make'],
      [[], `RUN ${shell} make # buildkit`, `RUN ${shell} make`],
    ])('%j, then %s', (before, created_by, expected) => {
      const history = [...before.map((by) => ({ created_by: by, empty_layer: true })), { created_by }]
      expect(layerHistory(config({ history }), 1)).toEqual([expected])
    })
  })

  describe('of a build whose steps are known', () => {
    const VALUE = 'RUN |1 TOKEN=aaa /bin/sh -c HALFSECRET prog x # buildkit'
    test.each<[string, readonly string[], string, string | null]>([
      [
        'an exec form has no shell: what looks like one is of a value',
        ['[2/2] RUN ["prog", "x"]'],
        VALUE,
        null,
      ],
      ['options before it', ['[2/2] RUN --network=none ["prog", "x"]'], VALUE, null],
      [
        'a shell form beside it',
        ['[2/3] RUN ["prog", "x"]', '[b 3/3] RUN --mount=type=cache,target=/c make all'],
        'RUN |1 TOKEN=aaa /bin/sh -c make all # buildkit',
        'RUN make all',
      ],
      ['without values', ['[2/2] RUN ["prog", "x"]'], 'RUN /bin/sh -c make # buildkit', 'RUN make'],
      ['no exec form', ['[2/2] RUN make'], 'RUN |1 V=v1 /bin/sh -c make $V # buildkit', 'RUN make $V'],
    ])('%s', (_, steps, created_by, expected) => {
      expect(layerHistory(config({ history: [{ created_by }] }), 1, steps)).toEqual([expected])
    })
  })

  test('skips what made no layer', () => {
    const history = [{ created_by: 'ADD rootfs.tar /' }, { created_by: 'ENV A=b', empty_layer: true }, {}]
    expect(layerHistory(config({ history }), 2)).toEqual(['ADD rootfs.tar /', null])
  })

  test.each([
    ['of other layers', config({ history: [{ created_by: 'RUN a' }] })],
    ['of another form', config({ history: 'x' })],
    ['null', config(null)],
    ['no JSON', Buffer.from('{')],
  ])('is not guessed from a configuration %s', (_, bytes) => {
    expect(layerHistory(bytes, 2)).toEqual([])
  })
})
