import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { errorOf } from '../support/annotations.ts'
import { ANY_ENGINE, client, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { variant } from '../support/variants.ts'

jest.setTimeout(120_000)

const lifecycle = {
  rules: [
    {
      rulePriority: 1,
      description: 'one image is enough for everybody, the others are expired',
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 },
      action: { type: 'expire' },
    },
  ],
}
const policy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '210987654321' }, Action: 'ecr:BatchGetImage' }],
}

describe.each(ANY_ENGINE)('the repository, on the %s engine', (name) => {
  let stage: Stage
  const place = (repository: string) => ({ account: ACCOUNT, region: REGION, repository })
  const since = (from: number) =>
    stage.ecr.requests
      .slice(from)
      .filter(({ side }) => side === 'api')
      .map(({ operation }) => operation)
  const notices = (result: { annotations: readonly { kind: string; message: string }[] }) =>
    result.annotations.filter(({ kind }) => kind === 'notice').map(({ message }) => message)

  beforeAll(async () => {
    stage = await stageOn(name)
    mkdirSync(path.join(stage.folder, 'app'))
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
    writeFileSync(path.join(stage.folder, 'lifecycle.json'), JSON.stringify(lifecycle, null, 2))
  })

  afterEach(() => stage.ecr.faults.clear())
  afterAll(() => stage?.close())

  const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1' }
  const settings = {
    'image-tag-mutability': 'IMMUTABLE_WITH_EXCLUSION',
    'image-tag-mutability-exclusions': 'latest',
    'scan-on-push': 'true',
    'encryption-type': 'KMS',
    'kms-key': 'alias/ci',
    'repository-tags': 'team=tools',
    'lifecycle-policy': 'lifecycle.json',
    'repository-policy': JSON.stringify(policy),
  }

  test('is created with every setting, as the AWS CLI sees it', async () => {
    const result = await stage.main({ ...inputs, ...settings, repository: 'set' })
    expectSuccess(result)
    const endpoint = stage.env['AWS_ENDPOINT_URL']
    const args = [
      ...(endpoint ? ['--endpoint-url', endpoint] : []),
      ...['ecr', 'describe-repositories', '--repository-names', 'set', '--output', 'json'],
    ]
    const { repositories } = JSON.parse(await client(parts().aws, args, stage.env))
    expect(repositories[0]).toMatchObject({
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'alias/ci' },
    })
    // The rest as the API answers it: the CLI takes a second of processor time for each.
    const { store } = stage.ecr
    const asked = [store, callerOf(ACCOUNT, REGION)] as const
    const set = { repositoryName: 'set' }
    const { lifecyclePolicyText = '' } = await invoke(...asked, 'GetLifecyclePolicy', set)
    expect(JSON.parse(lifecyclePolicyText)).toEqual(lifecycle)
    const { policyText = '' } = await invoke(...asked, 'GetRepositoryPolicy', set)
    expect(JSON.parse(policyText)).toEqual(policy)
    expect(stage.ecr.store.get(place('set'))).toMatchObject({
      mutability: 'IMMUTABLE_WITH_EXCLUSION',
      resourceTags: [{ Key: 'team', Value: 'tools' }],
    })
  })

  // Variant: flow/repository.test.ts
  variant('differs: a notice, then an update that previews and touches only what differs', async () => {
    expectSuccess(await stage.main({ ...inputs, repository: 'old' }))
    const { 'encryption-type': _, 'kms-key': __, ...changeable } = settings
    const first = await stage.main({ ...inputs, ...changeable, repository: 'old', labels: 'a=1' })
    expectSuccess(first)
    expect(notices(first)).toHaveLength(1)
    expect(notices(first)[0]).toContain('scan-on-push: false, wanted true; repository-tags: team=(absent)')
    const before = stage.ecr.requests.length
    const update = { ...changeable, 'update-repository': 'true' }
    const second = await stage.main({ ...inputs, ...update, repository: 'old', tags: 'v2', labels: 'a=2' })
    expectSuccess(second)
    expect(notices(second)).toEqual([])
    expect(second.log).toMatch(
      /The new lifecycle policy would expire 1 of the existing images:\n {2}rule 1 would expire sha256:/,
    )
    expect(second.log).toContain('Changed lifecycle-policy of ')
    expect(since(before)).toContain('PutLifecyclePolicy')
    expect(stage.ecr.store.get(place('old'))).toMatchObject({
      scanOnPush: true,
      policy: JSON.stringify(policy),
    })
    // There is nothing left to do.
    const again = stage.ecr.requests.length
    const third = await stage.main({ ...inputs, ...update, repository: 'old', tags: 'v3', labels: 'a=3' })
    expectSuccess(third)
    expect(since(again).filter((operation) => /^(?:Put|Set|Tag|Start)/.test(operation))).toEqual([])
  })

  test('another encryption with update-repository: an error before the build', async () => {
    await invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'CreateRepository', { repositoryName: 'plain' })
    const asked = { ...settings, repository: 'plain', 'update-repository': 'true' }
    const result = await stage.main({ ...inputs, ...asked })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain(
      '/plain has another encryption than the inputs say (AES256, wanted KMS with alias/ci), and ECR cannot change',
    )
    expect(result.log).not.toContain('[command]')
  })

  // Variant: flow/repository.test.ts: create-repository: false
  variant('is created by ECR on the push, with create-repository: false', async () => {
    await invoke(stage.ecr.store, callerOf(ACCOUNT, REGION), 'CreateRepositoryCreationTemplate', {
      prefix: 'team',
      appliedFor: ['CREATE_ON_PUSH'],
      imageTagMutability: 'IMMUTABLE',
    })
    const before = stage.ecr.requests.length
    const result = await stage.main({ ...inputs, repository: 'team/new', 'create-repository': 'false' })
    expectSuccess(result)
    expect(since(before)).not.toContain('CreateRepository')
    expect(stage.ecr.store.get(place('team/new')).mutability).toBe('IMMUTABLE')
    expect(result.outputs).toMatchObject({
      'repository-created': 'true',
      'repository-arn': `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/team/new`,
      'digest-uri': `${stage.ecr.registryHost(ACCOUNT, REGION)}/team/new@${result.outputs['digest']}`,
    })
  })

  // Variant: load.test.ts has runs that create one repository at once
  variant('is created by two runs at once, and both succeed', async () => {
    for (const operation of ['DescribeRepositories', 'CreateRepository'])
      stage.ecr.faults.order({ match: { operation }, times: 2, effect: { kind: 'delay', ms: 800 } })
    const run = (tags: string) =>
      stage.main({ ...inputs, ...settings, repository: 'twice', tags, labels: `run=${tags}` })
    const results = await Promise.all([run('one'), run('two')])
    for (const result of results) expectSuccess(result)
    expect(results.map(({ outputs }) => outputs['repository-created']).sort()).toEqual(['false', 'true'])
  })

  describe('if-image-exists: skip', () => {
    /** A PATH on which docker is a program that only leaves a trace. */
    const withoutDocker = () => {
      const folder = path.join(stage.folder, 'no-docker')
      const trace = path.join(folder, 'was-started')
      mkdirSync(folder, { recursive: true })
      writeFileSync(path.join(folder, 'docker'), `#!/bin/sh\necho "$@" >> ${trace}\nexit 1\n`)
      chmodSync(path.join(folder, 'docker'), 0o755)
      return { env: { PATH: folder }, started: () => existsSync(trace) }
    }

    test('starts no docker process, and has all outputs', async () => {
      const tags = 'v1,latest'
      const pushed = await stage.main({ ...inputs, repository: 'there', tags })
      expectSuccess(pushed)
      const { env, started } = withoutDocker()
      const skip = { ...inputs, repository: 'there', tags, 'if-image-exists': 'skip' }
      const skipped = await stage.main(skip, { env })
      expectSuccess(skipped)
      expect(started()).toBe(false)
      const { metadata, ...outputs } = pushed.outputs
      expect(skipped.outputs).toEqual({
        ...outputs,
        pushed: 'false',
        'repository-created': 'false',
        // The first push had nothing to be compared with.
        'size-diff': '0',
        // In the containerd image store the engine may name an image by its manifest.
        imageid: skipped.outputs['imageid'],
        metadata: skipped.outputs['metadata'],
        // They say when they were made.
        labels: skipped.outputs['labels'],
        json: skipped.outputs['json'],
      })
      expect(JSON.parse(skipped.outputs['metadata'] as string)).toEqual({
        'containerimage.digest': outputs['digest'],
        'containerimage.config.digest': skipped.outputs['imageid'],
        'image.name': (outputs['image-uris'] as string).replace('\n', ','),
      })
      if ('containerimage.config.digest' in JSON.parse(metadata as string))
        expect(skipped.outputs['imageid']).toBe(
          JSON.parse(metadata as string)['containerimage.config.digest'],
        )
      expect(skipped.summary).toContain('Exists already')
      const post = await stage.post(skipped)
      expect(post.raw).toBe('')
      // The same docker would have been found.
      const control = await stage.main({ ...skip, tags: 'v1,other' }, { env })
      expect(control.exitCode).toBe(1)
      expect(started()).toBe(true)
    })

    // Variant: flow/if-image-exists.test.ts: the image is archived
    variant('pushes again what is archived', async () => {
      const asked = { ...inputs, repository: 'archived', 'if-image-exists': 'skip' }
      const first = await stage.main(asked)
      expectSuccess(first)
      const image = stage.ecr.store.get(place('archived')).images.get(first.outputs['digest'] as string)
      Object.assign(image as object, { status: 'ARCHIVED' })
      const second = await stage.main({ ...asked, labels: 'a=b' })
      expectSuccess(second)
      expect(second.outputs).toMatchObject({ pushed: 'true' })
      expect(second.outputs['digest']).not.toBe(first.outputs['digest'])
    })
  })

  // Variant: flow/if-image-exists.test.ts
  variant('if-image-exists: fail', async () => {
    const asked = { ...inputs, repository: 'once', 'if-image-exists': 'fail' }
    const first = await stage.main(asked)
    expectSuccess(first)
    const second = await stage.main(asked)
    expect(second.exitCode).toBe(1)
    expect(errorOf(second)).toContain(
      `/once has an image already under v1 (${first.outputs['digest']}), and if-image-exists is fail.`,
    )
    expect(second.log).not.toContain('[command]')
  })
})
