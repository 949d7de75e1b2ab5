import { describe, expect, test } from '@jest/globals'
import { contentOf } from '../../../src/oci/content.ts'
import { blobsOf } from '../../../src/oci/types.ts'
import { MAX_NESTING } from '../../../src/shared/nesting.ts'

const descriptor = { mediaType: 'x/y', digest: `sha256:${'a'.repeat(64)}`, size: 1 }
const nested = (levels: number) => `{"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`

describe('a manifest', () => {
  test.each(['layers', 'blobs', 'manifests', 'config', 'subject', 'annotations', 'mediaType', 'other'])(
    'with null as %s is one without it',
    (name) => {
      const others = { config: descriptor, layers: [descriptor], schemaVersion: 2 }
      const expected = { ...others, [name]: undefined }
      for (const given of [{ ...others, [name]: null }, expected]) {
        const content = contentOf(JSON.stringify(given))
        expect(content).toEqual(JSON.parse(JSON.stringify(expected)))
        expect(blobsOf(content as NonNullable<typeof content>)).toHaveLength(1)
      }
    },
  )

  test.each([
    ['layers', {}],
    ['layers', [null]],
    ['config', {}],
    ['manifests', [{ ...descriptor, size: -1 }]],
    ['subject', { ...descriptor, digest: '../x' }],
    ['annotations', 'x'],
  ])('with something else as %s is none: %j', (name, value) => {
    expect(contentOf(JSON.stringify({ [name]: value }))).toBeNull()
  })

  test('is none if it is nested deeper than any is, which is found at once', () => {
    expect(contentOf(nested(MAX_NESTING))).not.toBeNull()
    expect(contentOf(nested(MAX_NESTING + 1))).toBeNull()
    const deep = Buffer.from(nested(1_900_000))
    const began = process.cpuUsage()
    expect(contentOf(deep)).toBeNull()
    // In time of the processor, and on a busy machine.
    expect(process.cpuUsage(began).user).toBeLessThan(2e6)
  })

  test.each([null, undefined, 7, {}, 'x', '', '[]', 'null'])('is none of %j', (given) => {
    expect(contentOf(given)).toBeNull()
  })
})
