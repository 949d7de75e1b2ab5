import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, type Effect, invoke } from '../../local-ecr/index.ts'
import { errorOf } from '../support/annotations.ts'
import { EACH_ENGINE, expectSuccess, stageOn } from '../support/parts.ts'
import { variant } from '../support/variants.ts'

jest.setTimeout(120_000)

const errors = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] })
const status = (code: number, body = ''): Effect => {
  const headers = { 'content-type': 'application/json' }
  return { kind: 'status', status: code, body, headers }
}
const BUSY = status(429, errors('TOOMANYREQUESTS', 'Rate exceeded'))
const place = { account: ACCOUNT, region: REGION, repository: 'app' }

describe.each(EACH_ENGINE)('a push that fails, on the %s engine', (name) => {
  let stage: Stage
  const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1' }
  /** How often the engine itself asks before it gives up a manifest that is answered with 429. */
  const ownTries = name === 'current' ? 6 : 1

  beforeAll(async () => {
    stage = await stageOn(name)
    mkdirSync(path.join(stage.folder, 'app'))
  })
  afterEach(() => stage.ecr.faults.clear())
  afterAll(() => stage?.close())

  const write = (...lines: string[]) =>
    writeFileSync(
      path.join(stage.folder, 'app', 'Dockerfile'),
      `${[`FROM ${stage.baseImage}`, ...lines].join('\n')}\n`,
    )
  /** A step that gives something else each time that it runs, and says what. */
  const random = 'RUN echo "made-$(head -c 8 /dev/urandom | od -An -tx1 | tr -d " ")" | tee /made'
  const retries = (log: string) => log.split('\n').filter((line) => / failed \(.*; retry after /.test(line))
  const puts = { side: 'registry', method: 'PUT', path: /\/app\/manifests\// } as const

  /** What /made holds in the image that the tag names. */
  function madeIn(tag: string): string {
    const repository = stage.ecr.store.get(place)
    const image = repository.images.get(repository.tags.get(tag) as string)
    const { layers } = JSON.parse(Buffer.from(image?.bytes as Uint8Array).toString('utf8'))
    const hex = layers.at(-1).digest.slice('sha256:'.length)
    const blobs = path.join(stage.folder, 'registry/registry/docker/registry/v2/blobs/sha256')
    const bytes = readFileSync(path.join(blobs, hex.slice(0, 2), hex, 'data'))
    return /made-[0-9a-f]{16}/.exec(gunzipSync(bytes).toString('latin1'))?.[0] ?? ''
  }

  // Variants on the other engine: whose own retries they are is in fault-matrix.test.ts, on both.
  const onCurrent = name === 'current' ? test : variant
  const onOld = name === 'old' ? test : variant

  onCurrent('of too many requests is retried without rebuilding', async () => {
    write(random)
    const first = await stage.main(inputs)
    expectSuccess(first)
    // The builder has a result of that step in its cache now, which is not to be used.
    stage.ecr.faults.order({ match: puts, times: 2 * ownTries, effect: BUSY })
    const result = await stage.main({ ...inputs, 'no-cache': 'true', pull: 'true' })
    expectSuccess(result)
    expect(stage.ecr.faults.pending).toEqual([])
    const uri = `${stage.ecr.store.host(ACCOUNT, REGION)}/app:v1`
    expect(retries(result.log)).toEqual(
      [2, 3].map((attempt) =>
        expect.stringMatching(
          new RegExp(
            `^The push of ${uri.replaceAll('.', '\\.')} failed \\((?:429 Too Many Requests|toomanyrequests: Rate exceeded)\\); retry after [\\d.]+ m?s, attempt ${attempt} of 4, without rebuilding$`,
          ),
        ),
      ),
    )
    const made = [...result.log.matchAll(/^#\d+ [\d.]+ (made-[0-9a-f]{16})$/gm)].map(([, text]) => text)
    expect(new Set(made).size).toBe(1)
    expect(first.log).not.toContain(made[0])
    expect(madeIn('v1')).toBe(made[0])
    expect(stage.ecr.store.get(place).tags.get('v1')).toBe(result.outputs['digest'])
  })

  // Variant: fault-matrix.test.ts has what is refused for good, on both engines
  variant.each([
    ['denied', status(403, errors('DENIED', 'User is not authorized')), /denies the push|403 Forbidden/],
    [
      'immutable',
      status(
        400,
        errors(
          'TAG_INVALID',
          "The image tag 'v1' already exists in the 'app' repository and cannot be overwritten because the repository is immutable.",
        ),
      ),
      /immutable|400 Bad Request/,
    ],
    [
      'invalid',
      status(400, errors('MANIFEST_INVALID', 'manifest invalid')),
      /manifest invalid|400 Bad Request/,
    ],
    ['absent', status(404, errors('NAME_UNKNOWN', 'The repository does not exist')), /unknown|404 Not Found/],
  ])('that is %s ends at once', async (_, effect, message) => {
    write('RUN echo once')
    stage.ecr.faults.order({ match: puts, times: Infinity, effect })
    const before = stage.ecr.requests.length
    const result = await stage.main(inputs)
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toMatch(message)
    expect(retries(result.log)).toEqual([])
    const asked = stage.ecr.requests.slice(before).filter(({ method, path: at }) => {
      return method === 'PUT' && puts.path.test(at ?? '')
    })
    expect(asked.length).toBeLessThanOrEqual(1)
  })

  onOld(
    'because the answer to its manifest is lost has succeeded, also if the tag is immutable',
    async () => {
      write('RUN echo once')
      const kept = { ...place, repository: `kept-${name}` }
      await invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'CreateRepository', {
        repositoryName: kept.repository,
        imageTagMutability: 'IMMUTABLE',
      })
      const match = { side: 'registry', method: 'PUT', path: `/${kept.repository}/manifests/` } as const
      stage.ecr.faults.order({ match, times: 1, effect: { kind: 'drop', when: 'before the answer' } })
      const result = await stage.main({ ...inputs, repository: kept.repository })
      expectSuccess(result)
      expect(stage.ecr.faults.pending).toEqual([])
      const held = stage.ecr.store.get(kept)
      expect([...held.tags]).toEqual([['v1', result.outputs['digest']]])
      // BuildKit asks for the manifest by itself; dockerd does not, and is refused.
      if (name === 'old')
        expect(result.log).toMatch(/^The push of \S+ was not confirmed \(.+\), and is done$/m)
    },
  )

  // Variant: fault-matrix.test.ts, at 'base'
  variant('for a base image’s registry that is away for a moment, before anything is built', async () => {
    write(random)
    const match = { side: 'registry', repository: 'ecr-public/docker/library/busybox' } as const
    stage.ecr.faults.order({ match, times: 1, effect: status(503) })
    // An engine that has the image would not ask.
    const result = await stage.main({ ...inputs, 'no-cache': 'true', pull: 'true' })
    expect(stage.ecr.faults.pending).toEqual([])
    expectSuccess(result)
    expect(retries(result.log)).toEqual([
      expect.stringMatching(
        /^The pull for \[internal\] load metadata for \S+ failed \(503 Service Unavailable\); retry after [\d.]+ m?s, attempt 2 of 4$/,
      ),
    ])
  })

  // Variant: fault-matrix.test.ts, at 'login'
  variant('is not what a login is, which is retried before anything is built', async () => {
    write('RUN echo once')
    const match = { side: 'registry', operation: 'Ping', userAgent: 'docker/' } as const
    // The step asks the registry itself, on two connections; docker logs in only if that fails.
    const ours = { ...match, userAgent: 'ecr-build-push' }
    stage.ecr.faults.order(
      { match, times: 1, effect: status(503) },
      { match: ours, times: 2, effect: status(503) },
    )
    const result = await stage.main(inputs)
    expectSuccess(result)
    expect(stage.ecr.faults.pending).toEqual([])
    const host = stage.ecr.store.host(ACCOUNT, REGION).replaceAll('.', '\\.')
    expect(retries(result.log)).toEqual([
      expect.stringMatching(
        new RegExp(
          // An engine tries a loopback address without TLS after that, and says how that failed.
          `^docker login to ${host} failed \\((?:503 Service Unavailable|EOF)\\); retry after [\\d.]+ m?s, attempt 2 of 4$`,
        ),
      ),
    ])
  })

  onCurrent('because the token has expired in the build is retried with a new one', async () => {
    write(random, 'RUN echo long-build && sleep 1')
    const before = stage.ecr.requests.length
    const onLine = (line: string) => {
      if (/^#\d+ [\d.]+ long-build$/.test(line)) stage.ecr.store.expireTokens()
    }
    const result = await stage.main({ ...inputs, 'keep-login': 'true', 'no-cache': 'true' }, { onLine })
    expectSuccess(result)
    const renewed = result.log
      .split('\n')
      .filter((line) => /^Renewed the token of \S+: the registry/.test(line))
    expect(renewed).toHaveLength(1)
    expect(result.log).toMatch(
      /^The push of \S+ failed \(the registry token has expired\); retry with a new one, without rebuilding$/m,
    )
    const made = [...result.log.matchAll(/^#\d+ [\d.]+ (made-[0-9a-f]{16})$/gm)].map(([, text]) => text)
    expect(new Set(made).size).toBe(1)
    const issued = stage.ecr.requests
      .slice(before)
      .filter(({ operation }) => operation === 'GetAuthorizationToken')
    expect(issued).toHaveLength(2)
    // The kept login is the new one, and the post step puts back what was there before the first.
    const config = path.join(stage.home, '.docker', 'config.json')
    const kept = JSON.parse(readFileSync(config, 'utf8')).auths[stage.ecr.store.host(ACCOUNT, REGION)].auth
    const [, password = ''] = Buffer.from(kept, 'base64').toString('utf8').split(':')
    expect(stage.ecr.store.token(password)?.expires.getTime()).toBeGreaterThan(Date.now())
    expectSuccess(await stage.post(result))
    expect(existsSync(config)).toBe(false)
  })

  // Variant: unit/docker/failures/retry.test.ts, and build-failures.test.ts for what a command prints
  variant('a command that prints what a registry would say is not run again', async () => {
    write('RUN echo "ERROR: failed to push: 503 Service Unavailable: EOF" >&2; exit 1')
    const result = await stage.main(inputs)
    expect(result.exitCode).toBe(1)
    expect(retries(result.log)).toEqual([])
  })
})

// Variant: unit/docker/failures/retry.test.ts: the last failure, with the number of attempts
variant('a registry that stays away ends the push after a bounded number of attempts', async () => {
  const stage = await stageOn('current')
  try {
    mkdirSync(path.join(stage.folder, 'app'))
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
    const match = { side: 'registry', method: 'PUT', path: /\/app\/manifests\// } as const
    stage.ecr.faults.order({ match, times: Infinity, effect: BUSY })
    const result = await stage.main({ repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1' })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toMatch(
      /^The push failed at exporting to image, in 4 attempts\. A registry refuses because of too many requests\.\n/,
    )
    expect(errorOf(result)).toContain('What to do: for the push, run fewer jobs at once')
  } finally {
    await stage.close()
  }
})
