import { describe, expect, test } from '@jest/globals'
import { BuildOutput } from '../../../../src/docker/stall/build-output.ts'
import { PushOutput } from '../../../../src/docker/stall/push-output.ts'

const LAYER = `sha256:${'4'.repeat(64)}`
const REF = 'registry.example/app:v1'

function waitAfter(...lines: string[]) {
  const output = new BuildOutput(true)
  for (const line of lines) output.read(`${line}\n`, 'stderr')
  return output.waitsFor()
}

describe("what BuildKit's plain progress says is waited for", () => {
  test.each([
    ['the beginning', [], 'the first answer of the builder', 'start', true],
    [
      'which builder it is',
      ['#0 building with "default" instance'],
      'the first answer of the builder',
      'start',
      true,
    ],
    ['metadata', [`#2 [internal] load metadata for ${REF}`], `load metadata for ${REF}`, 'pull', true],
    [
      'a frontend',
      ['#2 resolve image config for docker-image://docker/dockerfile:1'],
      'resolve image config for docker-image://docker/dockerfile:1',
      'pull',
      true,
    ],
    [
      'a token',
      ['#4 [auth] app:pull,push token for registry.example'],
      '[auth] app:pull,push token for registry.example',
      'push',
      true,
    ],
    [
      'a layer of a base image',
      [`#5 [1/2] FROM ${REF}`, `#5 ${LAYER} 7.34MB / 24.01MB 8.4s`],
      `[1/2] FROM ${REF}`,
      'pull',
      true,
    ],
    ['the image of a named context', [`#5 [context base] ${REF}`], `[context base] ${REF}`, 'pull', true],
    [
      'the metadata of a named context',
      [`#5 [context base] load metadata for ${REF}`],
      `[context base] load metadata for ${REF}`,
      'pull',
      true,
    ],
    [
      'a layer of a step that is in a cache',
      ['#7 [2/3] RUN make', `#7 ${LAYER} 0B / 10.00MB 5.1s`],
      'the layers of [2/3] RUN make',
      'pull',
      true,
    ],
    [
      'layers of a step that is in a cache, of which one has come',
      [
        '#7 [2/3] COPY . .',
        `#7 ${LAYER} 1.00MB / 1.00MB 5.1s done`,
        `#7 ${LAYER.replaceAll('4', '5')} 0B / 2MB`,
      ],
      'the layers of [2/3] COPY . .',
      'pull',
      true,
    ],
    [
      'layers that are pushed',
      ['#5 exporting to image', '#5 exporting layers 1.0s done', '#5 pushing layers'],
      'pushing layers',
      'push',
      false,
    ],
    [
      'a manifest',
      ['#5 exporting to image', '#5 pushing layers 1.0s done', `#5 pushing manifest for ${REF}`],
      `pushing manifest for ${REF}`,
      'push',
      true,
    ],
    [
      'a cache',
      ['#9 importing cache manifest from registry.example/app:cache'],
      'importing cache manifest from registry.example/app:cache',
      'pull',
      true,
    ],
    [
      'a layer of a cache',
      ['#9 exporting cache to registry', '#9 preparing build cache for export', `#9 writing layer ${LAYER}`],
      `writing layer ${LAYER}`,
      'push',
      false,
    ],
    [
      'a cache of GitHub Actions',
      [
        '#9 exporting to GitHub Actions Cache',
        '#9 preparing build cache for export',
        `#9 writing layer ${LAYER}`,
      ],
      `writing layer ${LAYER}`,
      'push',
      false,
    ],
    [
      "the builder's own image",
      ['#1 [internal] booting buildkit', '#1 pulling image moby/buildkit:buildx-stable-1'],
      'pulling image moby/buildkit:buildx-stable-1',
      'pull',
      false,
    ],
    ['the next step', ['#7 [2/3] RUN make', '#7 DONE 1.0s'], 'the next step of the builder', 'start', false],
    [
      'the end, after a failure',
      [
        '#1 [internal] load build definition',
        '#2 [internal] load .dockerignore',
        '#1 ERROR: no active session',
        '#2 CANCELED',
      ],
      'the end of docker, after a step that failed',
      'start',
      true,
    ],
    [
      'two at once',
      [`#5 [a 1/2] FROM ${REF}`, '#6 exporting to image', '#6 pushing layers'],
      `[a 1/2] FROM ${REF}, pushing layers`,
      'push',
      false,
    ],
  ] as const)('%s', (_, lines, what, phase, shown) => {
    expect(waitAfter(...lines)).toEqual({ what, phase, shown })
  })

  test.each([
    ['a command of the Dockerfile', ['#7 [2/3] RUN make']],
    [
      'a command whose layers have come',
      ['#7 [2/3] RUN make', `#7 ${LAYER} 0B / 10.00MB 5.1s`, `#7 ${LAYER} 10.00MB / 10.00MB 9.1s done`],
    ],
    [
      'a command that prints, whatever was said of its layers',
      ['#7 [2/3] RUN make', `#7 ${LAYER} 0B / 10.00MB 5.1s`, '#7 0.208 compiling'],
    ],
    [
      'layers of a cache that are unpacked',
      ['#7 [2/3] RUN make', `#7 ${LAYER} 9.00MB / 10.00MB 5.1s`, `#7 extracting ${LAYER}`],
    ],
    ['a folder as a named context', ['#5 [context base] load from client']],
    ['an address as a named context', ['#5 [context base] https://git.example/a.git']],
    [
      'a command beside a step that failed',
      ['#6 [a 2/2] RUN x', '#7 [b 2/3] RUN make', '#6 ERROR: exit code: 1'],
    ],
    ['a command beside a pull', [`#5 [a 1/2] FROM ${REF}`, '#7 [b 2/3] RUN make']],
    ['layers that are compressed', ['#5 exporting to image', '#5 exporting layers']],
    [
      'an image that is unpacked while it is pushed',
      ['#5 exporting to image', '#5 pushing layers', `#5 unpacking to ${REF}`],
    ],
    [
      'a layer that is unpacked',
      [`#5 [1/2] FROM ${REF}`, `#5 ${LAYER} 24.01MB / 24.01MB 9.1s done`, `#5 extracting ${LAYER}`],
    ],
    ['a layer that has come whole', [`#5 [1/2] FROM ${REF}`, `#5 ${LAYER} 24.01MB / 24.01MB 9.1s`]],
    ['a context that is sent', ['#3 [internal] load build context', '#3 transferring context: 30.01MB 0.3s']],
    ['a local export', ['#8 exporting to client directory', '#8 copying files']],
    ['an image that is loaded', ['#8 exporting to docker image format', '#8 sending tarball']],
    ['a cache that is prepared', ['#9 exporting cache to registry', '#9 preparing build cache for export']],
  ] as const)('nothing: %s', (_, lines) => {
    expect(waitAfter(...lines)).toBeNull()
  })

  test('a line that says the same with more seconds is no progress, more bytes are', () => {
    const output = new BuildOutput(true)
    const saidAfter = (text: string) => {
      const before = output.progress
      output.read(text, 'stderr')
      return output.progress > before
    }
    expect(saidAfter(`#5 [1/2] FROM ${REF}\n`)).toBe(true)
    expect(saidAfter(`#5 ${LAYER} 7.34MB / 24.01MB 8.4s\n`)).toBe(true)
    expect(saidAfter(`#5 ${LAYER} 7.34MB / 24.01MB 13.5s\n`)).toBe(false)
    expect(saidAfter(`#5 ...\n\n#5 [1/2] FROM ${REF}\n#5 ${LAYER}\n`)).toBe(false)
    expect(saidAfter(`#5 ${LAYER} 8.39MB / 24.0`)).toBe(false)
    expect(saidAfter('1MB 18.6s\n')).toBe(true)
    expect(saidAfter('#5 DONE 25.2s\n')).toBe(true)
  })

  test('a command that prints what a push would print is none', () => {
    expect(
      waitAfter('#7 [2/3] RUN make', '#7 0.208 #9 exporting to image', '#7 0.209 pushing layers'),
    ).toBeNull()
  })
})

describe('what the legacy builder says is waited for', () => {
  const saidAfter = (...lines: string[]) => {
    const output = new BuildOutput(false)
    for (const line of lines) output.read(`${line}\n`, 'stdout')
    return output.waitsFor()
  }
  const from = `Step 1/2 : FROM --platform=linux/amd64 ${REF} AS a`

  test('the pull of a base image', () => {
    expect(saidAfter(from)).toEqual({ what: `the pull of ${REF}`, phase: 'pull', shown: true })
    expect(saidAfter(from, 'v1: Pulling from app', '810f4deed62a: Pulling fs layer')).toMatchObject({
      shown: false,
    })
    // The second waits to be unpacked, behind the first.
    const two = ['810f4deed62a: Pulling fs layer', '910f4deed62a: Pulling fs layer']
    expect(saidAfter(from, ...two, '910f4deed62a: Download complete')).toMatchObject({ phase: 'pull' })
  })

  test('the pull of an image that COPY takes from, or the copy', () => {
    const copy = [from, ' ---> 755e949a01ce', `Step 2/2 : COPY --chown=1 --from=${REF} /a /b`]
    const wait = { what: `the pull of ${REF}, or a copy from it`, phase: 'pull', shown: false, mayWork: true }
    expect(saidAfter(...copy)).toEqual(wait)
    const pull = [...copy, 'v1: Pulling from app']
    expect(saidAfter(...pull)).toEqual({ what: `the pull of ${REF}`, phase: 'pull', shown: true })
    expect(saidAfter(...pull, '810f4deed62a: Pulling fs layer')).toMatchObject({ shown: false })
    expect(saidAfter(...pull, `Digest: ${LAYER}`)).toBeNull()
    for (const stage of ['a', 'A', '0'])
      expect(saidAfter(from, ' ---> 755e949a01ce', `Step 2/2 : COPY --from=${stage} /a /b`)).toBeNull()
    expect(saidAfter(from, ' ---> 755e949a01ce', 'Step 2/2 : COPY --from=1 /a /b')).toEqual({
      ...wait,
      what: 'the pull of 1, or a copy from it',
    })
  })

  test.each([
    ['the context', ['Sending build context to Docker daemon  2.048kB']],
    ['a layer that is unpacked', [from, '810f4deed62a: Pulling fs layer', '810f4deed62a: Download complete']],
    ['a base image that is there', [from, ' ---> 755e949a01ce']],
    ['a command', [from, ' ---> 755e949a01ce', 'Step 2/2 : RUN make']],
    ['a command that prints a layer', ['Step 2/2 : RUN make', '810f4deed62a: Pulling fs layer']],
  ])('nothing: %s', (_, lines) => {
    expect(saidAfter(...lines)).toBeNull()
  })
})

test('what docker push says is waited for', () => {
  const output = new PushOutput()
  const saidAfter = (text: string) => {
    output.read(text, 'stdout')
    return output.waitsFor()
  }
  // docker says nothing by itself: what is silent then may be the engine.
  expect(output.waitsFor()).toEqual({
    what: "the engine's first sign of the push",
    phase: 'push',
    shown: true,
  })
  expect(saidAfter('The push refers to repository [registry.example/app]\n')).toEqual({
    what: "the registry's first answer",
    phase: 'push',
    shown: true,
  })
  expect(saidAfter('40b0abc1ed0c: Preparing\n50b0abc1ed0c: Preparing\n')).toEqual({
    what: 'the layers 40b0abc1ed0c, 50b0abc1ed0c',
    phase: 'push',
    shown: false,
  })
  expect(saidAfter('40b0abc1ed0c: Pushed\n')).toMatchObject({ what: 'the layers 50b0abc1ed0c' })
  expect(saidAfter('50b0abc1ed0c: Layer already exists\n')).toEqual({
    what: 'the answer to the manifest',
    phase: 'push',
    shown: true,
  })
})
