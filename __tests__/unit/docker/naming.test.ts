import { describe, expect, test } from '@jest/globals'
import { type Capabilities, type Naming, whoNames } from '../../../src/docker/naming.ts'

const can = (change: Partial<Capabilities>): Capabilities => ({
  pushByDigest: false,
  layout: false,
  loadsWhatItPushes: false,
  ...change,
})
const everything = can({ pushByDigest: true, layout: true })
const nothing = can({})

describe('who names the image', () => {
  test.each<[push: boolean, pushByDigest: boolean, Capabilities | null, Naming]>([
    [false, false, null, 'local'],
    [false, false, everything, 'local'],
    [false, true, everything, 'local'],
    [false, true, nothing, 'local'],
    [true, false, null, 'docker'],
    [true, false, everything, 'docker'],
    [true, false, nothing, 'docker'],
    [true, true, everything, 'digest'],
    [true, true, can({ pushByDigest: true }), 'digest'],
    [true, true, can({ layout: true }), 'layout'],
    // That a push loads the image is no reason.
    [true, true, can({ layout: true, loadsWhatItPushes: true }), 'layout'],
  ])(
    'push: %j, without a tag: %j, by a builder that can do %j: %s',
    (push, pushByDigest, capabilities, expected) => {
      expect(whoNames({ push, pushByDigest }, capabilities)).toBe(expected)
    },
  )

  test.each([null, nothing])('an image without a tag is never pushed with one: %j', (capabilities) => {
    expect(() => whoNames({ push: true, pushByDigest: true }, capabilities)).toThrow(
      /neither push by digest nor/,
    )
  })
})
