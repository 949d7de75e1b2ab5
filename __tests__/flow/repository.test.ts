import { beforeEach, describe, expect, test } from '@jest/globals'
import { invoke } from '../../local-ecr/index.ts'
import { NO_SETTINGS, type RepositorySettings } from '../../src/ecr/settings/settings.ts'
import { Flow } from '../support/flow.ts'
import { mainInputs } from '../support/inputs.ts'

const rule = (countNumber: number) => ({
  rulePriority: 1,
  description: 'only the newest images are kept, so that the repository stays small',
  selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber },
  action: { type: 'expire' },
})
const lifecyclePolicy = JSON.stringify({ rules: [rule(1)] })
const repositoryPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'Pull', Effect: 'Allow', Principal: { AWS: ['210987654321'] }, Action: ['ecr:BatchGetImage'] },
  ],
})

const all: RepositorySettings = {
  mutability: { mode: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest', 'dev-*'] },
  scanOnPush: true,
  encryption: { type: 'KMS', key: 'alias/ci' },
  resourceTags: new Map([
    ['team', 'tools'],
    ['stage', 'test'],
  ]),
  lifecyclePolicy,
  repositoryPolicy,
}

let flow: Flow
beforeEach(() => {
  flow = new Flow()
})

const create = (more: object = {}) =>
  invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName: 'app', ...more })
const inputOf = (operation: string) =>
  flow.service.recorder.requests.find((request) => request.operation === operation)?.input
/** Everything that writes. */
const changes = () => flow.operations().filter((name) => /^(?:Put|Set|Tag|Untag|Create|Delete)/.test(name))

describe('creation', () => {
  test('applies every setting', async () => {
    await flow.run({ settings: all })
    expect(inputOf('CreateRepository')).toEqual({
      repositoryName: 'app',
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [
        { filterType: 'WILDCARD', filter: 'latest' },
        { filterType: 'WILDCARD', filter: 'dev-*' },
      ],
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'alias/ci' },
      tags: [
        { Key: 'team', Value: 'tools' },
        { Key: 'stage', Value: 'test' },
      ],
    })
    const repository = flow.store.get(flow.place)
    expect(repository).toMatchObject({ lifecyclePolicy, policy: repositoryPolicy, scanOnPush: true })
    expect(flow.log).toContain('Set its lifecycle policy')
    expect(flow.log).toContain('Set its repository policy')
    expect(flow.outputs['repository-created']).toBe('true')
  })

  test('a policy that ECR refuses: the error says that the repository is there', async () => {
    flow.service.faults.order({ match: { operation: 'PutLifecyclePolicy' }, effect: { kind: 'deny' } })
    const message = await flow.failure({ settings: all })
    expect(message).toMatch(
      /^\S+\/app was created, but without its lifecycle policy\. ecr:PutLifecyclePolicy/,
    )
    expect(message).toContain('"Action":"ecr:PutLifecyclePolicy"')
    expect(message).toContain('Then run again with update-repository: true, which sets what is missing.')
    expect(flow.dockerCalls).not.toContain('build')
    // The next run does.
    await flow.run({ settings: all, updateRepository: true })
    expect(flow.store.get(flow.place).lifecyclePolicy).toBe(lifecyclePolicy)
  })

  test('two runs that create it with other settings: the second says what differs', async () => {
    for (const operation of ['DescribeRepositories', 'CreateRepository']) {
      flow.service.faults.order({ match: { operation }, times: 2, effect: { kind: 'delay', ms: 50 } })
    }
    const settings: RepositorySettings = { ...NO_SETTINGS, scanOnPush: true }
    await Promise.all([
      flow.run({ settings, tags: ['v1'] }),
      flow.run({ settings: { ...settings, scanOnPush: false }, tags: ['v2'] }),
    ])
    expect(flow.log.filter((line) => line.includes('somebody else has created it since'))).toHaveLength(1)
    expect(flow.log.filter((line) => line.startsWith('notice: '))).toEqual([
      expect.stringMatching(
        /app is not as the inputs say: scan-on-push: (?:true, wanted false|false, wanted true)\. It is left as it is; update-repository: true would change it\.$/,
      ),
    ])
  })

  test('two runs with settings that create it at once both succeed', async () => {
    for (const operation of ['DescribeRepositories', 'CreateRepository']) {
      flow.service.faults.order({ match: { operation }, times: 2, effect: { kind: 'delay', ms: 50 } })
    }
    await Promise.all([flow.run({ settings: all, tags: ['v1'] }), flow.run({ settings: all, tags: ['v2'] })])
    expect(flow.log.filter((line) => line.startsWith('Created the repository'))).toHaveLength(1)
    expect(flow.log.filter((line) => line.includes('somebody else has created it since'))).toHaveLength(1)
    expect(flow.log.filter((line) => line.startsWith('notice'))).toEqual([])
  })
})

describe('a repository that exists', () => {
  test('as the inputs say: nothing is said or changed', async () => {
    await flow.run({ settings: { ...all, encryption: null } })
    flow.service.recorder.clear()
    flow.log.length = 0
    flow.content = 'b'
    // The same, written in another way, as AWS gives policies back.
    const said = JSON.parse(repositoryPolicy)
    flow.store.get(flow.place).policy = JSON.stringify(
      {
        Statement: {
          Action: 'ecr:BatchGetImage',
          Effect: 'Allow',
          Sid: 'Pull',
          Principal: { AWS: 'arn:aws:iam::210987654321:root' },
        },
        Version: said.Version,
      },
      null,
      2,
    )
    await flow.run({ settings: { ...all, encryption: null }, updateRepository: true, tags: ['v2'] })
    expect(changes()).toEqual([])
    expect(flow.log.filter((line) => /differ|Changed|notice/.test(line))).toEqual([])
  })

  test('otherwise, without an update: a notice, and nothing is changed', async () => {
    await create()
    await flow.run({ settings: all })
    expect(changes()).toEqual([])
    expect(flow.log.filter((line) => line.startsWith('notice'))).toEqual([
      `notice: ${flow.outputs['repository-uri']} is not as the inputs say: encryption-type: AES256, wanted KMS with alias/ci; image-tag-mutability: MUTABLE, wanted IMMUTABLE_WITH_EXCLUSION (dev-*, latest); scan-on-push: false, wanted true; repository-tags: team=(absent), stage=(absent), wanted team=tools, stage=test; lifecycle-policy: none; repository-policy: none. It is left as it is. update-repository: true would change the rest only if the inputs say the encryption that it has, which ECR cannot change.`,
    ])
  })

  test('a role that may read no settings still pushes', async () => {
    await create()
    for (const operation of ['GetLifecyclePolicy', 'GetRepositoryPolicy', 'ListTagsForResource'])
      flow.service.faults.order({ match: { operation }, effect: { kind: 'deny' } })
    await flow.run({ settings: all })
    expect(flow.outputs['pushed']).toBe('true')
  })

  test('with an update: only what differs is touched, and the log says what', async () => {
    await create({
      tags: [
        { Key: 'team', Value: 'old' },
        { Key: 'cost', Value: '7' },
      ],
    })
    const settings: RepositorySettings = {
      ...all,
      encryption: { type: 'AES256', key: null },
      scanOnPush: false,
      lifecyclePolicy: null,
    }
    await flow.run({ settings, updateRepository: true })
    expect(changes()).toEqual(['PutImageTagMutability', 'TagResource', 'SetRepositoryPolicy'])
    expect(inputOf('TagResource')).toMatchObject({
      tags: [
        { Key: 'team', Value: 'tools' },
        { Key: 'stage', Value: 'test' },
      ],
    })
    expect(flow.store.get(flow.place).resourceTags).toContainEqual({ Key: 'cost', Value: '7' })
    const uri = flow.outputs['repository-uri']
    expect(flow.log).toContain(
      `Changed image-tag-mutability of ${uri} (it was MUTABLE, now IMMUTABLE_WITH_EXCLUSION (dev-*, latest))`,
    )
    expect(flow.log).toContain(`Changed repository-policy of ${uri} (there was none)`)
  })

  test('a scan setting alone is one call', async () => {
    await create()
    await flow.run({ settings: { ...NO_SETTINGS, scanOnPush: true }, updateRepository: true })
    expect(changes()).toEqual(['PutImageScanningConfiguration'])
    expect(flow.store.get(flow.place).scanOnPush).toBe(true)
  })

  test('another encryption cannot be: an error before the build, and nothing is changed', async () => {
    await create()
    const message = await flow.failure({ settings: all, updateRepository: true })
    expect(message).toContain(
      'has another encryption than the inputs say (AES256, wanted KMS with alias/ci), and ECR cannot change the encryption of a repository.\nWhat to do: correct encryption-type and kms-key',
    )
    expect(changes()).toEqual([])
    expect(flow.dockerCalls).not.toContain('build')
  })

  test('what an update makes immutable counts for the tags of this very push', async () => {
    await create()
    const held = await flow.put(['v1'])
    const mutability = { mode: 'IMMUTABLE', exclusions: [] } as const
    const message = await flow.failure({ settings: { ...NO_SETTINGS, mutability }, updateRepository: true })
    expect(message).toContain(`/app is immutable and has an image already under v1 (${held}).`)
  })
})

describe('a new lifecycle policy', () => {
  const settings = { ...NO_SETTINGS, lifecyclePolicy }
  beforeEach(async () => {
    await create()
  })

  test('is previewed: the log says what it would expire, before it is in force', async () => {
    const old = await flow.put(['v0', 'old'], 'old')
    Object.assign(flow.store.get(flow.place).images.get(old) as object, { pushedAt: new Date(0) })
    await flow.put(['v1'])
    flow.content = 'b'
    await flow.run({ settings, updateRepository: true, tags: ['v2'] })
    const told = flow.log.indexOf('The new lifecycle policy would expire 1 of the existing images:')
    expect(flow.log[told + 1]).toBe(`  rule 1 would expire ${old} (v0, old)`)
    expect(flow.log[told + 2]).toMatch(/^Changed lifecycle-policy of .*\/app \(there was none\)$/)
    const order = flow.operations().filter((name) => name.includes('LifecyclePolicy'))
    expect(order).toEqual([
      'GetLifecyclePolicy',
      'StartLifecyclePolicyPreview',
      'GetLifecyclePolicyPreview',
      'GetLifecyclePolicyPreview',
      'PutLifecyclePolicy',
    ])
  })

  test('that expires nothing says so', async () => {
    await flow.run({ settings, updateRepository: true })
    expect(flow.log).toContain('The new lifecycle policy would expire none of the existing images.')
  })

  test('waits for a preview of somebody else', async () => {
    await invoke(flow.store, flow.caller, 'StartLifecyclePolicyPreview', {
      repositoryName: 'app',
      lifecyclePolicyText: lifecyclePolicy,
    })
    setTimeout(() => {
      const preview = flow.store.get(flow.place).lifecyclePreview
      if (preview) preview.pending = 0
    }, 100)
    await flow.run({ settings, updateRepository: true })
    expect(flow.store.get(flow.place).lifecyclePolicy).toBe(lifecyclePolicy)
  })
})

describe('an encryption that ECR cannot change', () => {
  const settings: RepositorySettings = { ...NO_SETTINGS, encryption: { type: 'KMS', key: null } }

  test('is said so in the notice, which promises no change', async () => {
    await create()
    await flow.run({ settings })
    expect(flow.log.filter((line) => line.startsWith('notice: '))).toEqual([
      expect.stringMatching(
        /: encryption-type: AES256, wanted KMS\. It is left as it is: ECR cannot change the encryption of a repository\.$/,
      ),
    ])
  })

  test('ends an update before anything is created elsewhere, and before the build', async () => {
    await create()
    flow.service.recorder.clear()
    const registries = [{ region: 'us-east-1', registryId: null, role: null }]
    const message = await flow.failure({ settings, registries, updateRepository: true })
    expect(message).toContain('ECR cannot change the encryption of a repository.')
    expect(changes()).toEqual([])
    expect(flow.dockerCalls).not.toContain('build')
  })
})

describe('create-repository: false', () => {
  const template = (prefix: string, appliedFor: ('CREATE_ON_PUSH' | 'REPLICATION')[]) =>
    invoke(flow.store, flow.caller, 'CreateRepositoryCreationTemplate', { prefix, appliedFor })

  test('works where a template creates on push: the repository is reported after it', async () => {
    await template('ROOT', ['CREATE_ON_PUSH'])
    await flow.run({ createRepository: false })
    expect(flow.operations()).not.toContain('CreateRepository')
    expect(flow.outputs).toMatchObject({
      'repository-created': 'true',
      'repository-arn': 'arn:aws:ecr:ap-northeast-2:123456789012:repository/app',
      'repository-uri': '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/app',
      pushed: 'true',
    })
  })

  test('a check that was asked for has not passed if ECR does not list the repository after the push', async () => {
    await template('ROOT', ['CREATE_ON_PUSH'])
    flow.alter = (world) => ({
      ...world,
      connectEcr: async (inputs) => ({
        ...(await world.connectEcr(inputs)),
        findRepository: async () => null,
      }),
    })
    const after = { ...mainInputs().after, failOnSeverity: 'HIGH' } as const
    expect(await flow.failure({ createRepository: false, after })).toContain('cannot be checked')
    expect(flow.summary).toMatch(/^### ⛔ Pushed, but not to be deployed: /)
    expect(flow.summary).toContain('- ❔ Not known: Scan\n')
    expect(flow.summary).not.toMatch(/docker pull|What now/)
  })

  test('is an error where the templates are for something else', async () => {
    await template('ROOT', ['REPLICATION'])
    await template('team', ['CREATE_ON_PUSH'])
    expect(await flow.failure({ createRepository: false })).toContain(
      "The repository 'app' does not exist in ap-northeast-2, and create-repository is false.\nWhat to do: set create-repository: true",
    )
    expect(flow.dockerCalls).not.toContain('build')
  })

  test.each([
    ['a role that may not see templates', { kind: 'deny' }, /is not authorized to perform: ecr:Describe/],
    [
      'a server that does not have the call',
      { kind: 'error', name: 'UnknownOperationException', message: 'no such call', status: 501 },
      /UnknownOperationException/,
    ],
  ] as const)(
    '%s: the absent repository is named, and behind it what is not known',
    async (_, effect, why) => {
      const operation = 'DescribeRepositoryCreationTemplates'
      flow.service.faults.order({ match: { operation }, effect, times: 20 })
      const message = await flow.failure({ createRepository: false })
      expect(message).toMatch(
        /^The repository 'app' does not exist in ap-northeast-2, and create-repository is false\. Whether ECR would create it on the push is not known: /,
      )
      expect(message).toMatch(why)
      expect(message).toContain('What to do: set create-repository: true')
      expect(message.match(/What to do/g)).toHaveLength(1)
    },
  )
})
