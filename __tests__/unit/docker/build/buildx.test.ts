import { expect, test } from '@jest/globals'
import { isOnlyInCache, loadedOnce } from '../../../../src/docker/build/buildx.ts'
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
    expect(loadedOnce({ load, naming, outputs: [] }, loads === null ? null : capabilities(loads)).load).toBe(
      expected,
    )
  },
)

test.each<[string, boolean]>([
  ['type=docker', false],
  ['"type=docker"', false],
  // Under another name, or into a file: nothing is loaded twice.
  ['type=docker,name=other:v1', true],
  ['type=docker,dest=image.tar', true],
  ['type=local,dest=out', true],
  ['out', true],
  ['type=image,push=true', true],
])('the output %s beside a push that loads stays: %j', (output, stays) => {
  const request = { load: false, naming: 'docker', outputs: [output, 'type=cacheonly'] } as const
  const left = stays ? [output, 'type=cacheonly'] : ['type=cacheonly']
  expect(loadedOnce(request, capabilities(true)).outputs).toEqual(left)
  expect(loadedOnce(request, capabilities(false)).outputs).toEqual(request.outputs)
  expect(loadedOnce({ ...request, naming: 'local' }, capabilities(true)).outputs).toEqual(request.outputs)
})

test.each([
  [
    'time="2026-01-01T00:00:00Z" level=warning msg="No output specified with docker-container driver. Build result will only remain in the build cache. To push result image into registry use --push or to load image into docker use --load"\n#1 DONE',
    true,
  ],
  [
    '#1 DONE\nWARNING: No output specified with docker-container driver. Build result will only remain in the build cache.\n',
    true,
  ],
  ['#7 0.2 Build result will only remain in the build cache\n', false],
  ['#1 DONE 0.0s\n', false],
])('a result that is in the cache alone, as buildx tells it: %.40s', (stderr, expected) => {
  expect(isOnlyInCache(stderr)).toBe(expected)
})
