import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { usesOfBuilding } from '../../../src/actions/build-push/pull-uses.ts'
import { withRolesReady } from '../../../src/actions/roles.ts'
import type { Statement } from '../../../src/aws/policy.ts'
import type { RoleInput } from '../../../src/aws/workflow.ts'
import { readInputs } from '../../../src/inputs/index.ts'
import { explain } from '../../../src/shared/errors.ts'
import { permissionsIn } from '../../support/iam.ts'

// What `role-session-policy: minimal` writes for the main action, before anything is called.

const ROLE = 'arn:aws:iam::123456789012:role/ci'
const OTHER_ROLE = 'arn:aws:iam::210987654321:role/ci'
const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const arn = (name: string, region = 'eu-west-1', account = '123456789012') =>
  `arn:aws:ecr:${region}:${account}:repository/${name}`

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(path.join(os.tmpdir(), 'session-policy-'))
})
afterAll(() => rmSync(cwd, { recursive: true }))

/** The inputs with roles that are ready, and the lines of the log. */
async function ready(
  given: Readonly<Record<string, string>>,
  { dockerfile = 'FROM scratch\n', env = {} }: { dockerfile?: string; env?: Record<string, string> } = {},
) {
  writeFileSync(path.join(cwd, 'Dockerfile'), dockerfile)
  const all: Record<string, string> = {
    repository: 'app',
    'aws-region': 'eu-west-1',
    'role-to-assume': ROLE,
    'role-session-policy': 'minimal',
    ...given,
  }
  const inputs = readInputs({ get: (name) => all[name] ?? '', env, cwd })
  const log: string[] = []
  const made = await withRolesReady(
    inputs,
    async ({ usesOfBuildPush }, home) => [
      ...usesOfBuildPush(inputs, home),
      ...(await usesOfBuilding(inputs, home)),
    ],
    { log: (line) => void log.push(line) },
  )
  return { ...made, log }
}

function allowedTo(role: RoleInput | null | undefined) {
  const policy = role?.sessionPolicy
  if (policy?.kind !== 'written') throw new Error('no policy was written')
  return permissionsIn((JSON.parse(policy.texts[0] ?? '') as { Statement: Statement[] }).Statement)
}

/** What a role may do an action with. */
const on = (role: RoleInput | null | undefined, action: string) =>
  allowedTo(role).flatMap((one) => (one.action === action ? [one.resource] : []))

test('each role has its own: that of the step for the main registry, others for theirs', async () => {
  const { role, registries } = await ready({
    registries: `us-east-1\n210987654321/eu-west-1 ${OTHER_ROLE}\nus-west-2 ${OTHER_ROLE}`,
  })
  expect(on(role, 'ecr:PutImage')).toEqual([arn('app'), arn('app', 'us-east-1')])
  expect(registries.map((target) => target.role?.arn)).toEqual([ROLE, OTHER_ROLE, OTHER_ROLE])
  const other = [arn('app', 'eu-west-1', '210987654321'), arn('app', 'us-west-2', '210987654321')]
  expect(on(registries[1]?.role, 'ecr:PutImage')).toEqual(other)
  // One session for both.
  expect(registries[2]?.role).toBe(registries[1]?.role)
  // Only the first one is read to be copied.
  expect(on(role, 'ecr:GetDownloadUrlForLayer')).toEqual([arn('app')])
  expect(on(registries[1]?.role, 'ecr:GetDownloadUrlForLayer')).toEqual([])
})

test('a policy that is given is that of every role, as it is', async () => {
  const policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}'
  const given = { 'role-session-policy': policy, registries: `us-east-1 ${OTHER_ROLE}` }
  const { role, registries } = await ready(given)
  const written = { kind: 'written', texts: [policy], byStep: false }
  expect([role?.sessionPolicy, registries[0]?.role?.sessionPolicy]).toEqual([written, written])
})

test('ECR Public', async () => {
  const { role } = await ready({ repository: 'public.ecr.aws/a1b2c3d4/app', 'aws-region': '' })
  expect(on(role, 'ecr-public:PutImage')).toEqual(['arn:aws:ecr-public::123456789012:repository/app'])
  expect(on(role, 'sts:GetServiceBearerToken')).toEqual(['*'])
})

test.each<[what: string, env: Record<string, string>, region: string]>([
  ['that of the job', { AWS_REGION: 'us-west-2' }, 'us-west-2'],
  ['the older variable', { AWS_DEFAULT_REGION: 'us-east-2' }, 'us-east-2'],
  ['none that is known: any', {}, '*'],
])('without aws-region: %s', async (_, env, region) => {
  const { role } = await ready({ 'aws-region': '' }, { env })
  expect(on(role, 'ecr:PutImage')).toEqual([arn('app', region)])
})

describe('what the build pulls', () => {
  const pulled = async (
    dockerfile: string,
    given: Readonly<Record<string, string>> = {},
    about: Record<string, string> = {},
  ) => {
    const { role } = await ready({ 'create-repository': 'false', ...given }, { dockerfile, env: about })
    return on(role, 'ecr:BatchGetImage')
      .filter((resource) => resource !== arn('app'))
      .toSorted()
  }

  test.each<[what: string, dockerfile: string, pulled: string[]]>([
    ['no image of ECR', 'FROM alpine:3\n', []],
    ['a base image', `FROM ${HOST}/base/node:22 AS build\n`, [arn('base/node')]],
    ['one by its digest', `FROM ${HOST}/base@sha256:${'a'.repeat(64)}\n`, [arn('base')]],
    ['one without a tag', `FROM ${HOST}/base\nRUN true\n`, [arn('base')]],
    ['one that is copied from', `FROM scratch\nCOPY --from=${HOST}/tools:1 /bin/x /x\n`, [arn('tools')]],
    [
      'of another registry',
      `FROM 210987654321.dkr.ecr.us-east-1.amazonaws.com/base:1\n`,
      [arn('base', 'us-east-1', '210987654321')],
    ],
    ['what only the builder knows, behind the name', `FROM ${HOST}/base-$TARGETARCH\n`, [arn('base-*')]],
    ['what only the builder knows, as the name', `FROM ${HOST}/\${TARGETARCH}:1\n`, [arn('*')]],
    ['a variable that has no value, which docker refuses', `ARG V\nFROM ${HOST}/$V:1\n`, []],
    ['a variable that is known, behind the host', `ARG V=base\nFROM ${HOST}/$V:1\n`, [arn('base')]],
    ['a variable that is the host', `ARG R=${HOST}\nFROM $R/base:1\n`, [arn('base')]],
    [
      'a host, beside an image whose host only the builder knows',
      `ARG R=${HOST}\nFROM $TARGETARCH/base:1\n`,
      [arn('*')],
    ],
    [
      'a variable that is its account',
      'ARG A=123456789012\nFROM $A.dkr.ecr.eu-west-1.amazonaws.com/base:1\n',
      [arn('base')],
    ],
    [
      'a host by a variable, beside an image whose host only the builder knows',
      'FROM $TARGETARCH/base:1\nRUN echo $A.dkr.ecr.eu-west-1.amazonaws.com\n',
      [arn('*')],
    ],
    [
      'what only the builder knows, in the host',
      'FROM $TARGETARCH.dkr.ecr.eu-west-1.amazonaws.com/base:1\n',
      [arn('*')],
    ],
    ['one name with a dot at its end', `# See ${HOST}/base.\nFROM scratch\n`, [arn('base')]],
  ])('%s', async (_, dockerfile, resources) => {
    expect(await pulled(dockerfile)).toEqual(resources)
  })

  test('a Dockerfile that docker fetches itself: whatever is in the registry', async () => {
    expect(await pulled('', { context: 'https://github.com/acme/shop.git' })).toEqual([arn('*')])
  })

  test('build arguments, contexts and generators', async () => {
    const given = {
      'build-args': `BASE=${HOST}/one:1`,
      'build-contexts': `base=docker-image://${HOST}/two:1`,
      attests: `type=sbom,generator=${HOST}/three:1`,
    }
    expect(await pulled('ARG BASE\nFROM $BASE\n', given)).toEqual([arn('one'), arn('three'), arn('two')])
  })

  test('a variable of the job that a build argument takes', async () => {
    const env = { BASE: `${HOST}/one:1` }
    expect(await pulled('ARG BASE\nFROM $BASE\n', { 'build-args': 'BASE' }, env)).toEqual([arn('one')])
  })

  test('from the registry of another role: as that role', async () => {
    const host = '210987654321.dkr.ecr.eu-west-1.amazonaws.com'
    const given = { 'pull-registries': `210987654321/eu-west-1 ${OTHER_ROLE}`, push: 'false' }
    const dockerfile = `ARG A=210987654321\nFROM ${host}/base:1\nFROM $A.dkr.ecr.eu-west-1.amazonaws.com/x:1\n`
    const { role, pullRegistries } = await ready(given, { dockerfile })
    const other = ['base', 'x', '*'].map((name) => arn(name, 'eu-west-1', '210987654321'))
    expect(on(pullRegistries[0]?.role, 'ecr:BatchGetImage').toSorted()).toEqual(other.toSorted())
    expect(on(role, 'ecr:BatchGetImage')).toEqual([])
  })

  test('from the registry that is pushed to, which pull-registries names with another role: as who pushes', async () => {
    const dockerfile = `FROM ${HOST}/base:1\n`
    const given = { 'pull-registries': `123456789012/eu-west-1 ${OTHER_ROLE}` }
    const pushed = await ready(given, { dockerfile })
    expect(on(pushed.role, 'ecr:GetDownloadUrlForLayer')).toEqual([arn('app'), arn('base')])
    expect(on(pushed.pullRegistries[0]?.role, 'ecr:GetDownloadUrlForLayer')).toEqual([arn('*')])
    // Without a push docker has no other login there.
    const local = await ready({ ...given, push: 'false' }, { dockerfile })
    // AWS takes no policy without a statement, should the role be assumed all the same.
    expect(allowedTo(local.role)).toEqual([{ action: 'sts:GetCallerIdentity', resource: '*' }])
    expect(on(local.pullRegistries[0]?.role, 'ecr:GetDownloadUrlForLayer').toSorted()).toEqual(
      [arn('*'), arn('base')].toSorted(),
    )
  })

  test('what may come through a pull-through cache: what the first pull takes', async () => {
    const { role } = await ready(
      { 'create-repository': 'false' },
      { dockerfile: `FROM ${HOST}/hub/alpine:3\n` },
    )
    expect(on(role, 'ecr:BatchImportUpstreamImage')).toEqual([arn('hub/alpine')])
    expect(on(role, 'ecr:CreateRepository')).toEqual([arn('hub/alpine')])
  })

  const PUBLIC = 'public.ecr.aws/docker/library/alpine:3'
  test.each<[what: string, dockerfile: string, given: Record<string, string>]>([
    ['a base image', `FROM ${PUBLIC}\n`, {}],
    ['its dual-stack host', `FROM ${PUBLIC.replace('public.ecr.aws', 'ecr-public.aws.com')}\n`, {}],
    ['a cache', 'FROM scratch\n', { 'cache-from': 'public.ecr.aws/a1b2c3d4/app:cache' }],
    ['without a push', `FROM ${PUBLIC}\n`, { push: 'false' }],
  ])('from ECR Public, %s: the login there, and no private repository', async (_, dockerfile, given) => {
    const { role } = await ready({ 'create-repository': 'false', ...given }, { dockerfile })
    expect(on(role, 'ecr-public:GetAuthorizationToken')).toEqual(['*'])
    expect(on(role, 'sts:GetServiceBearerToken')).toEqual(['*'])
    expect(on(role, 'ecr:BatchGetImage')).toEqual(given['push'] === 'false' ? [] : [arn('app')])
  })

  test('a cache that is written to ECR Public', async () => {
    const { role } = await ready({ 'cache-to': 'type=registry,ref=public.ecr.aws/a1b2c3d4/team/cache:main' })
    const written = allowedTo(role).filter(({ action }) => action.startsWith('ecr-public:'))
    const resource = 'arn:aws:ecr-public::123456789012:repository/team/cache'
    expect(written).toEqual(
      expect.arrayContaining([
        { action: 'ecr-public:GetAuthorizationToken', resource: '*' },
        { action: 'ecr-public:InitiateLayerUpload', resource },
        { action: 'ecr-public:PutImage', resource },
      ]),
    )
    expect(new Set(written.map((one) => one.resource))).toEqual(new Set(['*', resource]))
  })

  test('there is no ECR Public in other partitions', async () => {
    const given = {
      'role-to-assume': ROLE.replace('arn:aws:', 'arn:aws-cn:'),
      'aws-region': 'cn-north-1',
      push: 'false',
    }
    const dockerfile = `FROM ${PUBLIC}\nCOPY --from=123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a / /\n`
    const { role } = await ready(given, { dockerfile })
    expect(allowedTo(role).map(({ action }) => action)).toEqual([
      'ecr:GetAuthorizationToken',
      'ecr:BatchGetImage',
      'ecr:GetDownloadUrlForLayer',
    ])
  })

  test('caches: read or written, each in its repository', async () => {
    const { role } = await ready({
      'cache-from': `type=registry,ref=${HOST}/read:main\n${HOST}/short`,
      'cache-to': `type=registry,ref=${HOST}/written:main,mode=max`,
    })
    expect(on(role, 'ecr:BatchGetImage').toSorted()).toEqual(
      [arn('app'), arn('read'), arn('short'), arn('written')].toSorted(),
    )
    expect(on(role, 'ecr:PutImage').toSorted()).toEqual([arn('app'), arn('written')].toSorted())
  })

  test('without a push: a login, and what is pulled, and nothing else', async () => {
    const { role } = await ready({ push: 'false' }, { dockerfile: `FROM ${HOST}/base:1\n` })
    expect(allowedTo(role)).toEqual([
      { action: 'ecr:GetAuthorizationToken', resource: '*' },
      { action: 'ecr:BatchGetImage', resource: arn('base') },
      { action: 'ecr:GetDownloadUrlForLayer', resource: arn('base') },
    ])
  })
})

describe('longer than AWS takes', () => {
  test('repositories become patterns, and a line says which', async () => {
    const names = Array.from({ length: 40 }, (_, at) => `FROM ${HOST}/platform/images/base-${at}:1`)
    const { role, log } = await ready({}, { dockerfile: `${names.join('\n')}\n` })
    expect(on(role, 'ecr:BatchGetImage').toSorted()).toEqual([arn('app'), arn('platform/images/*')])
    expect(log).toEqual([
      expect.stringMatching(
        /^The session policy for arn:aws:iam::123456789012:role\/ci would have \d{4} characters, of which AWS takes 2048: it allows arn:aws:ecr:eu-west-1:123456789012:repository\/platform\/images\/\* in place of each repository$/,
      ),
    ])
  })

  test('also with patterns: an error that names the input', async () => {
    const accounts = Array.from({ length: 60 }, (_, at) => `${100_000_000_000 + at}/us-east-1`)
    const said = await ready({ registries: accounts.join('\n') }).then(() => 'it did not fail', explain)
    expect(said).toMatch(
      /would have \d{4} characters, of which AWS takes 2048, also with patterns in place of repositories \(role-session-policy: minimal\)\.\nWhat to do: give fewer registries/,
    )
  })
})
