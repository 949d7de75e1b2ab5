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
const TAGGED = { push: true, pushByDigest: false, beforeTags: false, sbomApart: false }

describe('who names the image', () => {
  test.each<
    [push: boolean, pushByDigest: boolean, Capabilities | null, Naming, change?: Partial<typeof TAGGED>]
  >([
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
    [true, false, everything, 'layout', { sbomApart: true }],
    [true, false, can({ layout: true, loadsWhatItPushes: true }), 'layout', { sbomApart: true }],
    [false, false, everything, 'local', { sbomApart: true }],
    // What waits for its scan gets its tags from nobody but us.
    [true, false, everything, 'digest', { beforeTags: true }],
    [true, false, can({ layout: true, loadsWhatItPushes: true }), 'layout', { beforeTags: true }],
    [true, false, everything, 'layout', { beforeTags: true, sbomApart: true }],
    [false, false, everything, 'local', { beforeTags: true }],
  ])(
    'push: %j, without a tag: %j, by a builder that can do %j: %s',
    (push, pushByDigest, capabilities, expected, change = {}) => {
      expect(whoNames({ ...TAGGED, push, pushByDigest, ...change }, capabilities)).toBe(expected)
    },
  )

  test.each([null, nothing])('an image without a tag is never pushed with one: %j', (capabilities) => {
    for (const untagged of [{ pushByDigest: true }, { beforeTags: true }, { sbomApart: true }]) {
      expect(() => whoNames({ ...TAGGED, ...untagged }, capabilities)).toThrow(/neither push by digest nor/)
    }
  })
})
