import { expect, test } from '@jest/globals'
import { needsLoad } from '../../../../src/docker/build/buildx.ts'
import type { Naming } from '../../../../src/docker/naming.ts'

const capabilities = (loadsWhatItPushes: boolean) => ({ pushByDigest: true, layout: true, loadsWhatItPushes })

test.each<[load: boolean, Naming, loads: boolean | null, expected: boolean]>([
  [false, 'docker', false, false],
  [false, 'local', null, false],
  [true, 'local', null, true],
  [true, 'local', true, true],
  [true, 'docker', false, true],
  [true, 'digest', false, true],
  [true, 'docker', true, false],
  // A layout is in a folder, and nothing of it in the engine.
  [true, 'layout', true, true],
])(
  'load: %j, naming %s, a builder that loads what it pushes: %j: --load is %j',
  (load, naming, loads, expected) => {
    expect(needsLoad({ load, naming }, loads === null ? null : capabilities(loads))).toBe(expected)
  },
)
