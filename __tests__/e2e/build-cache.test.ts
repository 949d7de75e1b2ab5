import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { errorOf } from '../support/annotations.ts'
import { dockerLogin } from '../support/docker-login.ts'
import { client, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { variant } from '../support/variants.ts'

// Caches that one run writes and the next one reads, with nothing left in the engine in between.

jest.setTimeout(180_000)

let stage: Stage
let host: string
const dockerfile = 'FROM BASE\nRUN cat /proc/sys/kernel/random/uuid > /uuid\n'

beforeAll(async () => {
  stage = await stageOn('current')
  host = stage.ecr.registryHost(ACCOUNT, REGION)
  mkdirSync(path.join(stage.folder, 'app'))
  await dockerLogin(stage, 'current')
})

afterAll(() => stage?.close())

const docker = (...args: string[]) => client(parts().engines.current.docker, args, stage.env)

async function build(content: string, inputs: Record<string, string>, env: Record<string, string> = {}) {
  const file = path.join(stage.folder, 'app', 'Dockerfile')
  writeFileSync(file, content.replaceAll('BASE', stage.baseImage))
  const given = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1', ...inputs }
  return stage.main(given, { env: { GITHUB_WORKSPACE: stage.folder, ...env } })
}

/** Builds, and forgets all of it but what a cache has kept. */
async function uuidOf(inputs: Record<string, string>, env: Record<string, string> = {}) {
  const result = await build(dockerfile, inputs, env)
  expectSuccess(result)
  const image = result.outputs['image-uri'] ?? 'app:v1'
  const uuid = await docker('run', '--rm', '--network=none', image, 'cat', '/uuid')
  await docker('image', 'rm', '--force', image)
  await docker('builder', 'prune', '--all', '--force')
  return { uuid, result }
}

// Variant: unit/docker/build/arguments.test.ts; what a cache does is below
variant('cache-to and cache-from, in a folder', async () => {
  const first = await uuidOf({ push: 'false', 'cache-to': 'type=local,dest=kept,mode=max' })
  const again = await uuidOf({ push: 'false', 'cache-from': 'type=local,src=kept' })
  expect(again.uuid).toBe(first.uuid)
  expect((await uuidOf({ push: 'false' })).uuid).not.toBe(first.uuid)
  // Over what docker has left in the folder.
  await uuidOf({ push: 'false', 'cache-to': 'type=local,dest=kept,mode=max' })
})

test('cache-to that is refused after the push: the step fails, and its outputs tell of the image', async () => {
  for (const repositoryName of ['pushed', 'kept'])
    await invoke(stage.ecr.store, callerOf(), 'CreateRepository', { repositoryName })
  stage.ecr.faults.order({
    match: { side: 'registry', method: 'PUT', path: /\/kept\/manifests\// },
    times: Number.POSITIVE_INFINITY,
    effect: { kind: 'deny' },
  })
  try {
    const cache = `type=registry,ref=${host}/kept:c,mode=max,image-manifest=true,oci-mediatypes=true`
    const result = await build(dockerfile, { repository: 'pushed', 'cache-to': cache })
    expect(result.exitCode).toBe(1)
    expect(result.log).toContain('The export of the cache failed at exporting cache to registry')
    const { digest, pushed } = result.outputs
    expect(result.log).toContain(
      `The image itself was pushed before that: the registry has ${digest} as ${host}/pushed:v1.`,
    )
    expect([pushed, result.outputs['image-uri']]).toEqual(['true', `${host}/pushed:v1`])
    const listed = await invoke(stage.ecr.store, callerOf(), 'ListImages', { repositoryName: 'pushed' })
    expect(JSON.stringify(listed)).toContain(digest)
  } finally {
    stage.ecr.faults.clear()
  }
})

describe('cache: ecr', () => {
  const event = () => path.join(stage.folder, 'event.json')
  const on = (ref: string) => ({ GITHUB_REF: ref, GITHUB_EVENT_PATH: event() })

  beforeAll(() => writeFileSync(event(), JSON.stringify({ repository: { default_branch: 'main' } })))

  let first: Awaited<ReturnType<typeof uuidOf>>
  test('written by one run, hit by the next', async () => {
    first = await uuidOf({ repository: 'cached', cache: 'ecr' }, on('refs/heads/main'))
    const listed = await invoke(stage.ecr.store, callerOf(), 'ListImages', { repositoryName: 'cached' })
    expect(JSON.stringify(listed)).toContain('"buildcache-main-context-app-')
    const again = await uuidOf({ repository: 'cached', cache: 'ecr' }, on('refs/heads/main'))
    expect(again.uuid).toBe(first.uuid)
    expect(again.result.log).toContain(`importing cache manifest from ${host}/cached:buildcache-main`)
    // A cache that is not there yet is nothing to warn of.
    expect([first, again].flatMap(({ result }) => result.annotations)).toEqual([])
    const other = await uuidOf({ repository: 'cached', cache: 'none' }, on('refs/heads/main'))
    expect(other.uuid).not.toBe(first.uuid)
  })

  // Variant: unit/docker/build/cache.test.ts has the caches that a branch reads.
  variant('hit on another branch too', async () => {
    const branch = await uuidOf({ repository: 'cached', cache: 'ecr' }, on('refs/heads/fix'))
    expect(branch.uuid).toBe(first.uuid)
    expect(branch.result.annotations).toEqual([])
  })

  // Variant: unit/docker/failures/annotations.test.ts; a cache that is refused is above
  variant('that cannot be written is a warning', async () => {
    stage.ecr.faults.order({
      match: { side: 'registry', method: 'PUT', path: /\/manifests\/buildcache-/ },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'deny' },
    })
    try {
      const { result } = await uuidOf({ repository: 'unwritten', cache: 'ecr' }, on('refs/heads/main'))
      expect(result.annotations).toEqual([
        {
          kind: 'warning',
          message: expect.stringContaining('The cache was not written, and the build continued without it'),
          properties: {},
        },
      ])
    } finally {
      stage.ecr.faults.clear()
    }
  })

  // Variant: unit/docker/failures/annotations.test.ts
  variant('that cannot be read is a warning', async () => {
    await uuidOf({ repository: 'unread', cache: 'ecr' }, on('refs/heads/main'))
    stage.ecr.faults.order({
      match: { side: 'registry', path: /\/manifests\/buildcache-/ },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'deny' },
    })
    try {
      const { result } = await uuidOf({ repository: 'unread', cache: 'ecr' }, on('refs/heads/main'))
      // Nor can it be written.
      expect(result.annotations.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
        expect.stringMatching(
          /^warning: \d+ caches were not read or written, and the build continued without them:\n {2}importing .*\n {2}exporting /,
        ),
      ])
    } finally {
      stage.ecr.faults.clear()
    }
  })

  // Variant: unit/docker/build/cache.test.ts: where the tag cannot move
  variant('in an immutable repository is left alone, unless its tags are excluded', async () => {
    const create = (repositoryName: string, more: object) =>
      invoke(stage.ecr.store, callerOf(), 'CreateRepository', { repositoryName, ...more })
    await create('fixed', { imageTagMutability: 'IMMUTABLE' })
    const warned = await build(dockerfile, { repository: 'fixed', cache: 'ecr' }, on('refs/heads/main'))
    expectSuccess(warned)
    expect(errorOf(warned)).toContain('cache: ecr is read but not written')
    expect(warned.log).not.toContain('--cache-to')
    await create('excluded', {
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'buildcache-*' }],
    })
    for (const tags of ['v1', 'v2']) {
      const result = await build(
        `${dockerfile}# ${tags}\n`,
        { repository: 'excluded', tags, cache: 'ecr' },
        on('refs/heads/main'),
      )
      expectSuccess(result)
      expect(result.annotations).toEqual([])
    }
  })
})
