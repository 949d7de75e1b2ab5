import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type BuildTools, runBuildCommand } from '../../src/docker/build/run.ts'
import { THROUGH_DOCKER } from '../../src/docker/buildx-command.ts'
import { FailedAfterPush } from '../../src/docker/failures/failed-after-push.ts'
import type { BuildHelp, BuildRequest } from '../../src/docker/port.ts'
import { ActionError } from '../../src/shared/errors.ts'
import { buildInputs } from '../support/inputs.ts'
import { lowerLimits } from '../support/limits.ts'

const REPOSITORY = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app'
const DIGEST = `sha256:${'a'.repeat(64)}`
const OTHER = `sha256:${'b'.repeat(64)}`
const REASON = 'error writing layer blob: denied: not authorized'

const before = process.env['PATH']
let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'run-build-'))
  // The toolkit looks for programs on this process's own PATH.
  process.env['PATH'] = `${folder}:${before}`
})
afterEach(() => {
  process.env['PATH'] = before
  rmSync(folder, { recursive: true })
})

/** Runs a build whose docker prints a progress and fails. */
async function failure(
  progress: readonly string[],
  held: NonNullable<BuildHelp['held']>,
  change: Partial<BuildRequest> = {},
  pushing: (() => void) | null = null,
): Promise<ActionError> {
  writeFileSync(path.join(folder, 'progress'), progress.join('\n'))
  writeFileSync(path.join(folder, 'docker'), `#!/bin/sh\ncat '${folder}/progress' >&2; exit 1\n`, {
    mode: 0o755,
  })
  const request: BuildRequest = {
    ...buildInputs({ cacheTo: ['type=registry,ref=cache.example/team/cache:c'] }),
    annotations: [],
    labels: [],
    references: [`${REPOSITORY}:v1`],
    naming: 'docker',
    ...change,
  }
  const tools = toolsOf(held, pushing)
  try {
    await runBuildCommand(request, () => ['build'], 'Build', true, tools)
  } catch (error) {
    if (error instanceof ActionError) return error
    throw error
  }
  throw new Error('it did not fail')
}

function toolsOf(held: NonNullable<BuildHelp['held']>, pushing: (() => void) | null = null): BuildTools {
  const env = { PATH: process.env['PATH'] ?? '' }
  return {
    folder,
    env,
    engineEnv: env,
    workspace: folder,
    annotate: () => undefined,
    sharesNetwork: false,
    log: () => undefined,
    renewal: null,
    held,
    pushing,
    buildx: THROUGH_DOCKER,
  }
}

const pushed = (reference: string) => [
  '#6 exporting to image',
  `#6 exporting manifest ${DIGEST} done`,
  `#6 pushing manifest for ${reference} 0.0s done`,
  '#6 DONE 0.2s',
]
const cacheFailed = [
  '#7 exporting cache to registry',
  `#7 ERROR: ${REASON}`,
  '------',
  ' > exporting cache to registry:',
  '------',
  `ERROR: failed to build: failed to solve: ${REASON}`,
  '',
]
const holds = (digest: string | null) => async () => (digest === null ? null : { digest, configDigest: null })

describe('a cache that is silent when it is read', () => {
  const CACHES = ['type=registry,ref=cache.example/a:c', 'cache.example/b:c', 'type=gha', 'type=gha,scope=x']

  test.each([
    ['cache.example/a:c', CACHES.slice(1)],
    ['cache.example/b:c', [CACHES[0], ...CACHES.slice(2)]],
    // BuildKit does not say which of the two it is.
    ['gha:1234567', CACHES.slice(0, 2)],
    ['cache.example/other:c', CACHES],
  ])('is not read by the retry: %s', async (name, left) => {
    // A busy machine starts a shell in this time.
    lowerLimits({ stallMs: 1500 })
    const asked: (readonly string[])[] = []
    const log: string[] = []
    const first = `#1 [internal] load build definition\n#1 DONE 0.1s\n#2 importing cache manifest from ${name}\n`
    const script = `if [ -e '${folder}/once' ]; then exit 0; fi; touch '${folder}/once'; printf '${first.replaceAll('\n', '\\n')}' >&2; exec sleep 30`
    writeFileSync(path.join(folder, 'docker'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    const request: BuildRequest = {
      ...buildInputs({ cacheFrom: CACHES }),
      annotations: [],
      labels: [],
      references: [`${REPOSITORY}:v1`],
      naming: 'docker',
    }
    const argumentsOf = (_: boolean, cacheFrom: readonly string[]) => {
      asked.push(cacheFrom)
      return ['build']
    }
    await runBuildCommand(request, argumentsOf, 'Build', true, {
      ...toolsOf(() => Promise.resolve(null)),
      log: (line) => log.push(line),
    })
    expect(asked).toEqual([CACHES, left])
    expect(log.filter((line) => line.startsWith('The retry does not read the cache '))).toHaveLength(
      CACHES.length - left.length,
    )
  })
})

describe('the export of the cache fails', () => {
  test.each<[string, string, string, BuildRequest['naming']]>([
    ['under a tag', `${REPOSITORY}:v1@${DIGEST}`, `${REPOSITORY}:v1`, 'docker'],
    ['by its digest', `${REPOSITORY}@${DIGEST}`, REPOSITORY, 'digest'],
  ])('and the image has been pushed %s: the error says both', async (_, shown, reference, naming) => {
    const asked: string[] = []
    const held = async (one: string) => {
      asked.push(one)
      return { digest: DIGEST, configDigest: null }
    }
    const error = await failure([...pushed(shown), ...cacheFailed], held, { naming, references: [reference] })
    expect(error).toBeInstanceOf(FailedAfterPush)
    expect(error).toMatchObject({
      digest: DIGEST,
      remedy: expect.stringContaining('the repository of the cache'),
    })
    expect(error.message).toMatch(
      /^The export of the cache failed at exporting cache to registry\. The registry of the cache/,
    )
    expect(error.message).toContain(
      `The image itself was pushed before that: the registry has ${DIGEST} as ${reference}.`,
    )
    expect(asked).toEqual([naming === 'docker' ? reference : `${reference}@${DIGEST}`])
  })

  test.each<[string, NonNullable<BuildHelp['held']>]>([
    ['has another image', holds(OTHER)],
    ['has none', holds(null)],
    [
      'does not answer',
      async () => {
        throw new Error('silent')
      },
    ],
  ])('and the registry %s: the push is not claimed', async (_, held) => {
    const error = await failure([...pushed(`${REPOSITORY}:v1@${DIGEST}`), ...cacheFailed], held)
    expect(error).not.toBeInstanceOf(FailedAfterPush)
    expect(error.message).toContain(
      'docker says that it has pushed the image before that, and the registry does not confirm it.',
    )
  })

  test('and docker had not begun to push: the error says so, and nobody is asked', async () => {
    const error = await failure(cacheFailed, async () => {
      throw new Error('asked')
    })
    expect(error).not.toBeInstanceOf(FailedAfterPush)
    expect(error.message).toContain('denies access. The image was not pushed.')
  })
})

describe('before docker can have pushed, it says so', () => {
  const failed = ['ERROR: failed to build: failed to solve: x', '']
  test.each<[string, boolean, readonly string[], Partial<BuildRequest>]>([
    ['an export that fails', true, ['#6 exporting to image', `#6 ERROR: ${REASON}`], {}],
    ['a push by its digest', true, [`#6 pushing manifest for ${REPOSITORY}@${DIGEST}`], { naming: 'digest' }],
    ['the push of the engine', true, [`#8 pushing ${REPOSITORY}:v1 with docker`], {}],
    ['a command that fails', false, ['#5 [2/2] RUN make', '#5 0.1 exporting to image', '#5 ERROR: x'], {}],
    ['a command that prints the same', false, ['#5 [2/2] RUN x', '#5 0.1 #6 pushing layers'], {}],
    ['what is left as a layout', false, ['#6 exporting to oci image format'], { naming: 'layout' }],
  ])('%s: %s', async (_, wanted, progress, change) => {
    let calls = 0
    await failure([...progress, ...failed], holds(null), change, () => calls++)
    expect(calls > 0).toBe(wanted)
  })
})

test('the engine is gone after the push: it is not called unknown', async () => {
  const gone =
    'ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF'
  const error = await failure([...pushed(`${REPOSITORY}:v1@${DIGEST}`), gone], holds(DIGEST))
  expect(error).toBeInstanceOf(FailedAfterPush)
  expect(error.message).not.toContain('not known')
})
