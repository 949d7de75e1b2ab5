import { beforeEach, describe, expect, test } from '@jest/globals'
import { callerOf, type Effect, invoke } from '../../local-ecr/index.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { promote } from '../../src/actions/promote/run.ts'
import type { RegistryTarget } from '../../src/inputs/registries.ts'
import { Flow } from '../support/flow.ts'
import { putImage } from '../support/flow-images.ts'
import { provingRows } from '../support/variants.ts'

// Whatever ends a run: its outputs, its log and its summary say of every tag in every registry what the registry itself
// would say.

const HOME = '123456789012'
const REGIONS = ['ap-northeast-2', 'us-east-1'] as const
const TAGS = ['prod', 'latest', 'r1']
const uriIn = (region: string) => `${HOME}.dkr.ecr.${region}.amazonaws.com/app`
const east: RegistryTarget = { region: 'us-east-1', registryId: null, role: null }
const DENIED: Effect = { kind: 'deny' }
const LOST: Effect = { kind: 'drop', when: 'before the answer' }
const NOT_DONE: Effect = { kind: 'drop', when: 'in the request' }
const ATTEMPTS = 12

let flow: Flow
let parts: readonly { readonly digest: string }[] | null
beforeEach(async () => {
  parts = null
  flow = new Flow()
  for (const region of REGIONS) {
    await invoke(flow.store, callerOf(HOME, region), 'CreateRepository', { repositoryName: 'app' })
    await flow.put(['prod'], 'old', region)
  }
  flow.content = 'new'
})

type ActionName = 'build' | 'promote' | 'merge'

/** Runs an action that is to give the image all tags, and says how it ended. */
async function act(action: ActionName, regions: readonly string[]): Promise<Error | null> {
  const registries = regions.length > 1 ? [east] : []
  const given = (more: Record<string, string>) => ({
    get: (name: string) =>
      ({
        'aws-region': 'ap-northeast-2',
        repository: 'app',
        tags: TAGS.join('\n'),
        registries: registries.map(({ region }) => region).join('\n'),
        ...more,
      })[name] ?? '',
    env: {},
    cwd: '/',
  })
  const run = async () => {
    if (action === 'build') return flow.run({ tags: TAGS, registries })
    if (action === 'promote') {
      await flow.put(['src'])
      return flow.within((world) => promote(readPromoteInputs(given({ source: 'app:src' })), world))
    }
    parts ??= await Promise.all(
      ['amd64', 'arm64'].map((architecture) => putImage(flow, 'app', { os: 'linux', architecture })),
    )
    const digests = parts.map(({ digest }) => digest).join('\n')
    return flow.within((world) => merge(readMergeInputs(given({ digests })), world))
  }
  return run().then(
    () => null,
    (error: Error) => error,
  )
}

const tagsIn = (region: string) =>
  new Map(flow.store.find({ account: HOME, region, repository: 'app' })?.tags ?? [])
const imagesIn = (region: string) =>
  new Set(flow.store.find({ account: HOME, region, repository: 'app' })?.images.keys() ?? [])
const snapshot = () =>
  new Map(REGIONS.map((region) => [region, { tags: tagsIn(region), images: imagesIn(region) }]))
type Snapshot = ReturnType<typeof snapshot>

/** The names in the summary's block under a title. */
function block(title: string): string[] {
  const at = flow.summary.indexOf(title)
  return at < 0 ? [] : (/```text\n([^`]*)\n```/.exec(flow.summary.slice(at))?.[1]?.split('\n') ?? [])
}

/** What has to be said of a run that has failed, by what the registries held before it and hold now. */
function expectTheTruth(before: Snapshot, digest: string, regions: readonly string[], isBuilt = false): void {
  const named: string[] = []
  const put: string[] = []
  /** What got there, and is under none of the tags. */
  const alone: string[] = []
  let sent = false
  for (const region of regions) {
    const was = before.get(region as (typeof REGIONS)[number])
    for (const [tag, now] of tagsIn(region)) {
      if (now !== digest || !TAGS.includes(tag)) continue
      named.push(`${uriIn(region)}:${tag}`)
      // Of what its builds are pushed over, the first repository is not asked.
      const isAnew = isBuilt && region === regions[0]
      if (isAnew || was?.tags.get(tag) !== digest) put.push(`${uriIn(region)}:${tag}`)
    }
    const isNew = imagesIn(region).has(digest) && !was?.images.has(digest)
    if (isNew && !named.some((name) => name.startsWith(uriIn(region))))
      alone.push(`${uriIn(region)}@${digest}`)
    sent ||= isNew
  }
  const { outputs, log } = flow
  const sorted = (list: readonly string[]) => [...list].sort()
  const lines = (begin: RegExp) => log.flatMap((line) => begin.exec(line)?.[1] ?? [])
  expect(sorted((outputs['image-uris'] ?? '').split('\n').filter(Boolean))).toEqual(sorted(named))
  expect(outputs['image-uri'] || null).toBe(
    named.includes(`${uriIn('ap-northeast-2')}:prod`) ? `${uriIn('ap-northeast-2')}:prod` : null,
  )
  expect(outputs['pushed']).toBe(String(put.length > 0 || sent))
  if (put.length > 0 || sent) {
    const [first, ...others] = TAGS.filter((tag) => named.includes(`${uriIn('ap-northeast-2')}:${tag}`))
    expect(outputs['image-name']).toBe(first === undefined ? '' : `app:${first}`)
    if (others.length + 1 < TAGS.length) expect(outputs['version']).toBe('')
  }
  expect(sorted(lines(/^Pushed ([^\s@]+)$/))).toEqual(sorted(put))
  expect(sorted(lines(/^Pushed (\S+@\S+)$/))).toEqual(sorted(alone))
  expect(sorted(lines(/^([^\s@]+) exists already$/))).toEqual(
    sorted(named.filter((name) => !put.includes(name))),
  )
  const shown = block('In ECR all the same, put by this run:')
  expect(sorted(shown)).toEqual(sorted([...put, ...alone]))
  expect(sorted(block('Named this image before this run:'))).toEqual(
    sorted(named.filter((name) => !put.includes(name))),
  )
  expect(flow.summary.includes('moved none of')).toBe(put.length === 0)
  // Of an image that a registry has, a put sends the tag alone; to another, it may have sent a part.
  const nothing = put.length === 0 && !sent && regions.every((region) => imagesIn(region).has(digest))
  expect(flow.summary.includes('The image was not pushed')).toBe(nothing)
  expect(flow.summary.includes('Parts of the image may be in ECR')).toBe(
    put.length === 0 && !sent && !nothing,
  )
  expect(/^Failed after [^:]+: the image was not pushed$/.test(log.at(-1) ?? '')).toBe(nothing)
  expect(`${log.join('\n')}\n${flow.summary}`).not.toContain('Not known')
  if (named.length > 0 || sent) expect(outputs['digest']).toBe(digest)
  const { 'image.name': names = '' } = JSON.parse(outputs['metadata'] || '{}') as Record<string, string>
  for (const name of names.split(',').filter(Boolean)) expect(named).toContain(name)
  const json = JSON.parse(outputs['json'] as string) as { pushed: boolean; 'image-uris'?: string[] }
  expect(json.pushed).toBe(put.length > 0 || sent)
  expect(sorted(json['image-uris'] ?? [])).toEqual(sorted(named))
}

/** The image that an action makes, whether or not it came to a tag. */
async function madeBy(action: ActionName): Promise<string> {
  if (action !== 'merge') return flow.put([])
  const other = flow.outputs['digest']
  if (other) return other
  const indexes = [...imagesIn('ap-northeast-2')]
  return indexes.at(-1) ?? ''
}

const putOf = (region: string, tag: string) =>
  ({ side: 'registry', region, method: 'PUT', path: new RegExp(`/v2/app/manifests/${tag}$`) }) as const

const ACTIONS: readonly ActionName[] = ['build', 'promote', 'merge']
const TABLE = ACTIONS.flatMap((action) =>
  [REGIONS.slice(0, 1), REGIONS].flatMap((regions) =>
    regions.flatMap((region) =>
      TAGS.flatMap((tag) =>
        [DENIED, NOT_DONE].map((effect) => ({ action, count: regions.length, regions, region, tag, effect })),
      ),
    ),
  ),
)

describe('a tag that named the image before is said to exist', () => {
  const rows = TABLE.filter(({ tag, effect }) => tag === 'r1' && effect === DENIED)
  test.each(rows)('$action to $count, r1 fails in $region', async ({ action, regions, region }) => {
    if (action === 'merge') {
      // The same index, from a run before.
      flow.service.faults.order({
        match: putOf('ap-northeast-2', '(?:r1|prod)'),
        times: 1000,
        effect: DENIED,
      })
      for (const one of REGIONS.slice(1)) {
        flow.service.faults.order({ match: putOf(one, '(?:r1|prod)'), times: 1000, effect: DENIED })
      }
      await act(action, REGIONS)
      flow.service.faults.clear()
      flow.log.length = 0
    } else {
      for (const one of REGIONS) await flow.put(['latest'], 'new', one)
    }
    const before = snapshot()
    for (const name of Object.keys(flow.outputs)) delete flow.outputs[name]
    flow.service.faults.order({ match: putOf(region, 'r1'), times: 1000, effect: DENIED })
    expect(await act(action, regions)).not.toBeNull()
    const digest = await madeBy(action)
    expectTheTruth(before, digest, regions, action === 'build')
    const existing = flow.log.filter((line) => line.endsWith(':latest exists already'))
    const had = regions.filter((one) => before.get(one)?.tags.get('latest') === digest)
    expect(had).not.toEqual([])
    expect(existing).toHaveLength(had.length - (action === 'build' ? 1 : 0))
  })
})

describe('the put of every tag is refused', () => {
  const rows = (['promote', 'merge'] as const).flatMap((action) =>
    [REGIONS.slice(0, 1), REGIONS].flatMap((regions) =>
      ['no other', 'a further registry'].map((held) => ({ action, count: regions.length, regions, held })),
    ),
  )
  test.each(rows)('$action to $count, the image is in $held', async ({ action, regions, held }) => {
    for (const region of REGIONS) {
      flow.service.faults.order({ match: putOf(region, '[^:/]+'), times: 1000, effect: DENIED })
    }
    if (held === 'a further registry') {
      // An index is in the repository from a run before; an image, in every one.
      if (action === 'merge') await act(action, regions)
      else await flow.put([], 'new', 'us-east-1')
      flow.log.length = 0
      for (const name of Object.keys(flow.outputs)) delete flow.outputs[name]
    }
    // What is promoted is in its own repository in any case.
    if (action === 'promote') await flow.put(['src'])
    flow.service.recorder.clear()
    const before = snapshot()
    expect(await act(action, regions)).not.toBeNull()
    expectTheTruth(before, await madeBy(action), regions)
  })
})

// Variants: one registry is the first of two; and a request that did not arrive is, to all but the client, as one that
// was refused.
const PROVING = provingRows(
  TABLE,
  ({ count, tag, effect }) => count === 2 && (effect === DENIED || tag === 'latest'),
)

describe('the put of one tag fails', () => {
  test.each(PROVING)('$action to $count, $tag in $region, $effect.kind', async (row) => {
    const { action, regions, region, tag, effect } = row
    const before = snapshot()
    flow.service.faults.order({ match: putOf(region, tag), times: 1000, effect })
    const error = await act(action, regions)
    const digest = await madeBy(action)
    // docker puts the first tag, and does it in another way than by a request to the registry.
    const isDockers = action === 'build' && region === 'ap-northeast-2' && tag === 'prod'
    expect(error === null).toBe(isDockers)
    if (isDockers) return
    expectTheTruth(before, digest, regions)
    // Nobody asks for what the registry has said.
    const asked = flow.service.recorder.requests.filter(({ method }) => method === 'HEAD')
    const names = asked.map(({ path }) => path?.split('/').at(-1) ?? '')
    if (effect === DENIED) expect(names.filter((name) => TAGS.includes(name))).toEqual([])
  })
})

describe('a put whose answer is lost', () => {
  const unanswered = (times: number) => {
    flow.service.faults.order({ match: putOf('us-east-1', 'latest'), times: 1000, effect: LOST })
    const match = { ...putOf('us-east-1', 'latest'), method: 'HEAD' }
    flow.service.faults.order({ match, times, effect: { kind: 'status', status: 500 } })
  }

  test.each(ACTIONS)('%s: the registry is asked once more at the end', async (action) => {
    const before = snapshot()
    unanswered(ATTEMPTS)
    expect(await act(action, REGIONS)).not.toBeNull()
    const digest = await madeBy(action)
    expect(tagsIn('us-east-1').get('latest')).toBe(digest)
    expectTheTruth(before, digest, REGIONS)
  })

  test.each(ACTIONS)('%s: that a retry is refused says nothing of the put before it', async (action) => {
    const before = snapshot()
    const put = putOf('us-east-1', 'latest')
    flow.service.faults.order({ match: put, times: 1, effect: LOST })
    flow.service.faults.order({
      match: { ...put, method: 'HEAD' },
      times: 1,
      effect: { kind: 'status', status: 500 },
    })
    flow.service.faults.order({ match: put, times: 1000, effect: DENIED })
    expect(await act(action, REGIONS)).not.toBeNull()
    const digest = await madeBy(action)
    expect(tagsIn('us-east-1').get('latest')).toBe(digest)
    expectTheTruth(before, digest, REGIONS)
  })

  test.each(ACTIONS)('%s: if there is no answer, it is said to be not known', async (action) => {
    unanswered(1000)
    expect(await act(action, REGIONS)).not.toBeNull()
    const name = `${uriIn('us-east-1')}:latest`
    expect(flow.log).toContain(`Not known whether this run has pushed ${name}`)
    expect(block('Not known whether this run has put it:')).toEqual([name])
    expect(flow.outputs['image-uris']).not.toContain(name)
    expect(flow.summary).not.toContain('moved none of')
  })
})

describe('what follows the puts fails', () => {
  const all = REGIONS.flatMap((region) => TAGS.map((tag) => `${uriIn(region)}:${tag}`))

  test.each(ACTIONS)('%s: ECR does not say what it holds', async (action) => {
    const before = snapshot()
    for (const operation of ['DescribeImages', 'BatchGetImage']) {
      const match = { side: 'api', operation, region: 'us-east-1' } as const
      flow.service.faults.order({ match, times: 1000, effect: DENIED })
    }
    const error = await act(action, REGIONS)
    // Sibling actions ask for the tags before they put any.
    if (flow.outputs['image-uris'] === undefined) {
      expect(flow.summary).toContain('The image was not pushed, and this run moved none of its tags.')
      return
    }
    expect(error?.message).toContain('it is not known what ECR holds there')
    expect(flow.outputs['image-uris']?.split('\n')).toEqual(all)
    expectTheTruth(before, await madeBy(action), REGIONS)
  })

  test('ECR never lists the image: no tag and no digest of it is claimed', async () => {
    flow.afterBuild = () => {
      const effect = { kind: 'error', name: 'ImageNotFoundException', message: '', status: 400 } as const
      const match = { side: 'api', operation: 'DescribeImages' } as const
      flow.service.faults.order({ match, times: Number.POSITIVE_INFINITY, effect })
    }
    const error = await act('build', REGIONS.slice(0, 1))
    expect(error?.message).toContain('ECR does not list sha256:')
    const { pushed, tags } = flow.outputs
    expect({ pushed, tags }).toEqual({ pushed: 'true', tags: '' })
    for (const name of ['digest', 'digest-uri', 'image-uri', 'image-uris'] as const) {
      expect([name, flow.outputs[name] || '']).toEqual([name, ''])
    }
    expect(flow.summary).not.toContain('In ECR all the same')
    expect(block('ECR has another image under it by now, or none:')).toEqual(
      TAGS.map((tag) => `${uriIn('ap-northeast-2')}:${tag}`),
    )
    expect(flow.log.filter((line) => line.includes('@sha256:') && /^(?:Pushed|Digest) /.test(line))).toEqual(
      [],
    )
  })

  test('another job moves a tag: it is no name of the image any more', async () => {
    const moved = `${uriIn('ap-northeast-2')}:prod`
    flow.afterBuild = () => void flow.put(['prod'], 'theirs')
    expect(await act('build', REGIONS)).not.toBeNull()
    expect(flow.outputs['image-uris']?.split('\n')).toEqual(all.filter((name) => name !== moved))
    expect(flow.outputs).toMatchObject({ pushed: 'true', 'image-uri': '', tags: 'latest\nr1' })
    expect(flow.log).toContain(`Pushed ${moved}, under which ECR has another image by now, or none`)
    expect(block('ECR has another image under it by now, or none:')).toEqual([moved])
    expect(block('In ECR all the same, put by this run:')).not.toContain(moved)
  })
})

describe('docker fails', () => {
  const fail = () => {
    throw new Error('docker is gone')
  }

  test('before it can have pushed: the image was not pushed, and no registry is asked for it', async () => {
    flow.beforePush = fail
    const asked = () => flow.service.recorder.requests.filter(({ method }) => method === 'HEAD').length
    const before = asked()
    expect(await act('build', REGIONS)).not.toBeNull()
    expect(asked()).toBe(before)
    expect(flow.outputs).toMatchObject({ pushed: 'false' })
    expect(flow.outputs['digest']).toBeUndefined()
    expect(flow.summary).toContain('The image was not pushed, and this run moved none of its tags.')
    expect(flow.log.at(-1)).toMatch(/^Failed after [\d.]+ m?s: the image was not pushed$/)
  })

  test('when it can have pushed, and the tag is as it was', async () => {
    flow.duringPush = fail
    expect(await act('build', REGIONS)).not.toBeNull()
    expect(flow.outputs).toMatchObject({ pushed: 'false' })
    expect(flow.summary).toContain(
      "This run moved none of the image's tags. Parts of the image may be in ECR, under no tag.",
    )
    expect(flow.log.at(-1)).toMatch(/^Failed after [\d.]+ m?s$/)
  })

  test('when it has pushed, and told nobody', async () => {
    flow.afterBuild = fail
    expect(await act('build', REGIONS)).not.toBeNull()
    const name = `${uriIn('ap-northeast-2')}:prod`
    expect(flow.log).toContain(`Not known whether this run has pushed ${name}`)
    expect(block('Not known whether this run has put it:')).toEqual([name])
  })

  test('without a push there is nothing to say of one', async () => {
    flow.beforePush = fail
    await expect(flow.run({ tags: TAGS, push: false })).rejects.toThrow('docker is gone')
    expect(flow.summary).not.toMatch(/pushed|moved/)
    expect(flow.log.at(-1)).toMatch(/^Failed after [\d.]+ m?s$/)
  })
})
