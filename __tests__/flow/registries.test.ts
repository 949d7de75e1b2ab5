import { beforeEach, describe, expect, test } from '@jest/globals'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import type { RegistryTarget } from '../../src/inputs/registries.ts'
import { Flow } from '../support/flow.ts'

const HOME = '123456789012'
const OTHER = '210987654321'

const hostOf = (account: string, region: string) => `${account}.dkr.ecr.${region}.amazonaws.com`
const at = (region: string, registryId: string | null = null): RegistryTarget => ({
  region,
  registryId,
  role: null,
})
const first = `${hostOf(HOME, 'ap-northeast-2')}/app`
const east = `${hostOf(HOME, 'us-east-1')}/app`
const west = `${hostOf(HOME, 'eu-west-1')}/app`
const registries = [at('us-east-1'), at('eu-west-1')]

let flow: Flow
beforeEach(() => {
  flow = new Flow()
})

const tagsIn = (region: string, account = HOME) =>
  Object.fromEntries(flow.store.find({ account, region, repository: 'app' })?.tags ?? [])
/** Without the pings that open connections. */
const sentTo = (region: string) =>
  flow.service.recorder.requests
    .filter(
      ({ side, region: asked, operation }) => side === 'registry' && asked === region && operation !== 'Ping',
    )
    .map(({ method, operation }) => `${method} ${operation}`)

test('one build, the same digest under every tag in every registry', async () => {
  await flow.run({ registries })
  const { digest = '' } = flow.outputs
  for (const region of ['ap-northeast-2', 'us-east-1', 'eu-west-1']) {
    expect(tagsIn(region)).toEqual({ v1: digest, latest: digest })
  }
  expect(flow.outputs).toMatchObject({
    'image-uri': `${first}:v1`,
    'image-uris': [first, east, west].flatMap((uri) => [`${uri}:v1`, `${uri}:latest`]).join('\n'),
    'digest-uri': `${first}@${digest}`,
    'platform-digests': `{"linux/amd64":"${digest}"}`,
    'repository-uri': first,
    pushed: 'true',
  })
  // One build; docker logs in to the first registry only.
  expect(flow.dockerCalls).toEqual(['inspect', `login ${hostOf(HOME, 'ap-northeast-2')}`, 'build'])
  expect(flow.operations().filter((name) => name === 'GetAuthorizationToken')).toHaveLength(3)
  expect(flow.log).toContain(`Created the repository ${east}`)
  expect(
    flow.log.find(
      (line) =>
        line.startsWith(`Copied to ${east} in `) && /: 1 manifest, 2 blobs sent \(\d+ B\)$/.test(line),
    ),
  ).toBeDefined()
})

test('a registry of another account takes it where its policy allows that', async () => {
  const caller = callerOf(OTHER, 'us-east-1')
  await invoke(flow.store, caller, 'CreateRepository', { repositoryName: 'app' })
  const Statement = [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${HOME}:root` }, Action: 'ecr:*' }]
  const policyText = JSON.stringify({ Version: '2012-10-17', Statement })
  await invoke(flow.store, caller, 'SetRepositoryPolicy', { repositoryName: 'app', policyText })
  await flow.run({ registries: [at('us-east-1', OTHER)] })
  expect(tagsIn('us-east-1', OTHER)).toEqual({ v1: flow.outputs['digest'], latest: flow.outputs['digest'] })
})

describe('what the tags of every registry named before is known', () => {
  const lookups = (region: string) =>
    flow.service.recorder.requests.filter(
      (request) => request.operation === 'DescribeImages' && request.region === region,
    ).length
  beforeEach(async () => {
    await flow.run({ registries })
    flow.log.length = 0
    flow.service.recorder.clear()
  })

  test('an unchanged rerun sends nothing to the others, and says that it changed nothing', async () => {
    await flow.run({ registries })
    expect(sentTo('us-east-1')).toEqual([])
    // Once beside all else, and once after the build, which is the read-back.
    expect(lookups('us-east-1')).toBe(2)
    expect(flow.summary).toMatch(/^### ✅ Unchanged: /)
    expect(flow.summary).toMatch(/, tags and read-back /)
    const log = flow.log.join('\n')
    expect(log).toContain(`${east}:v1 exists already`)
    expect(log).toMatch(
      /^Read back in .*: ECR has this digest under all 6 tags in 3 registries, as it did before$/m,
    )
    expect(log).not.toMatch(/has the image already|Copied/)
  })

  test('if only one registry lacks a tag, that one is put there, and nothing is called unchanged', async () => {
    flow.store.get({ account: HOME, region: 'us-east-1', repository: 'app' }).tags.delete('latest')
    await flow.run({ registries })
    expect(sentTo('us-east-1').filter((one) => one.startsWith('PUT'))).toEqual(['PUT PutImage'])
    expect(flow.log).toEqual(
      expect.arrayContaining([
        `${east}:v1 exists already`,
        `Pushed ${east}:latest`,
        `${west}:v1 exists already`,
      ]),
    )
    expect(flow.summary).toMatch(/^### ✅ Pushed /)
  })

  test('a tag that somebody moves during the build is put there, whatever it named before', async () => {
    const { digest = '' } = flow.outputs
    flow.afterBuild = () => {
      const held = flow.store.get({ account: HOME, region: 'us-east-1', repository: 'app' })
      held.tags.delete('latest')
    }
    await flow.run({ registries })
    expect(tagsIn('us-east-1')).toEqual({ v1: digest, latest: digest })
    expect(flow.log).toContain(`Pushed ${east}:latest`)
  })

  test.each([
    ['and it can be asked, without a summary', { summary: false }, false],
    ['and it cannot be asked', {}, true],
    ['and it cannot be asked, without a summary', { summary: false }, true],
  ])('a tag that is moved during the build is put there, %s', async (_, change, denied) => {
    const { digest = '' } = flow.outputs
    flow.afterBuild = () => {
      flow.store.get({ account: HOME, region: 'us-east-1', repository: 'app' }).tags.delete('latest')
      if (!denied) return
      const match = { region: 'us-east-1', operation: 'DescribeImages', side: 'api' } as const
      flow.service.faults.order({ match, times: 1, effect: { kind: 'deny' } })
    }
    await flow.run({ registries, ...change })
    expect(tagsIn('us-east-1')).toEqual({ v1: digest, latest: digest })
    expect(flow.log).toContain(`Pushed ${east}:latest`)
  })

  test('if that cannot be asked, every tag is put, and the run goes on', async () => {
    const east1 = { region: 'us-east-1' }
    const operations = ['DescribeImages', 'BatchGetImage']
    const orders = operations.map((operation) =>
      flow.service.faults.order({
        match: { ...east1, operation, side: 'api' },
        times: 1,
        effect: { kind: 'deny' },
      }),
    )
    await flow.run({ registries })
    for (const order of orders) order.withdraw()
    expect(flow.log).toContainEqual(
      expect.stringMatching(`^What the tags of ${east} name before the push is not known: `),
    )
    expect(flow.log).toContain(`Pushed ${east}:v1`)
    expect(flow.summary).toMatch(/^### ✅ Pushed /)
  })

  test('without a summary too, what is there is not put once more', async () => {
    await flow.run({ registries, summary: false })
    expect(sentTo('us-east-1')).toEqual([])
  })
})

describe('a registry that fails in the middle', () => {
  beforeEach(() => {
    flow.service.faults.order({
      match: { side: 'registry', region: 'us-east-1', operation: 'CompleteLayerUpload' },
      times: 99,
      effect: { kind: 'deny' },
    })
  })

  test('stops no other; the error says what is where, and the outputs what is there', async () => {
    const message = await flow.failure({ registries })
    const { digest = '' } = flow.outputs
    const lines = message.split('\n')
    expect(lines[0]).toBe(`${digest} is known to be under every tag in 2 of 3 registries.`)
    expect(lines.slice(1, 3)).toEqual([`Done: ${first} (v1, latest)`, `Done: ${west} (v1, latest)`])
    expect(lines[3]).toMatch(
      `Failed: ${east} (v1, latest): The push of ${digest} to ${east} failed: PUT http`,
    )
    expect(lines[3]).toContain('is not authorized to perform: ecr:CompleteLayerUpload')
    expect(message).toContain(
      `"Action":"ecr:CompleteLayerUpload","Resource":"arn:aws:ecr:us-east-1:${HOME}:repository/app"`,
    )
    expect(message).toContain('Then run the job again: what is in a registry is not sent again.')
    expect(flow.outputs).toMatchObject({
      'image-uris': [first, west].flatMap((uri) => [`${uri}:v1`, `${uri}:latest`]).join('\n'),
      pushed: 'true',
    })
    expect(tagsIn('us-east-1')).toEqual({})
  })

  test('the next run does only what is missing', async () => {
    await flow.failure({ registries })
    flow.service.faults.clear()
    flow.service.recorder.clear()
    await flow.run({ registries })
    const { digest = '' } = flow.outputs
    expect(tagsIn('us-east-1')).toEqual({ v1: digest, latest: digest })
    expect(sentTo('eu-west-1')).toEqual([])
    expect(flow.log).toContain(`${west}:v1 exists already`)
    expect(sentTo('us-east-1')).toContain('PUT CompleteLayerUpload')
  })

  test('with if-image-exists: skip it builds nothing, and brings the image where it is missing', async () => {
    await flow.failure({ registries })
    flow.service.faults.clear()
    flow.service.recorder.clear()
    flow.dockerCalls.length = 0
    await flow.run({ registries, ifImageExists: 'skip' })
    const { digest = '' } = flow.outputs
    expect(flow.dockerCalls).toEqual([])
    expect(tagsIn('us-east-1')).toEqual({ v1: digest, latest: digest })
    expect(sentTo('eu-west-1')).toEqual([])
    expect(flow.outputs).toMatchObject({
      'image-uris': [first, east, west].flatMap((uri) => [`${uri}:v1`, `${uri}:latest`]).join('\n'),
      pushed: 'true',
    })
    expect(flow.log).toContain(`Pushed ${east}:v1`)
    expect(flow.log).toContain(`${west}:v1 exists already`)
  })
})

test('where every registry has the image, skip asks and sends nothing', async () => {
  await flow.run({ registries })
  flow.service.recorder.clear()
  await flow.run({ registries, ifImageExists: 'skip' })
  expect(flow.outputs['pushed']).toBe('false')
  expect([sentTo('us-east-1'), sentTo('eu-west-1')]).toEqual([[], []])
})

test('an immutable tag that a further registry has already ends the run before the build', async () => {
  const caller = callerOf(HOME, 'us-east-1')
  const input = { repositoryName: 'app', imageTagMutability: 'IMMUTABLE' } as const
  await invoke(flow.store, caller, 'CreateRepository', input)
  flow.content = 'old'
  await flow.put(['v1'], 'old', 'us-east-1')
  expect(await flow.failure({ registries })).toContain(
    `${east} is immutable and has an image already under v1`,
  )
  expect(flow.dockerCalls).not.toContain('build')
})

test('an immutable registry that has the very image is no failure', async () => {
  const caller = callerOf(HOME, 'us-east-1')
  const input = { repositoryName: 'app', imageTagMutability: 'IMMUTABLE' } as const
  await invoke(flow.store, caller, 'CreateRepository', input)
  await flow.run({ registries })
  flow.store.get({ account: HOME, region: 'eu-west-1', repository: 'app' }).tags.delete('latest')
  await flow.run({ registries, ifImageExists: 'skip' })
  expect(tagsIn('eu-west-1')).toEqual(tagsIn('us-east-1'))
})

test('a registry that is the first one after all is an error', async () => {
  const message = await flow.failure({ registries: [at('ap-northeast-2', HOME)] })
  expect(message).toContain(`The input 'registries' leads to ${first}, which is a destination already.`)
  expect(flow.dockerCalls).not.toContain('build')
})

test('a registry that cannot be prepared is known before the build', async () => {
  flow.service.faults.order({
    match: { region: 'us-east-1', operation: 'CreateRepository' },
    effect: { kind: 'deny' },
  })
  expect(await flow.failure({ registries })).toContain('"Action":"ecr:CreateRepository"')
  expect(flow.dockerCalls).not.toContain('build')
})

test('registries that cannot be prepared for the same reason are all named, the remedy once', async () => {
  const name = 'InvalidClientTokenId'
  flow.service.faults.order({
    match: { operation: 'DescribeRepositories' },
    times: 3,
    effect: { kind: 'error', name, message: 'The token is not valid.', status: 403 },
  })
  const message = await flow.failure({ registries })
  for (const region of ['ap-northeast-2', 'us-east-1', 'eu-west-1']) {
    const line = `ecr:DescribeRepositories failed for 'app' in ${region}: The token is not valid. (${name})`
    expect(message.split('\n')).toContain(line)
  }
  expect(message.match(/What to do: /g)).toHaveLength(1)
  expect(message.split('\n').at(-1)).toMatch(/^What to do: the credentials are not valid/)
  expect(flow.dockerCalls).not.toContain('build')
})
