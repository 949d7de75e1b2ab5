import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { readMergeInputs } from '../../../src/actions/merge/inputs.ts'
import { type Home, usesOfBuildPush, usesOfMerge } from '../../../src/actions/uses.ts'
import { neededActions } from '../../../src/aws/policy.ts'
import { readInputs } from '../../../src/inputs/index.ts'

const home: Home = { partition: 'aws', account: '123456789012', region: 'ap-northeast-2' }
const cwd = mkdtempSync(path.join(tmpdir(), 'uses-'))
writeFileSync(path.join(cwd, 'Dockerfile'), 'FROM scratch\n')
afterAll(() => rmSync(cwd, { recursive: true }))

const source = (given: Readonly<Record<string, string>>) => {
  const all: Readonly<Record<string, string>> = { repository: 'app', 'aws-region': home.region, ...given }
  return { get: (name: string) => all[name] ?? '', env: {}, cwd }
}
const usesOf = (given: Readonly<Record<string, string>>) => usesOfBuildPush(readInputs(source(given)), home)
const repository = (region: string, account: string, name = 'app') =>
  `arn:aws:ecr:${region}:${account}:repository/${name}`

describe('the statements for a KMS key', () => {
  const id = '1234abcd-12ab-34cd-56ef-1234567890ab'
  const here = 'arn:aws:kms:ap-northeast-2:123456789012'
  const there = 'arn:aws:kms:ap-northeast-2:210987654321'
  const withAlias = (alias: string) => ({ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } })

  test.each([
    ['its ARN', `${there}:key/${id}`, `${there}:key/${id}`, undefined],
    ['its id', id, `${here}:key/${id}`, undefined],
    [
      'the id of one of several regions',
      `mrk-${'a'.repeat(32)}`,
      `${here}:key/mrk-${'a'.repeat(32)}`,
      undefined,
    ],
    ['an alias', 'alias/team/images', `${here}:key/*`, withAlias('alias/team/images')],
    ['the ARN of an alias', `${there}:alias/images`, `${there}:key/*`, withAlias('alias/images')],
  ])('named by %s', (_, key, Resource, Condition) => {
    const statements = neededActions(usesOf({ 'encryption-type': 'KMS', 'kms-key': key }))
    expect(statements.filter(({ Action }) => [Action].flat().some((one) => one.startsWith('kms:')))).toEqual([
      {
        Effect: 'Allow',
        Action: ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant'],
        Resource,
        ...(Condition === undefined ? {} : { Condition }),
      },
    ])
    // The condition is that of the key alone.
    expect(statements.filter((one) => one.Condition !== undefined).length).toBe(
      Condition === undefined ? 0 : 1,
    )
  })

  test('of an alias in two regions are the keys of both that have it', () => {
    const uses = usesOf({ 'encryption-type': 'KMS', 'kms-key': 'alias/images', registries: 'us-east-1' })
    const [statement, ...more] = neededActions(uses).filter(({ Condition }) => Condition !== undefined)
    expect(more).toEqual([])
    expect(statement?.Resource).toEqual([`${here}:key/*`, 'arn:aws:kms:us-east-1:123456789012:key/*'])
  })
})

describe('the account of a further registry', () => {
  const other = 'arn:aws:iam::210987654321:role/push'
  test.each([
    ['without a role is that of the first', 'us-east-1', '123456789012', null],
    ['is that of its own role', `us-east-1 ${other}`, '210987654321', other],
    ['is what stands there', `111122223333/us-east-1 ${other}`, '111122223333', other],
  ])('%s', (_, registries, account, as) => {
    const digests = `sha256:${'a'.repeat(64)}`
    const arn = repository('us-east-1', account)
    expect(usesOf({ registries })[1]).toMatchObject({ repository: arn, as })
    expect(usesOfMerge(readMergeInputs(source({ registries, digests, tags: 'a' })), home)[1]).toMatchObject({
      repository: arn,
      as,
    })
  })
})

describe('pull-registries', () => {
  const role = 'arn:aws:iam::210987654321:role/pull'

  test('is the pull of whatever is in them, as their role', () => {
    const [, ...more] = usesOf({
      'pull-registries': `210987654321/eu-west-1 ${role}\nus-east-1 ${role}\nus-west-2`,
    })
    const pull = { registry: 'private', features: ['pull'] }
    expect(more).toEqual([
      { ...pull, repository: repository('eu-west-1', '210987654321', '*'), as: role },
      { ...pull, repository: repository('us-east-1', '210987654321', '*'), as: role },
      { ...pull, repository: repository('us-west-2', '123456789012', '*'), as: null },
    ])
    expect(neededActions(more.slice(0, 1))).toEqual([
      { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        Resource: repository('eu-west-1', '210987654321', '*'),
      },
    ])
  })

  test('is of private registries, for an image that goes to ECR Public too', () => {
    const given = { repository: 'public.ecr.aws/octo/app', 'aws-region': '', 'pull-registries': 'eu-west-1' }
    expect(usesOf(given).at(-1)).toMatchObject({
      registry: 'private',
      repository: repository('eu-west-1', '123456789012', '*'),
    })
  })
})
