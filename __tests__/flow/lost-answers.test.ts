import { beforeEach, describe, expect, test } from '@jest/globals'
import { type Effect, invoke } from '../../local-ecr/index.ts'
import { NO_SETTINGS, type RepositorySettings } from '../../src/ecr/settings/settings.ts'
import { Flow } from '../support/flow.ts'

// A write whose answer is lost was done all the same: whoever repeats it must not take it for somebody else's.

const lifecyclePolicy = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 9 },
      action: { type: 'expire' },
    },
  ],
})
const repositoryPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: ['210987654321'] }, Action: ['ecr:BatchGetImage'] }],
})
const all: RepositorySettings = {
  mutability: { mode: 'IMMUTABLE', exclusions: [] },
  scanOnPush: true,
  encryption: { type: 'KMS', key: 'alias/ci' },
  resourceTags: new Map([['team', 'tools']]),
  lifecyclePolicy,
  repositoryPolicy,
}
const LOST: Effect = { kind: 'drop', when: 'before the answer' }
const NOT_DONE: Effect = { kind: 'drop', when: 'in the request' }
const ATTEMPTS = 12

let flow: Flow
beforeEach(() => {
  flow = new Flow()
})

const order = (operation: string, effect: Effect, times = 1) =>
  flow.service.faults.order({ match: { operation }, times, effect })
const error = (name: string): Effect => ({ kind: 'error', name, message: name, status: 400 })
const create = (more: object = {}) =>
  invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app', ...more })
const somebodyElse = () => flow.log.filter((line) => line.includes('somebody else has created it'))

describe('the answer to CreateRepository is lost', () => {
  test.each([1, 5, ATTEMPTS])(
    'in %i attempts: the creation is completed, with all settings',
    async (times) => {
      order('CreateRepository', LOST, times)
      await flow.run({ settings: all })
      expect(flow.outputs['repository-created']).toBe('true')
      expect(flow.store.get(flow.place)).toMatchObject({
        lifecyclePolicy,
        policy: repositoryPolicy,
        scanOnPush: true,
        mutability: 'IMMUTABLE',
      })
      expect(somebodyElse()).toEqual([])
      expect(flow.log.filter((line) => line.startsWith('Created the repository'))).toHaveLength(1)
      const retries = flow.log.filter((line) =>
        /^ecr:CreateRepository in .* failed \(.*; retry after/.test(line),
      )
      expect(retries).toHaveLength(Math.min(times, ATTEMPTS - 1))
    },
  )

  test('without having been carried out: it is created by the retry', async () => {
    order('CreateRepository', NOT_DONE)
    await flow.run({ settings: all })
    expect(flow.outputs['repository-created']).toBe('true')
    expect(flow.store.get(flow.place).lifecyclePolicy).toBe(lifecyclePolicy)
  })

  test('and nothing was carried out in any attempt: it has failed, and it is not said that it exists', async () => {
    order('CreateRepository', NOT_DONE, ATTEMPTS)
    const message = await flow.failure({ settings: all })
    expect(message).toMatch(
      /^ecr:CreateRepository failed for 'app' .*gave no whole answer: .*, in 12 attempts/,
    )
    expect(message).toContain('Whether ECR has carried it out is not known.')
  })

  test('but the repository that exists is not as it was asked for: it is somebody else’s, and is left as it is', async () => {
    await create()
    order('DescribeRepositories', error('RepositoryNotFoundException'))
    order('CreateRepository', NOT_DONE)
    await flow.run({ settings: all })
    expect(flow.outputs['repository-created']).toBe('false')
    expect(somebodyElse()).toHaveLength(1)
    expect(flow.store.get(flow.place).lifecyclePolicy).toBeUndefined()
  })
})

test('a creation that was refused before the repository exists is not one whose answer was lost', async () => {
  await create()
  order('DescribeRepositories', error('RepositoryNotFoundException'))
  order('CreateRepository', { kind: 'throttle' })
  await flow.run({ settings: { ...NO_SETTINGS, lifecyclePolicy } })
  expect(flow.outputs['repository-created']).toBe('false')
  expect(somebodyElse()).toHaveLength(1)
  expect(flow.store.get(flow.place).lifecyclePolicy).toBeUndefined()
})

describe('the answer to a change of settings is lost', () => {
  test.each([
    'PutLifecyclePolicy',
    'SetRepositoryPolicy',
    'TagResource',
    'PutImageTagMutability',
    'PutImageScanningConfiguration',
  ])('%s is repeated, with a line, and done once', async (operation) => {
    await create({ encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'alias/ci' } })
    order(operation, LOST, 2)
    await flow.run({ settings: all, updateRepository: true })
    const repository = flow.store.get(flow.place)
    expect(repository).toMatchObject({ lifecyclePolicy, policy: repositoryPolicy, scanOnPush: true })
    expect(repository.resourceTags).toEqual([{ Key: 'team', Value: 'tools' }])
    expect(flow.log.filter((line) => line.startsWith(`ecr:${operation} in `))).toHaveLength(2)
  })
})

describe('the read-back', () => {
  const described = () => flow.operations().filter((name) => name === 'DescribeImages').length

  test('finds no tag at first: it looks once more, and says so', async () => {
    await create()
    flow.afterBuild = () => {
      order('DescribeImages', error('ImageNotFoundException'), 3)
    }
    await flow.run({ tags: ['v1'] })
    expect(flow.outputs['pushed']).toBe('true')
    expect(flow.log).toContainEqual(
      expect.stringMatching(/^ECR lists sha256:[0-9a-f]{64} in \S+\/app after it was asked 4 times$/),
    )
    expect(flow.service.faults.pending).toEqual([])
  })

  test('finds another image under a tag: that is said at once', async () => {
    await create()
    flow.afterBuild = () => {
      const { tags } = flow.store.get(flow.place)
      tags.set('v1', `sha256:${'0'.repeat(64)}`)
    }
    const other = await flow.put(['other'], 'other')
    flow.afterBuild = () => {
      flow.store.get(flow.place).tags.set('v1', other)
    }
    const before = described()
    const message = await flow.failure({ tags: ['v1'] })
    // What the tag names before the push, and what after it.
    expect(described() - before).toBe(2)
    expect(message).toMatch(new RegExp(`: v1 is ${other}\\.`))
    expect(message).not.toMatch(/another job has/)
  })

  test('cannot ask: the push was accepted, and the error claims no more', async () => {
    await create()
    flow.afterBuild = () => {
      order('DescribeImages', { kind: 'status', status: 200, body: '<html>' }, Number.POSITIVE_INFINITY)
    }
    const message = await flow.failure({ tags: ['v1'] })
    expect(message).toMatch(
      /^After the push of sha256:[0-9a-f]{64} to \S+\/app, which ECR has accepted, it is not known what ECR holds there\. ecr:DescribeImages failed for 'app' /,
    )
    expect(message).toMatch(/\nWhat to do: .*check the proxy/)
    // What the registry has accepted is told, and not what the tag names by now.
    expect(message).toMatch(/\n {2}All the same, the push of v1 as sha256:[0-9a-f]{64} was confirmed\.\n/)
    const digest = flow.store.get(flow.place).tags.get('v1')
    expect(flow.outputs).toMatchObject({ pushed: 'true', digest, tags: 'v1' })
  })

  test('tells how long it has asked, also if each answer takes its time', async () => {
    await create()
    flow.afterBuild = () => {
      order('DescribeImages', error('ImageNotFoundException'), Number.POSITIVE_INFINITY)
    }
    const answerMs = 25_000
    flow.alter = (world) => {
      let waitedMs = 0
      return {
        ...world,
        clock: () => world.clock() + waitedMs,
        connectEcr: async (...about) => {
          const ecr = await world.connectEcr(...about)
          return {
            ...ecr,
            findImages: (repository, tags) => {
              if (flow.dockerCalls.length > 0) waitedMs += answerMs
              return ecr.findImages(repository, tags)
            },
          }
        },
      }
    }
    const message = await flow.failure({ tags: ['v1'] })
    expect(message).toContain(': v1 absent, asked once in 25 s.')
  })

  test('never finds the tag: it accuses nobody', async () => {
    await create()
    flow.afterBuild = () => {
      order('DescribeImages', error('ImageNotFoundException'), Number.POSITIVE_INFINITY)
    }
    const message = await flow.failure({ tags: ['v1'] })
    expect(message).toMatch(
      /ECR does not list sha256:[0-9a-f]{64} in \S+\/app: v1 absent, asked \d times in 10 s\./,
    )
    expect(message).not.toMatch(/another job/)
  })
})
