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
    // Where the values end cannot be told.
    ['RUN |1 TOKEN=s3cret npm ci # buildkit', null],
    ['RUN |1 TOKEN=s3cret cmd /S /C make', null],
    ['RUN /bin/sh -c echo a\necho b # buildkit', 'RUN echo a\necho b'],
    ["# debian.sh --arch 'amd64' out/", "# debian.sh --arch 'amd64' out/"],
    ['', null],
    [7, null],
  ])('%s', (created_by, expected) => {
    expect(layerHistory(config({ history: [{ created_by }] }), 1)).toEqual([expected])
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
