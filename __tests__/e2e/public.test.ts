import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { PUBLIC, publicAlias } from '../../local-ecr/index.ts'
import { errorOf } from '../support/annotations.ts'
import { ANY_ENGINE, expectSuccess, stageOn } from '../support/parts.ts'
import { request } from '../support/request.ts'
import { variant } from '../support/variants.ts'

jest.setTimeout(120_000)

describe.each(ANY_ENGINE)('ECR Public, on the %s engine', (name) => {
  let stage: Stage
  let registry: string
  const place = (repository: string) => ({ account: ACCOUNT, region: PUBLIC, repository })
  const calls = (from: number) =>
    stage.ecr.requests
      .slice(from)
      .filter(({ side }) => side === 'api')
      .map(({ operation }) => operation)

  beforeAll(async () => {
    stage = await stageOn(name)
    registry = stage.ecr.registryHost(ACCOUNT, PUBLIC)
    mkdirSync(path.join(stage.folder, 'app'))
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
  })

  afterEach(() => stage.ecr.faults.clear())
  afterAll(() => stage?.close())

  const inputs = { repository: 'team/demo', 'registry-type': 'public', context: 'app', tags: 'v1,latest' }

  test('creates, pushes under every tag, and reports what is there; the job is in another region', async () => {
    const result = await stage.main({ ...inputs, 'repository-tags': 'team=tools' })
    expectSuccess(result)
    const uri = `${registry}/team/demo`
    expect(uri).toMatch(new RegExp(`/${publicAlias(ACCOUNT)}/team/demo$`))
    expect(result.outputs).toMatchObject({
      'image-uris': `${uri}:v1\n${uri}:latest`,
      'digest-uri': `${uri}@${result.outputs['digest']}`,
      'image-name': 'team/demo:v1',
      registry: registry.split('/')[0],
      'repository-uri': uri,
      'repository-arn': `arn:aws:ecr-public::${ACCOUNT}:repository/team/demo`,
      'repository-created': 'true',
      pushed: 'true',
    })
    const { images, tags, resourceTags } = stage.ecr.store.get(place('team/demo'))
    const held = images.get(result.outputs['digest'] as string)
    expect(
      `sha256:${createHash('sha256')
        .update(held?.bytes ?? '')
        .digest('hex')}`,
    ).toBe(result.outputs['digest'])
    expect([...tags.keys()].sort()).toEqual(['latest', 'v1'])
    expect(resourceTags).toEqual([{ Key: 'team', Value: 'tools' }])
    expect(new Set(stage.ecr.requests.map(({ region }) => region))).toEqual(new Set([PUBLIC]))
  })

  test('finds the repository by its URI, and skips what is there without docker', async () => {
    if (stage.ecr.mode === 'localhost') return
    const asked = { ...inputs, repository: `${registry}/team/demo`, 'registry-type': '' }
    const before = stage.ecr.requests.length
    const result = await stage.main({ ...asked, 'if-image-exists': 'skip' }, { env: { PATH: '/nowhere' } })
    expectSuccess(result)
    expect(result.outputs).toMatchObject({ pushed: 'false', registry: 'public.ecr.aws' })
    expect(calls(before).sort()).toEqual(['DescribeImages', 'DescribeRepositories', 'GetAuthorizationToken'])
  })

  // Variant: unit/local-ecr/registry/public.test.ts
  variant('a private token does not open the public registry, nor the other way round', async () => {
    const scheme = stage.ecr.mode === 'tls' ? 'https' : 'http'
    const caller = { account: ACCOUNT, region: REGION, arn: 'arn:aws:sts::123456789012:assumed-role/ci/x' }
    const tokens = {
      private: stage.ecr.store.issueToken(caller).password,
      public: stage.ecr.store.issueToken({ ...caller, region: PUBLIC }).password,
    }
    const ask = async (url: string, password: string) => {
      const authorization = `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}`
      return (await request(url, { authorization }, stage.env['NODE_EXTRA_CA_CERTS'])).status
    }
    const ofPublic = `${scheme}://${registry.split('/')[0]}/token/`
    const ofPrivate = `${scheme}://${stage.ecr.registryHost(ACCOUNT, REGION)}/v2/`
    expect(await ask(ofPublic, tokens.public)).toBe(200)
    expect(await ask(ofPublic, tokens.private)).toBe(403)
    expect(await ask(ofPrivate, tokens.private)).toBe(200)
    expect(await ask(ofPrivate, tokens.public)).toBe(400)
  })

  test('another alias than the account’s: an error before the build', async () => {
    const result = await stage.main({ ...inputs, repository: 'public.ecr.aws/somebody/team/demo' })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain(
      `The public registry of these credentials has the alias '${publicAlias(ACCOUNT)}', and the input 'repository' says 'somebody'.`,
    )
    expect(result.log).not.toContain('[command]')
  })

  // Variant: long/permissions.test.ts
  variant('a missing permission names the action and the resource of ECR Public', async () => {
    const order = { match: { operation: 'CreateRepository' }, effect: { kind: 'deny' as const } }
    stage.ecr.faults.order(order)
    const result = await stage.main({ ...inputs, repository: 'denied' })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain(
      JSON.stringify({
        Effect: 'Allow',
        Action: 'ecr-public:CreateRepository',
        Resource: `arn:aws:ecr-public::${ACCOUNT}:repository/denied`,
      }),
    )
  })

  // Variant: flow/repository.test.ts
  variant('a policy, kept up to date', async () => {
    const policy = (Action: string) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action }] })
    const asked = { ...inputs, repository: 'policed', 'update-repository': 'true' }
    expectSuccess(await stage.main({ ...asked, 'repository-policy': policy('ecr-public:DescribeImages') }))
    expect(stage.ecr.store.get(place('policed')).policy).toBe(policy('ecr-public:DescribeImages'))
    const second = await stage.main({ ...asked, 'repository-policy': policy('ecr-public:*') })
    expectSuccess(second)
    expect(second.log).toContain('Changed repository-policy of ')
    expect(stage.ecr.store.get(place('policed')).policy).toBe(policy('ecr-public:*'))
  })
})
