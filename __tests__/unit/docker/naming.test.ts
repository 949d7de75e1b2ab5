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
  test.each<[push: boolean, pushByDigest: boolean, Capabilities | null, Naming, sbomApart?: boolean]>([
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
    // What an SBOM is taken out of is pushed by nobody but us.
    [true, false, everything, 'layout', true],
    [true, false, can({ layout: true, loadsWhatItPushes: true }), 'layout', true],
    [false, false, everything, 'local', true],
  ])(
    'push: %j, without a tag: %j, by a builder that can do %j: %s',
    (push, pushByDigest, capabilities, expected, sbomApart = false) => {
      expect(whoNames({ push, pushByDigest, sbomApart }, capabilities)).toBe(expected)
    },
  )

  test.each([null, nothing])('an image without a tag is never pushed with one: %j', (capabilities) => {
    for (const [pushByDigest, sbomApart] of [
      [true, false],
      [false, true],
    ] as const) {
      expect(() => whoNames({ push: true, pushByDigest, sbomApart }, capabilities)).toThrow(
        /neither push by digest nor/,
      )
    }
  })
})
