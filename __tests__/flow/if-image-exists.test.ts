import { beforeEach, describe, expect, test } from '@jest/globals'
import { invoke } from '../../local-ecr/index.ts'
import { Flow } from '../support/flow.ts'
import { imageManifest, indexManifest } from '../unit/local-ecr/images.ts'

let flow: Flow
beforeEach(async () => {
  flow = new Flow()
  await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
})

const uri = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/app'

describe('skip', () => {
  const ifImageExists = 'skip'

  test('ends at once with all outputs, and docker is not asked', async () => {
    const digest = await flow.put(['v1', 'latest'])
    await flow.run({ ifImageExists })
    expect(flow.dockerCalls).toEqual([])
    const { config } = JSON.parse(
      Buffer.from(flow.store.get(flow.place).images.get(digest)?.bytes ?? []).toString(),
    )
    expect(flow.outputs).toMatchObject({
      'image-uri': `${uri}:v1`,
      'image-uris': `${uri}:v1\n${uri}:latest`,
      digest,
      'digest-uri': `${uri}@${digest}`,
      'image-name': 'app:v1',
      registry: uri.replace('/app', ''),
      'repository-uri': uri,
      'repository-arn': 'arn:aws:ecr:ap-northeast-2:123456789012:repository/app',
      'repository-created': 'false',
      tags: 'v1\nlatest',
      'platform-digests': `{"linux/amd64":"${digest}"}`,
      imageid: config.digest,
      metadata: JSON.stringify({
        'containerimage.config.digest': config.digest,
        'containerimage.digest': digest,
        'image.name': `${uri}:v1,${uri}:latest`,
      }),
      pushed: 'false',
    })
    const there = Object.keys(flow.outputs).sort()
    // Every output that a push has.
    await flow.run({ ifImageExists, tags: ['v2'] })
    expect(Object.keys(flow.outputs).sort()).toEqual(there)
  })

  test('asks in one round, and then the registry for the manifest', async () => {
    const digest = await flow.put(['v1', 'latest'])
    await flow.run({ ifImageExists })
    expect(flow.operations().slice(0, 3).sort()).toEqual([
      'DescribeImages',
      'DescribeRepositories',
      'GetAuthorizationToken',
    ])
    expect(flow.operations().slice(3)).toEqual([])
    expect(flow.log).toContain(`Digest ${uri}@${digest}`)
    expect(flow.log).toContain('Nothing is built: the image exists (if-image-exists: skip)')
  })

  test('default tags that move do not matter in an immutable repository', async () => {
    const sha = '0123456789abcdef0123456789abcdef01234567'
    flow.event = { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main', GITHUB_SHA: sha }
    await flow.put([sha])
    flow.store.get(flow.place).mutability = 'IMMUTABLE'
    await flow.run({ ifImageExists, tags: [] })
    expect(flow.dockerCalls).toEqual([])
    expect(flow.outputs).toMatchObject({ tags: sha, 'image-uris': `${uri}:${sha}`, pushed: 'false' })
    expect(flow.log.join('\n')).toContain('the default tags that move are left out (main)')
  })

  test('the image ID of an index is its own digest', async () => {
    const child = await imageManifest(flow.store, flow.store.get(flow.place), 'child')
    const put = (imageManifest: string, imageTag?: string) =>
      invoke(flow.store, flow.caller, 'PutImage', {
        repositoryName: 'app',
        imageManifest,
        ...(imageTag ? { imageTag } : {}),
      })
    await put(child)
    await put(indexManifest([child]), 'v1')
    await flow.run({ ifImageExists, tags: ['v1'] })
    expect(flow.outputs['imageid']).toBe(flow.outputs['digest'])
    expect(flow.dockerCalls).toEqual([])
  })

  test.each<[string, () => Promise<unknown>]>([
    ['none of the tags is there', async () => undefined],
    ['one of the tags is absent', () => flow.put(['v1'])],
    [
      'the tags are at two images',
      async () => {
        await flow.put(['v1'], 'one')
        await flow.put(['latest'], 'two')
      },
    ],
    [
      'the image is archived',
      async () => {
        const digest = await flow.put(['v1', 'latest'], 'one')
        Object.assign(flow.store.get(flow.place).images.get(digest) as object, { status: 'ARCHIVED' })
      },
    ],
  ])('builds where %s', async (_, prepare) => {
    await prepare()
    await flow.run({ ifImageExists })
    expect(flow.dockerCalls).toEqual(['inspect', `login ${uri.replace('/app', '')}`, 'build'])
    expect(flow.outputs['pushed']).toBe('true')
    // One token a step.
    expect(flow.operations().filter((name) => name === 'GetAuthorizationToken')).toHaveLength(1)
  })

  test('builds where the repository is new', async () => {
    await invoke(flow.store, flow.caller, 'DeleteRepository', { repositoryName: 'app' })
    await flow.run({ ifImageExists })
    expect(flow.outputs).toMatchObject({ pushed: 'true', 'repository-created': 'true' })
  })

  test('a tag that is taken in an immutable repository is an error where the others are absent', async () => {
    const digest = await flow.put(['v1'])
    flow.store.get(flow.place).mutability = 'IMMUTABLE'
    expect(await flow.failure({ ifImageExists })).toContain(
      `${uri} is immutable and has an image already under v1 (${digest}).\nWhat to do: `,
    )
    expect(flow.dockerCalls).not.toContain('build')
  })
})

describe('fail', () => {
  test('is an error for any tag that is there, before the build', async () => {
    const digest = await flow.put(['latest'])
    expect(await flow.failure({ ifImageExists: 'fail' })).toBe(
      `${uri} has an image already under latest (${digest}), and if-image-exists is fail.\nWhat to do: push a tag that does not exist yet (the commit SHA changes with each commit), delete that image, or set if-image-exists: skip to succeed with the image that exists.`,
    )
    expect(flow.dockerCalls).not.toContain('build')
  })

  test('goes on where none is there', async () => {
    await flow.put(['other'])
    await flow.run({ ifImageExists: 'fail' })
    expect(flow.outputs['pushed']).toBe('true')
  })
})

describe('push', () => {
  test('moves tags of a mutable repository, and asks for nothing before but what they name so far', async () => {
    await flow.put(['v1', 'latest'], 'before')
    await flow.run()
    expect(flow.outputs['pushed']).toBe('true')
    expect(flow.operations().filter((name) => name === 'DescribeImages')).toHaveLength(2)
  })

  test('a taken tag of an immutable repository: the error names the ways out', async () => {
    const digest = await flow.put(['v1'])
    flow.store.get(flow.place).mutability = 'IMMUTABLE'
    const message = await flow.failure()
    expect(message).toBe(
      `${uri} is immutable and has an image already under v1 (${digest}).\nWhat to do: push a tag that does not exist yet (the commit SHA changes with each commit), delete that image, let the repository exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION), or set if-image-exists: skip to succeed if every tag exists at one image.`,
    )
  })
})
