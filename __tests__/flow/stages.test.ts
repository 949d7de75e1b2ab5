import { expect, test } from '@jest/globals'
import { invoke } from '../../local-ecr/index.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { promote } from '../../src/actions/promote/run.ts'
import type { Built } from '../../src/docker/port.ts'
import type { Inputs } from '../../src/inputs/index.ts'
import { Flow } from '../support/flow.ts'

// The log of a run reads as a story: a line for each stage, with its time and what came of it.

const HOST = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'
const EAST = '123456789012.dkr.ecr.us-east-1.amazonaws.com'

/** The log, without what differs from run to run. */
const told = (flow: Flow) =>
  flow.log
    .splice(0)
    .map((line) =>
      line.replaceAll(/\b(?:\d+ ms|\d\.\d s)/g, 'TIME').replaceAll(/sha256:[0-9a-f]{64}/g, 'DIGEST'),
    )

/** Has docker tell what it did, in milliseconds. */
function telling(flow: Flow, more: Partial<Built>): void {
  flow.alter = (world) => ({
    ...world,
    docker: {
      ...world.docker,
      build: async (...given) => ({ ...(await world.docker.build(...given)), ...more }),
    },
  })
}

const STEPS = [
  { name: '[1/3] FROM busybox', cached: true, from: 0, to: 0 },
  { name: '[2/3] COPY . .', cached: true, from: 10, to: 10 },
  { name: '[3/3] RUN make', cached: false, from: 10, to: 900 },
  { name: 'exporting to image', cached: false, from: 900, to: 2900 },
  { name: 'exporting cache to registry', cached: false, from: 2900, to: 14_900 },
]

test('a first push, the same, and a changed one', async () => {
  const flow = new Flow()
  telling(flow, { steps: STEPS })
  await flow.run()
  expect(told(flow)).toEqual([
    `Logged in to ${HOST}`,
    `Created the repository ${HOST}/app`,
    'Prepared in TIME: Docker 28.0.0, buildx 0.29.0; new tags: v1, latest',
    'Built and pushed in TIME: 1 of 2 build steps from the cache, export and push TIME, export of the cache 12 s',
    `Pushed ${HOST}/app:v1`,
    `Pushed ${HOST}/app:latest`,
    `Digest ${HOST}/app@DIGEST`,
    'Read back in TIME: ECR has this digest under both tags',
    'Took TIME in all',
  ])
  const short = flow.outputs['digest']?.slice(0, 19)

  await flow.run({ tags: ['v1', 'latest', 'v2'] })
  const again = told(flow)
  expect(again).toContain(
    `Prepared in TIME: Docker 28.0.0, buildx 0.29.0; v1, latest name ${short} so far; new tags: v2`,
  )
  expect(again).toContain('Read back in TIME: ECR has this digest under all 3 tags')
  await flow.run()
  expect(told(flow)).toContain('Read back in TIME: ECR has this digest under both tags, as it did before')

  flow.content = 'changed'
  await flow.run({ tags: ['latest'] })
  const changed = told(flow)
  expect(changed).toContain(`Prepared in TIME: Docker 28.0.0, buildx 0.29.0; latest names ${short} so far`)
  expect(changed).toContain('Read back in TIME: ECR has this digest under the tag')
})

test('what BuildKit says took no time has no time', async () => {
  const flow = new Flow()
  telling(flow, {
    steps: [
      { name: '[1/1] COPY . .', cached: true, from: 0, to: 0 },
      { name: 'exporting to image', cached: false, from: 900, to: 900 },
    ],
  })
  await flow.run()
  expect(told(flow)).toContain('Built and pushed in TIME: 1 of 1 build step from the cache')
})

test('the builder of an engine pushes in a step of its own', async () => {
  const flow = new Flow()
  telling(flow, {
    // Whose image it is, is another test's: nothing to compare it with.
    imageId: '',
    steps: [
      { name: 'exporting to image', cached: false, from: 0, to: 100 },
      { name: 'pushing localhost/app:v1 with docker', cached: false, from: 100, to: 900 },
    ],
  })
  await flow.run()
  expect(told(flow)).toContain('Built and pushed in TIME: export TIME, push TIME')
})

test('skip: nothing is told of what is not done', async () => {
  const flow = new Flow()
  await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
  await flow.put(['v1', 'latest'])
  await flow.run({ ifImageExists: 'skip' })
  expect(told(flow)).toEqual([
    `Found the repository ${HOST}/app`,
    'Nothing is built: the image exists (if-image-exists: skip)',
    'Prepared in TIME',
    `${HOST}/app:v1 exists already`,
    `${HOST}/app:latest exists already`,
    `Digest ${HOST}/app@DIGEST`,
    'Read the image in TIME: ECR has this digest under both tags already',
    'Took TIME in all',
  ])
})

/** What a run tells, but for its summary, which it has or not: lines of the log without times, and outputs. */
async function toldWith(summary: boolean, act: (flow: Flow) => Promise<void>, change: Partial<Inputs>) {
  const flow = new Flow()
  await act(flow)
  const failure = await flow.run({ ...change, summary }).then(
    () => null,
    ({ message }: Error) => message,
  )
  expect(flow.summary !== '').toBe(summary)
  const outputs = JSON.stringify(flow.outputs).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'DATE')
  return { log: told(flow), outputs, failure, asked: flow.operations().sort() }
}

const DENIED = { kind: 'deny' } as const
const create = (flow: Flow) => invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })

test.each<[string, (flow: Flow) => Promise<unknown>, Partial<Inputs>?]>([
  ['a new repository', async () => undefined],
  ['a new tag', create],
  ['the same image as before', (flow) => create(flow).then(() => flow.put(['v1', 'latest']))],
  ['another image than before', (flow) => create(flow).then(() => flow.put(['v1'], 'other'))],
  [
    'an image that exists',
    (flow) => create(flow).then(() => flow.put(['v1', 'latest'])),
    { ifImageExists: 'skip' },
  ],
  [
    'a push of which docker knows nothing more',
    async (flow) => {
      await create(flow)
      flow.duringPush = () => {
        throw new Error('docker is gone')
      }
    },
  ],
  [
    'the put of a tag that is refused',
    async (flow) => {
      await create(flow)
      const match = { side: 'registry', method: 'PUT', path: /manifests\/latest$/ } as const
      flow.service.faults.order({ match, times: 99, effect: DENIED })
    },
  ],
  [
    'a role that may not ask what the tags name',
    async (flow) => {
      await create(flow)
      for (const operation of ['DescribeImages', 'BatchGetImage']) {
        const match = { side: 'api', operation } as const
        flow.service.faults.order({ match, times: 99, effect: DENIED })
      }
    },
  ],
])('summary: false changes nothing but the summary: %s', async (_, act, change = {}) => {
  const by = (flow: Flow) => act(flow).then(() => undefined)
  expect(await toldWith(false, by, change)).toEqual(await toldWith(true, by, change))
})

test('a run that fails ends with its time, once', async () => {
  const flow = new Flow()
  flow.afterBuild = () => {
    throw new Error('no')
  }
  await expect(flow.run()).rejects.toThrow('no')
  const failed = told(flow)
  expect(failed.at(-1)).toBe('Failed after TIME')
  expect(failed.join()).not.toContain('in all')
})

test('the time is that of the process: what it loads before it works is a part of it', async () => {
  const flow = new Flow()
  flow.alter = (world) => ({ ...world, began: world.began - 3000 })
  await flow.run()
  expect(flow.log.find((line) => line.startsWith('Prepared'))).toMatch(/^Prepared in [3-9]\.\d s/)
  expect(flow.log.at(-1)).toMatch(/^Took [3-9]\.\d s in all$/)
  expect(flow.summary).toMatch(/\*\*Time\*\* [3-9]\.\d s: preparation [3-9]\.\d s/)
})

test('a promotion that changes nothing: log and summary name the same', async () => {
  const flow = new Flow()
  await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
  await flow.put(['v1', 'prod'])
  const given: Record<string, string> = {
    'aws-region': 'ap-northeast-2',
    source: 'v1',
    repository: 'app',
    tags: 'prod',
  }
  const source = { get: (name: string) => given[name] ?? '', env: {}, cwd: '/' }
  await flow.within((world) => promote(readPromoteInputs(source), world))
  expect(told(flow)).toContain('Read the image in TIME: ECR has this digest under the tag already')
  expect(flow.summary).toMatch(/\*\*Time\*\* .*preparation .*, reading the image /)
  expect(flow.summary).not.toContain('read-back')
})

test('several registries: each copy has its time, and what the tags name is told of all', async () => {
  const flow = new Flow()
  await flow.run({ registries: [{ region: 'us-east-1', registryId: null, role: null }] })
  const log = told(flow)
  expect(log).toContain(
    `Prepared in TIME: Docker 28.0.0, buildx 0.29.0; in both registries new tags: v1, latest`,
  )
  expect(log).toContainEqual(expect.stringMatching(`^Copied to ${EAST}/app in TIME: 1 manifest, `))
  expect(log).toContain('Copied and read back in TIME: ECR has this digest under all 4 tags in 2 registries')
  const short = flow.outputs['digest']?.slice(0, 19)
  flow.store.get({ ...flow.place, region: 'us-east-1' }).tags.delete('latest')
  await flow.run({ registries: [{ region: 'us-east-1', registryId: null, role: null }] })
  expect(told(flow)).toContain(
    `Prepared in TIME: Docker 28.0.0, buildx 0.29.0; ${HOST}/app (v1, latest name ${short} so far), ${EAST}/app (v1 names ${short} so far; new tags: latest)`,
  )
})

test('a push by digest has its digest once', async () => {
  const flow = new Flow()
  await flow.run({ pushByDigest: true })
  expect(told(flow).filter((line) => line.includes('DIGEST'))).toEqual([`Pushed ${HOST}/app@DIGEST`])
})

test('promote and merge', async () => {
  const flow = new Flow()
  await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app' })
  const digest = await flow.put(['v1'])
  const source = (given: Record<string, string>) => ({
    get: (name: string) => ({ 'aws-region': 'ap-northeast-2', ...given })[name] ?? '',
    env: {},
    cwd: '/',
  })
  const promoted = (given: Record<string, string>) =>
    flow.within((world) => promote(readPromoteInputs(source(given)), world))
  const short = digest.slice(0, 19)
  await promoted({ source: 'v1', repository: 'app', tags: 'prod' })
  expect(told(flow)).toEqual([
    `Found the repository ${HOST}/app`,
    `Prepared in TIME: v1 names ${short}; new tags: prod`,
    `Pushed ${HOST}/app:prod`,
    `Digest ${HOST}/app@DIGEST`,
    'Read back in TIME: ECR has this digest under the tag',
    'Took TIME in all',
  ])
  await promoted({ source: digest, repository: 'app', tags: 'prod\nprod2' })
  expect(told(flow)).toEqual([
    `Found the repository ${HOST}/app`,
    `Prepared in TIME: prod names ${short} so far; new tags: prod2`,
    `${HOST}/app:prod exists already`,
    `Pushed ${HOST}/app:prod2`,
    `Digest ${HOST}/app@DIGEST`,
    'Read back in TIME: ECR has this digest under both tags',
    'Took TIME in all',
  ])
  await promoted({ source: 'app:v1', repository: 'copy', tags: 'v1' })
  expect(told(flow)).toContain(`Prepared in TIME: v1 is ${HOST}/app@DIGEST; new tags: v1`)
  await flow.within((world) =>
    merge(readMergeInputs(source({ repository: 'app', digests: digest, tags: 'v1\nall' })), world),
  )
  expect(told(flow)).toEqual([
    `Found the repository ${HOST}/app`,
    expect.stringMatching(
      `^Prepared in TIME: the index DIGEST has linux/amd64; v1 names ${digest.slice(0, 19)} so far; new tags: all$`,
    ),
    `Pushed ${HOST}/app:v1`,
    `Pushed ${HOST}/app:all`,
    `Digest ${HOST}/app@DIGEST`,
    'Read back in TIME: ECR has this digest under both tags',
    'Took TIME in all',
  ])
})

test('of very many tags, the first are told before the push, and each with its URI behind it', async () => {
  const flow = new Flow()
  const tags = Array.from({ length: 30 }, (_, at) => `t${at}`)
  await flow.run({ tags })
  const lines = told(flow)
  expect(lines).toContain(
    'Prepared in TIME: Docker 28.0.0, buildx 0.29.0; new tags: t0, t1, t2, t3, t4, t5, t6, t7, t8, t9 and 20 more',
  )
  expect(lines).toContain(`Pushed ${HOST}/app:t29`)
})
