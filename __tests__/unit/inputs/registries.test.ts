import { describe, expect, test } from '@jest/globals'
import type { RoleInput } from '../../../src/aws/workflow.ts'
import { Reader } from '../../../src/inputs/reader.ts'
import { inputsFor, readPullRegistries, readRegistries } from '../../../src/inputs/registries.ts'
import type { RepositoryInput } from '../../../src/inputs/repository.ts'
import type { Problem } from '../../../src/shared/errors.ts'

const repository: RepositoryInput = {
  name: 'team/app',
  host: '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com',
  registryType: 'private',
  alias: null,
  registryId: '123456789012',
  region: 'ap-northeast-2',
}
const role: RoleInput = {
  arn: 'arn:aws:iam::123456789012:role/ci',
  through: ['arn:aws:iam::123456789012:role/hub'],
  sessionName: 'mine',
  seconds: 900,
  audience: 'sts.amazonaws.com',
  externalId: 'tools',
  sessionPolicy: { kind: 'minimal', region: null },
}
const other = 'arn:aws:iam::210987654321:role/push,er'

function read(
  items: readonly string[],
  main: Partial<{ repository: RepositoryInput; role: RoleInput | null }> = {},
  readItems: typeof readRegistries = readRegistries,
) {
  const found: Problem[] = []
  const reader = new Reader({ get: () => items.join('\n'), env: { GITHUB_RUN_ID: '7' }, cwd: '/' }, found)
  const targets = readItems(reader, { repository, role: null, ...main })
  return { targets, problems: found.map(({ value, message }) => `${value}: ${message}`) }
}

test.each<[string, { region: string; registryId: string | null }[]]>([
  ['us-east-1', [{ region: 'us-east-1', registryId: '123456789012' }]],
  ['210987654321/us-east-1', [{ region: 'us-east-1', registryId: '210987654321' }]],
  ['210987654321.dkr.ecr.eu-west-1.amazonaws.com', [{ region: 'eu-west-1', registryId: '210987654321' }]],
  [
    '210987654321.dkr.ecr-fips.us-gov-west-1.amazonaws.com',
    [{ region: 'us-gov-west-1', registryId: '210987654321' }],
  ],
  [
    '210987654321.dkr.ecr.cn-north-1.amazonaws.com.cn',
    [{ region: 'cn-north-1', registryId: '210987654321' }],
  ],
  ['210987654321.dkr-ecr.us-east-1.on.aws', [{ region: 'us-east-1', registryId: '210987654321' }]],
  [
    'us-east-1, 210987654321/eu-west-1,eu-central-1',
    [
      { region: 'us-east-1', registryId: '123456789012' },
      { region: 'eu-west-1', registryId: '210987654321' },
      { region: 'eu-central-1', registryId: '123456789012' },
    ],
  ],
])('%s', (item, expected) => {
  expect(read([item])).toEqual({
    targets: expected.map((target) => ({ ...target, role: null })),
    problems: [],
  })
})

describe('a role', () => {
  test('that of the step is for all', () => {
    expect(read(['us-east-1'], { role }).targets[0]?.role).toBe(role)
  })
  test('one of its own is assumed as that of the step is; its name may hold a comma', () => {
    const { targets } = read([`us-east-1 ${other},210987654321/us-east-1 ${other}`], { role })
    expect(targets.map((target) => target.role)).toEqual([
      { ...role, arn: other },
      { ...role, arn: other },
    ])
  })
  test('one of its own where the step has none', () => {
    expect(read([`us-east-1 ${other}`]).targets[0]?.role).toEqual({
      arn: other,
      through: [],
      sessionName: 'ecr-build-push-7',
      seconds: null,
      audience: 'sts.amazonaws.com',
      externalId: null,
      sessionPolicy: null,
    })
  })
})

const RULE = /: must be ACCOUNT\.dkr\.ecr\.REGION\.amazonaws\.com, REGION or ACCOUNT\/REGION, with a space/
test.each<[string, RegExp]>([
  ['docker.io', RULE],
  ['12345/us-east-1', RULE],
  ['us-east', RULE],
  ['123456789012', RULE],
  ['us-east-1 admin', RULE],
  [`us-east-1 ${other} more`, RULE],
  ['https://210987654321.dkr.ecr.eu-west-1.amazonaws.com', RULE],
  ['123456789012/ap-northeast-2', /: is listed twice/],
  ['ap-northeast-2', /: is listed twice/],
])('%s is wrong', (item, message) => {
  const { targets, problems } = read([item])
  expect([targets, problems.length]).toEqual([[], 1])
  expect(problems[0]).toMatch(message)
})

test('one given twice is wrong', () => {
  const { targets, problems } = read(['us-east-1', '123456789012/us-east-1'])
  expect(targets).toHaveLength(1)
  expect(problems).toEqual([
    '123456789012/us-east-1: is listed twice; the registry of repository is not to be repeated',
  ])
})

test('a public repository has no other registries', () => {
  const { problems } = read(['us-east-1'], { repository: { ...repository, registryType: 'public' } })
  expect(problems).toEqual(['us-east-1: needs a private registry in repository'])
})

test('the inputs for another registry mean the same repository there', () => {
  const target = { region: 'us-east-1', registryId: '210987654321', role }
  expect(inputsFor({ repository, role: null, tags: ['v1'] }, target)).toEqual({
    repository: { ...repository, host: null, region: 'us-east-1', registryId: '210987654321' },
    role,
    tags: ['v1'],
  })
})

describe('pull-registries', () => {
  const readPulls: typeof read = (items, main) => read(items, main, readPullRegistries)

  test('has the form of registries, and may name the registry of repository', () => {
    expect(
      readPulls([`210987654321/eu-west-1 ${other}`, 'us-east-1, 123456789012/ap-northeast-2'], { role }),
    ).toEqual({
      targets: [
        { region: 'eu-west-1', registryId: '210987654321', role: { ...role, arn: other } },
        { region: 'us-east-1', registryId: '123456789012', role },
        { region: 'ap-northeast-2', registryId: '123456789012', role },
      ],
      problems: [],
    })
  })

  test('is read for an image that goes to ECR Public too', () => {
    const main = { repository: { ...repository, registryType: 'public', registryId: null } as const }
    expect(readPulls(['210987654321/eu-west-1'], main)).toEqual({
      targets: [{ region: 'eu-west-1', registryId: '210987654321', role: null }],
      problems: [],
    })
  })

  test.each([
    [['us-east-1', '123456789012.dkr.ecr.us-east-1.amazonaws.com'], 'is listed twice'],
    [['public.ecr.aws'], 'is ECR Public, which everybody may pull from; leave it out'],
    [[`ecr-public.aws.com ${other}`], 'is ECR Public, which everybody may pull from; leave it out'],
    [['ghcr.io'], expect.stringMatching(/^must be /)],
    [['us-east-1 role/ci'], expect.stringMatching(/^must be /)],
    [[`us-east-1 ${other} x`], expect.stringMatching(/^must be /)],
  ])('%j', (items, message) => {
    const found: Problem[] = []
    const reader = new Reader({ get: () => items.join('\n'), env: {}, cwd: '/' }, found)
    readPullRegistries(reader, { repository, role: null })
    expect(found).toEqual([{ input: 'pull-registries', value: items.at(-1), message }])
  })
})
