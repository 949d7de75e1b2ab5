import { beforeEach, describe, expect, test } from '@jest/globals'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { promote } from '../../src/actions/promote/run.ts'
import type { Docker } from '../../src/docker/port.ts'
import { ActionError, InputError } from '../../src/shared/errors.ts'
import type { World } from '../../src/world.ts'
import { Flow } from '../support/flow.ts'
import { putImage } from '../support/flow-images.ts'

// A step that is refused leaves nothing: everything is checked before anything is made.

let flow: Flow
beforeEach(() => {
  flow = new Flow()
})

const home = { account: '123456789012', region: 'ap-northeast-2' }
const repositoriesIn = (region: string) =>
  ['app', 'copy'].filter((repository) => flow.store.find({ ...home, region, repository }) !== undefined)
const writes = () =>
  flow.service.recorder.requests.filter(
    ({ operation, method }) =>
      /^(?:Create|Put|Set|Start|Tag|Initiate|Upload|Complete)/.test(operation) || method === 'PUT',
  )
const east = [{ region: 'us-east-1', registryId: null, role: null }]

/** A docker that refuses something. */
const refusing = (change: Partial<Docker>) => (world: World) => ({
  ...world,
  docker: { ...world.docker, ...change },
})
const refuse = (error: Error) => async () => {
  throw error
}

describe('the main action, refused', () => {
  test.each([
    ['no engine answers', { inspect: refuse(new ActionError('docker does not answer.', 'start it.')) }],
    [
      'the engine cannot do what an input asks for',
      { inspect: refuse(new InputError([{ input: 'platforms', value: 'x', message: 'needs buildx' }])) },
    ],
    ['docker cannot log in', { login: refuse(new ActionError('docker cannot log in.', 'see.')) }],
  ] satisfies [string, Partial<Docker>][])('as %s, creates no repository', async (_, change) => {
    flow.alter = refusing(change)
    await expect(flow.run({ registries: east })).rejects.toThrow()
    expect(repositoriesIn('ap-northeast-2')).toEqual([])
    expect(repositoriesIn('us-east-1')).toEqual([])
    expect(writes()).toEqual([])
  })

  test('as a tag exists in one registry, creates none in the other', async () => {
    const caller = callerOf(home.account, 'us-east-1')
    await invoke(flow.store, caller, 'CreateRepository', { repositoryName: 'app' })
    await flow.put(['v1'], 'a', 'us-east-1')
    flow.service.recorder.clear()
    await expect(flow.run({ registries: east, ifImageExists: 'fail' })).rejects.toThrow(
      'if-image-exists is fail',
    )
    expect(repositoriesIn('ap-northeast-2')).toEqual([])
    expect(writes()).toEqual([])
  })

  test('as the same registry is listed twice, creates none', async () => {
    await expect(
      flow.run({ registries: [{ region: 'ap-northeast-2', registryId: '123456789012', role: null }] }),
    ).rejects.toThrow('which is a destination already')
    expect(writes()).toEqual([])
  })
})

describe('promote and merge, refused', () => {
  const given = (inputs: Record<string, string>) => ({
    get: (name: string) => ({ 'aws-region': 'ap-northeast-2', ...inputs })[name] ?? '',
    env: {},
    cwd: '/',
  })
  const promoting = (inputs: Record<string, string>) =>
    flow.within((world) => promote(readPromoteInputs(given(inputs)), world))
  const merging = (inputs: Record<string, string>) =>
    flow.within((world) => merge(readMergeInputs(given({ repository: 'app', ...inputs })), world))

  beforeEach(async () => {
    await invoke(flow.store, callerOf(), 'CreateRepository', { repositoryName: 'app' })
  })

  test.each([
    ['a tag that is absent', 'app:absent', 'has no image under the tag absent'],
    ['a digest that is absent', `app@sha256:${'0'.repeat(64)}`, 'has no image sha256:000'],
    ['a repository that is absent', 'absent:v1', "The repository 'absent' does not exist in "],
  ])('with the source %s, creates no repository', async (_, source, message) => {
    flow.service.recorder.clear()
    const inputs = { source, repository: 'copy', registries: 'us-east-1', tags: 'v1' }
    await expect(promoting(inputs)).rejects.toThrow(message)
    expect(repositoriesIn('ap-northeast-2')).toEqual(['app'])
    expect(repositoriesIn('us-east-1')).toEqual([])
    expect(writes()).toEqual([])
  })

  test('with a digest that is absent, merge creates no repository', async () => {
    flow.service.recorder.clear()
    const inputs = { digests: `sha256:${'0'.repeat(64)}`, registries: 'us-east-1', tags: 'v1' }
    await expect(merging(inputs)).rejects.toThrow('does not have sha256:000')
    expect(repositoriesIn('us-east-1')).toEqual([])
    expect(writes()).toEqual([])
  })

  test('if no rule gives a tag for the event, as the main action is', async () => {
    flow.event = { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main', GITHUB_SHA: '0'.repeat(40) }
    const { digest } = await putImage(flow, 'app', { os: 'linux', architecture: 'amd64' }, { tag: 'c0ffee' })
    flow.service.recorder.clear()
    const tags = 'type=semver,pattern={{version}}'
    const refused = "Input 'tags': no rule gives a tag for this event"
    await expect(promoting({ source: 'app:c0ffee', registries: 'us-east-1', tags })).rejects.toThrow(refused)
    await expect(merging({ digests: digest, tags })).rejects.toThrow(refused)
    expect(repositoriesIn('us-east-1')).toEqual([])
    expect(writes()).toEqual([])
    expect(flow.outputs['pushed']).toBe('false')
    expect(flow.log.filter((line) => line.startsWith('Pushed'))).toEqual([])
  })
})
