import { describe, expect, test } from '@jest/globals'
import { imageFields, namesOfOutputs, unpushed } from '../../../../src/docker/bake/outputs.ts'

const IMAGE =
  'type=image,name=ghcr.io/a/b,push=true,compression=zstd,compression-level=9,oci-mediatypes=true,store=false,annotation-index[linux/amd64].a=b'

describe('outputs of a definition', () => {
  test('say how the image is written, and the input counts before them', () => {
    expect(imageFields(['type=local,dest=out', IMAGE, 'type=image,compression=gzip'], null)).toEqual([
      'compression=zstd',
      'compression-level=9',
      'oci-mediatypes=true',
      'annotation-index[linux/amd64].a=b',
    ])
    expect(imageFields([IMAGE], { type: 'gzip', level: null })).toEqual(['annotation-index[linux/amd64].a=b'])
    expect(imageFields(['type=docker', 'out'], null)).toEqual([])
  })

  test('name an image', () => {
    expect(namesOfOutputs([IMAGE, 'type=registry,"name=a/b:1,c/d"', 'type=docker,name=local'])).toEqual([
      'ghcr.io/a/b',
      'a/b:1',
      'c/d',
    ])
  })

  test.each([
    ['type=image,push=false', true],
    ['type=registry,push=0', true],
    ['type=image,push=true', false],
    ['type=image', false],
    ['type=registry', false],
    ['type=local,dest=out', false],
  ])('are not pushed: %s', (output, expected) => {
    expect(unpushed([output])).toEqual(expected ? [output] : [])
  })
})
