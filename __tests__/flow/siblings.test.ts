import { beforeEach, describe, expect, test } from '@jest/globals'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { promote } from '../../src/actions/promote/run.ts'
import { ActionError, explain } from '../../src/shared/errors.ts'
import { Flow } from '../support/flow.ts'
import { putImage, putManifest } from '../support/flow-images.ts'

// merge/ and promote/ from their inputs on, over the local ECR's operations and its registry.

const HOME = '123456789012'
const HOST = `${HOME}.dkr.ecr.ap-northeast-2.amazonaws.com`
const EAST = `${HOME}.dkr.ecr.us-east-1.amazonaws.com`

let flow: Flow
beforeEach(async () => {
  flow = new Flow()
  await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
})

const source = (given: Record<string, string>) => ({
  get: (name: string) => ({ 'aws-region': 'ap-northeast-2', ...given })[name] ?? '',
  env: {},
  cwd: '/',
})
const ACTIONS = {
  merge: (given: Record<string, string>) =>
    flow.within((world) => merge(readMergeInputs(source({ repository: 'app', ...given })), world)),
  promote: (given: Record<string, string>) =>
    flow.within((world) => promote(readPromoteInputs(source(given)), world)),
}
async function failure(work: Promise<void> | (() => Promise<void>)): Promise<string> {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    if (error instanceof ActionError) return explain(error)
    throw error
  }
  throw new Error('it did not fail')
}

const repository = (name = 'app', region = 'ap-northeast-2', account = HOME) =>
  flow.store.get({ account, region, repository: name })
const tagsOf = (...where: Parameters<typeof repository>) => Object.fromEntries(repository(...where).tags)
const requests = (side: 'api' | 'registry') =>
  flow.service.recorder.requests.filter((one) => one.side === side)

const image = (...about: Parameters<typeof putImage> extends [Flow, string, ...infer Rest] ? Rest : never) =>
  putImage(flow, 'app', ...about)
const put = (...about: Parameters<typeof putManifest> extends [Flow, string, ...infer Rest] ? Rest : never) =>
  putManifest(flow, 'app', ...about)

describe('merge', () => {
  const both = async () => {
    const amd64 = await image({ os: 'linux', architecture: 'amd64' })
    const arm64 = await image({ os: 'linux', architecture: 'arm64', variant: 'v8' })
    return { amd64, arm64, digests: `${amd64.digest}\n${arm64.digest}` }
  }

  test('one index under every tag in every registry, with its annotations', async () => {
    const { amd64, arm64, digests } = await both()
    await ACTIONS.merge({
      digests,
      tags: 'v1,latest',
      registries: 'us-east-1',
      annotations: 'org.example.team=tools\nindex:org.example.b=c=d',
    })
    const { digest = '' } = flow.outputs
    const held = repository().images.get(digest)
    expect(JSON.parse(Buffer.from(held?.bytes ?? []).toString())).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        { ...amd64, platform: { os: 'linux', architecture: 'amd64' } },
        { ...arm64, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
      ],
      annotations: { 'org.example.team': 'tools', 'org.example.b': 'c=d' },
    })
    expect(tagsOf()).toEqual({ v1: digest, latest: digest })
    expect(tagsOf('app', 'us-east-1')).toEqual({ v1: digest, latest: digest })
    expect(flow.outputs).toMatchObject({
      'image-uri': `${HOST}/app:v1`,
      'image-uris': [HOST, EAST].flatMap((host) => [`${host}/app:v1`, `${host}/app:latest`]).join('\n'),
      'digest-uri': `${HOST}/app@${digest}`,
      'image-name': 'app:v1',
      registry: HOST,
      'repository-created': 'false',
      tags: 'v1\nlatest',
      version: 'v1',
      imageid: digest,
      pushed: 'true',
    })
    expect(JSON.parse(flow.outputs['platform-digests'] as string)).toEqual({
      'linux/amd64': amd64.digest,
      'linux/arm64/v8': arm64.digest,
    })
    expect(JSON.parse(flow.outputs['json'] as string)).toMatchObject({
      digest,
      tags: ['v1', 'latest'],
      pushed: true,
    })
    expect(flow.dockerCalls).toEqual([])
  })

  test('a second run makes the same and nothing new, also where tags are immutable', async () => {
    await invoke(flow.store, flow.caller, 'PutImageTagMutability', {
      repositoryName: 'app',
      imageTagMutability: 'IMMUTABLE',
    })
    const { digests } = await both()
    await ACTIONS.merge({ digests, tags: 'v1' })
    const before = { ...tagsOf() }
    flow.service.recorder.clear()
    await ACTIONS.merge({ digests, tags: 'v1' })
    expect(tagsOf()).toEqual(before)
    expect(requests('registry').filter(({ method }) => method === 'PUT')).toEqual([])
  })

  test('an index from a runner gives its image and its attestation', async () => {
    const amd64 = await image({ os: 'linux', architecture: 'amd64' })
    const attestation = await image({ os: 'unknown', architecture: 'unknown' })
    const marks = {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': amd64.digest,
    }
    const children = [
      { ...amd64, platform: { os: 'linux', architecture: 'amd64' } },
      { ...attestation, platform: { os: 'unknown', architecture: 'unknown' }, annotations: marks },
    ]
    const index = await put({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: children,
    })
    const arm64 = await image({ os: 'linux', architecture: 'arm64' })
    await ACTIONS.merge({
      digests: `${HOST}/app@${index.digest},${arm64.digest}`,
      tags: 'v1',
      platforms: 'linux/arm64,linux/amd64',
    })
    const made = JSON.parse(
      Buffer.from(repository().images.get(flow.outputs['digest'] as string)?.bytes ?? []).toString(),
    )
    expect(made.manifests).toEqual([
      ...children,
      { ...arm64, platform: { os: 'linux', architecture: 'arm64' } },
    ])
  })

  test('two images for one platform are refused', async () => {
    const { amd64, digests } = await both()
    const again = await image({ os: 'linux', architecture: 'amd64' }, { tag: 'other' })
    expect(await failure(ACTIONS.merge({ digests: `${digests}\n${again.digest}`, tags: 'v1' }))).toContain(
      `More than one image is for the same platform: linux/amd64 (${amd64.digest}, ${again.digest}).`,
    )
    expect(tagsOf()).toEqual({ other: again.digest })
  })

  test('a missing platform is refused, and one that is not wanted', async () => {
    const { digests } = await both()
    const message = await failure(
      ACTIONS.merge({ digests, tags: 'v1', platforms: 'linux/amd64,linux/s390x' }),
    )
    expect(message).toContain(
      "The digests are for linux/amd64, linux/arm64/v8, and the input 'platforms' says linux/amd64, linux/s390x: linux/s390x is missing, linux/arm64/v8 is not wanted.",
    )
    expect(tagsOf()).toEqual({})
  })

  test('names of the same platform are the same', async () => {
    const { digests } = await both()
    await ACTIONS.merge({ digests, tags: 'v1', platforms: 'linux/x86_64,linux/arm64' })
    expect(tagsOf()).toEqual({ v1: flow.outputs['digest'] })
    const again = await image({ os: 'linux', architecture: 'arm64' })
    expect(await failure(ACTIONS.merge({ digests: `${digests},${again.digest}`, tags: 'v2' }))).toContain(
      'More than one image is for the same platform: linux/arm64 (',
    )
  })

  test('an image that says no platform is refused', async () => {
    const { digest } = await image({})
    expect(await failure(ACTIONS.merge({ digests: digest, tags: 'v1' }))).toContain(
      `${digest} is for no platform: its configuration does not say one.`,
    )
  })

  test('a digest that is not there is named', async () => {
    const digest = `sha256:${'0'.repeat(64)}`
    expect(await failure(ACTIONS.merge({ digests: digest, tags: 'v1' }))).toContain(
      `${HOST}/app does not have ${digest}.`,
    )
  })

  test('a repository that is not there is not created', async () => {
    const digest = `sha256:${'0'.repeat(64)}`
    expect(await failure(ACTIONS.merge({ repository: 'other', digests: digest, tags: 'v1' }))).toContain(
      "The repository 'other' does not exist in ap-northeast-2, so that no image can be read from it.\nWhat to do: correct 'repository', 'aws-region' or 'registry-id'.",
    )
  })

  test.each([
    [{ digests: '' }, /Input 'digests': is required/],
    [{ digests: 'sha256:123' }, /'sha256:123': must be sha256: and 64 hexadecimal digits/],
    [{ digests: `sha256:${'a'.repeat(64)}\nx@sha256:${'a'.repeat(64)}` }, /is listed twice/],
    [{ annotations: 'nothing' }, /'nothing': must be key=value/],
    [{ annotations: 'manifest:a=b' }, /the level manifest is that of an image/],
    [{ repository: 'public.ecr.aws/alias/app', 'aws-region': '' }, /must be in a private registry/],
  ])('%j is wrong', async (given, message) => {
    const digests = `sha256:${'a'.repeat(64)}`
    expect(
      await failure(() => ACTIONS.merge({ digests, tags: 'v1', ...given } as Record<string, string>)),
    ).toMatch(message)
  })
})

describe('promote', () => {
  test('new tags for an image, by its tag: one small request each', async () => {
    const { digest } = await image({ os: 'linux', architecture: 'amd64' }, { tag: 'c0ffee' })
    await ACTIONS.promote({ source: 'c0ffee', repository: 'app', tags: 'v1.4.0,prod' })
    expect(tagsOf()).toEqual({ c0ffee: digest, 'v1.4.0': digest, prod: digest })
    expect(flow.outputs).toMatchObject({
      digest,
      'image-uri': `${HOST}/app:v1.4.0`,
      'image-name': 'app:v1.4.0',
      'platform-digests': `{"linux/amd64":"${digest}"}`,
      pushed: 'true',
    })
    expect(requests('registry').filter(({ method }) => method === 'PUT')).toHaveLength(2)
  })

  test.each([
    ['a digest', (digest: string) => ({ source: digest, repository: 'app' })],
    ['a name with a tag', () => ({ source: 'app:c0ffee' })],
    ['a URI with a tag', () => ({ source: `${HOST}/app:c0ffee`, 'aws-region': '' })],
    ['a URI with a digest', (digest: string) => ({ source: `${HOST}/app@${digest}`, 'aws-region': '' })],
    [
      'a URI, and the same repository by its name',
      () => ({ source: `${HOST}/app:c0ffee`, repository: 'app' }),
    ],
  ])('by %s', async (_, given) => {
    const { digest } = await image({ os: 'linux', architecture: 'amd64' }, { tag: 'c0ffee' })
    await ACTIONS.promote({ ...given(digest), tags: 'prod' } as Record<string, string>)
    expect(tagsOf()).toEqual({ c0ffee: digest, prod: digest })
    expect(requests('registry').filter(({ operation }) => operation === 'InitiateLayerUpload')).toEqual([])
  })

  test('rules give the tags, as in the main action', async () => {
    const { digest } = await image({ os: 'linux', architecture: 'amd64' }, { tag: 'c0ffee' })
    await ACTIONS.promote({
      source: 'app:c0ffee',
      tags: 'type=semver,pattern={{major}}.{{minor}},value=v1.4.0',
    })
    expect(tagsOf()).toEqual({ c0ffee: digest, '1.4': digest, latest: digest })
    expect(flow.outputs['version']).toBe('1.4')
  })

  test('a copy elsewhere has the signatures and attestations, and the same digest and tag', async () => {
    const signed = await image({ os: 'linux', architecture: 'amd64' }, { tag: 'v1' })
    const signature = await image({ os: 'signature' }, { subject: signed })
    const cosign = await image({ os: 'cosign' }, { tag: `${signed.digest.replace(':', '-')}.sig` })
    await ACTIONS.promote({ source: `${HOST}/app:v1`, repository: 'prod/app', registries: 'us-east-1' })
    for (const region of ['ap-northeast-2', 'us-east-1']) {
      expect([...repository('prod/app', region).images.keys()].sort()).toEqual(
        [signed, signature, cosign].map(({ digest }) => digest).sort(),
      )
      expect(tagsOf('prod/app', region)).toMatchObject({ v1: signed.digest })
    }
    expect(flow.outputs).toMatchObject({
      digest: signed.digest,
      'image-name': 'prod/app:v1',
      'repository-created': 'true',
      'platform-digests': JSON.stringify({ 'linux/amd64': signed.digest }),
    })
    expect(flow.outputs['image-uris']).toBe(`${HOST}/prod/app:v1\n${EAST}/prod/app:v1`)
  })

  test('to another account, as its policy allows', async () => {
    const signed = await image({ os: 'linux', architecture: 'amd64' }, { tag: 'v1' })
    const owner = callerOf('210987654321', 'us-east-1')
    await invoke(flow.store, owner, 'CreateRepository', { repositoryName: 'app' })
    const Statement = [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${HOME}:root` }, Action: 'ecr:*' }]
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement })
    await invoke(flow.store, owner, 'SetRepositoryPolicy', { repositoryName: 'app', policyText })
    await ACTIONS.promote({
      source: `${HOST}/app@${signed.digest}`,
      repository: '210987654321.dkr.ecr.us-east-1.amazonaws.com/app',
      'aws-region': '',
      tags: 'v1',
    })
    expect(tagsOf('app', 'us-east-1', '210987654321')).toEqual({ v1: signed.digest })
  })

  test('a copy by digest, without any tag', async () => {
    const { digest } = await image({ os: 'linux', architecture: 'amd64' })
    await ACTIONS.promote({ source: `app@${digest}`, repository: 'prod/app' })
    expect(tagsOf('prod/app')).toEqual({})
    expect(flow.outputs).toMatchObject({
      'image-uri': `${HOST}/prod/app@${digest}`,
      'image-name': `prod/app@${digest}`,
      tags: '',
      pushed: 'true',
    })
  })

  test('a second promotion is none, also where tags are immutable', async () => {
    await invoke(flow.store, flow.caller, 'PutImageTagMutability', {
      repositoryName: 'app',
      imageTagMutability: 'IMMUTABLE',
    })
    const { digest } = await image({ os: 'linux', architecture: 'amd64' }, { tag: 'c0ffee' })
    await ACTIONS.promote({ source: 'app:c0ffee', tags: 'v1' })
    flow.service.recorder.clear()
    await ACTIONS.promote({ source: 'app:c0ffee', tags: 'v1' })
    expect(tagsOf()).toEqual({ c0ffee: digest, v1: digest })
    expect(requests('registry').filter(({ method }) => method === 'PUT')).toEqual([])
    expect(flow.outputs).toMatchObject({ pushed: 'false', digest })
    expect(flow.log).toContain(`${HOST}/app:v1 exists already`)
  })

  test('immutability is respected: a tag of another image ends it before anything is copied', async () => {
    const { digest } = await image({ os: 'linux', architecture: 'amd64' }, { tag: 'c0ffee' })
    const other = await image({ os: 'linux', architecture: 'arm64' }, { tag: 'v1' })
    await invoke(flow.store, flow.caller, 'PutImageTagMutability', {
      repositoryName: 'app',
      imageTagMutability: 'IMMUTABLE',
    })
    const message = await failure(
      ACTIONS.promote({ source: 'app:c0ffee', tags: 'v1', registries: 'us-east-1' }),
    )
    expect(message).toContain(
      `${HOST}/app is immutable and has another image than ${digest} under v1 (${other.digest}).`,
    )
    expect(flow.store.find({ ...flow.place, region: 'us-east-1' })).toBeUndefined()
    expect(tagsOf()).toEqual({ c0ffee: digest, v1: other.digest })
  })

  test('a mutable tag moves', async () => {
    const { digest } = await image({ os: 'linux', architecture: 'amd64' }, { tag: 'c0ffee' })
    await image({ os: 'linux', architecture: 'arm64' }, { tag: 'prod' })
    await ACTIONS.promote({ source: 'app:c0ffee', tags: 'prod' })
    expect(tagsOf()).toEqual({ c0ffee: digest, prod: digest })
  })

  test('what is not there, or archived, is said', async () => {
    const digest = `sha256:${'0'.repeat(64)}`
    expect(await failure(ACTIONS.promote({ source: 'app:none', tags: 'v1' }))).toContain(
      `${HOST}/app has no image under the tag none.`,
    )
    expect(await failure(ACTIONS.promote({ source: `app@${digest}`, tags: 'v1' }))).toContain(
      `${HOST}/app has no image ${digest}.`,
    )
    expect(await failure(ACTIONS.promote({ source: 'other:v1', tags: 'v1' }))).toContain(
      "The repository 'other' does not exist in ap-northeast-2, so that no image can be read from it.",
    )
    const archived = await image({ os: 'linux', architecture: 'amd64' }, { tag: 'old' })
    const held = repository().images.get(archived.digest)
    if (held) held.status = 'ARCHIVED'
    const said = (named: string) => `${HOST}/app${named} is archived, and cannot be read.`
    expect(await failure(ACTIONS.promote({ source: 'app:old', tags: 'v1' }))).toContain(
      said(`:old (${archived.digest})`),
    )
    const byDigest = ACTIONS.promote({ source: `app@${archived.digest}`, tags: 'v1' })
    expect(await failure(byDigest)).toContain(said(`@${archived.digest}`))
    const { digest: active } = await image({ os: 'linux', architecture: 'arm64' })
    const digests = `${active}\n${archived.digest}`
    const merging = ACTIONS.merge({ repository: 'app', digests, tags: 'v1' })
    expect(await failure(merging)).toContain(said(`@${archived.digest}`))
    if (held) held.status = 'ACTIVE'
    await ACTIONS.promote({ source: `app@${archived.digest}`, tags: 'v1' })
  })

  test('what is not there is said also if ECR may not be asked whether it is archived', async () => {
    flow.service.faults.order({
      match: { operation: 'DescribeImages' },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'deny' },
    })
    const digest = `sha256:${'0'.repeat(64)}`
    expect(await failure(ACTIONS.promote({ source: `app@${digest}`, tags: 'v1' }))).toContain(
      `${HOST}/app has no image ${digest}.`,
    )
  })

  test.each([
    [{ source: '' }, /Input 'source': is required/],
    [{ source: 'app', repository: '' }, /Input 'repository': is required/],
    [{ source: 'not an image' }, /'not an image': must be a tag, a digest/],
    [{ source: `${HOST}/app` }, /must be a tag, a digest/],
    [
      { source: 'c0ffee', tags: '' },
      /Input 'tags': is required if neither repository nor registries names another place/,
    ],
    [{ tags: '-x' }, /'-x'/],
  ])('%j is wrong', async (given, message) => {
    const inputs = { source: 'c0ffee', repository: 'app', tags: 'v1', ...given } as Record<string, string>
    expect(await failure(() => ACTIONS.promote(inputs))).toMatch(message)
  })
})
