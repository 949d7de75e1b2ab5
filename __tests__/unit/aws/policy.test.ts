import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { CALLERS, type Feature } from '../../../src/aws/features.ts'
import { PRIVATE, PUBLIC } from '../../../src/aws/permissions.ts'
import { necessityOf, neededActions, repositoryArn, type Use } from '../../../src/aws/policy.ts'
import { isAllowed, type Permission, permissionsIn } from '../../support/iam.ts'

const APP = 'arn:aws:ecr:eu-west-1:123456789012:repository/app'
const BASE = 'arn:aws:ecr:eu-west-1:123456789012:repository/base'
const OTHER = 'arn:aws:ecr:us-east-1:123456789012:repository/app'
const use = (features: readonly Feature[], repository = APP): Use => ({
  registry: 'private',
  repository,
  features,
})

const features = fc.uniqueArray(fc.constantFrom(...(Object.keys(CALLERS) as Feature[])))
const uses = fc.array(
  fc.record({
    registry: fc.constantFrom('private' as const, 'public' as const),
    repository: fc.constantFrom(APP, BASE, OTHER),
    features,
  }),
  { maxLength: 4 },
)
const key = ({ action, resource }: Permission) => `${action} ${resource}`
const allowedBy = (...args: Parameters<typeof neededActions>) =>
  permissionsIn(neededActions(...args)).map(key)

describe('the smallest policy', () => {
  test('of a push has what stands in the documents, on the repository alone', () => {
    expect(neededActions([use(['push'])])).toEqual([
      { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
      {
        Effect: 'Allow',
        Action: [
          'ecr:DescribeRepositories',
          'ecr:DescribeImages',
          'ecr:BatchCheckLayerAvailability',
          'ecr:InitiateLayerUpload',
          'ecr:UploadLayerPart',
          'ecr:CompleteLayerUpload',
          'ecr:PutImage',
          'ecr:BatchGetImage',
        ],
        Resource: APP,
      },
    ])
  })

  test('names two repositories in one statement if the same is done with them', () => {
    const statements = neededActions([use(['push']), use(['push'], OTHER), use(['pull'], BASE)])
    expect(statements.map(({ Resource }) => Resource)).toEqual(['*', [APP, OTHER], BASE])
  })

  test.each<[readonly Feature[], string]>([
    [['repository-tags'], 'ecr:TagResource'],
    [['update-repository'], 'ecr:TagResource'],
    [['scan-on-push', 'create-repository'], 'ecr:PutImageScanningConfiguration'],
    [['kms-key', 'update-repository'], 'kms:CreateGrant'],
  ])('of %j has no %s, which takes two features together', (some, action) => {
    expect(JSON.stringify(neededActions([use(some)]))).not.toContain(action)
  })

  test('has the key and the role as resources, and any if they are not known', () => {
    const asked: Feature[] = ['kms-key', 'create-repository', 'chained-role']
    const known = { ...use(asked), key: 'KEY', role: 'ROLE' }
    const resourceOf = (of: Use, action: string) =>
      neededActions([of]).find(({ Action }) => [Action].flat().includes(action))?.Resource
    expect([resourceOf(known, 'kms:DescribeKey'), resourceOf(known, 'sts:AssumeRole')]).toEqual([
      'KEY',
      'ROLE',
    ])
    expect([resourceOf(use(asked), 'kms:DescribeKey'), resourceOf(use(asked), 'sts:AssumeRole')]).toEqual([
      '*',
      '*',
    ])
  })

  test('of nothing is nothing', () => {
    expect(neededActions([])).toEqual([])
    expect(neededActions([use([])])).toEqual([])
  })

  test('without the optional is a part of that with it, and the rest is what the table calls optional', () => {
    fc.assert(
      fc.property(uses, (some) => {
        const all = allowedBy(some)
        const required = allowedBy(some, { optional: false })
        expect(all).toEqual(expect.arrayContaining(required))
        for (const lost of all.filter((permission) => !required.includes(permission))) {
          const row = [...PRIVATE, ...PUBLIC].find(({ action }) => lost.startsWith(`${action} `))
          expect(some.some((one) => row && necessityOf(row, one.features) === 'optional')).toBe(true)
        }
      }),
    )
  })

  test('of several uses is that of each, and no permission twice', () => {
    fc.assert(
      fc.property(uses, (some) => {
        const all = allowedBy(some)
        expect(new Set(all).size).toBe(all.length)
        expect([...all].sort()).toEqual([...new Set(some.flatMap((one) => allowedBy([one])))].sort())
      }),
    )
  })

  test('grows with the features, and is another one without any of them', () => {
    fc.assert(
      fc.property(features, fc.constantFrom(...(Object.keys(CALLERS) as Feature[])), (some, more) => {
        expect(allowedBy([use([...some, more])])).toEqual(expect.arrayContaining(allowedBy([use(some)])))
      }),
    )
    // No name of a feature stands for nothing.
    for (const name of Object.keys(CALLERS) as Feature[]) {
      const rest = (Object.keys(CALLERS) as Feature[]).filter((other) => other !== name)
      const used = [...PRIVATE, ...PUBLIC].some(
        (row) =>
          necessityOf(row, [name]) !== 'none' ||
          rest.some((other) => necessityOf(row, [name, other]) !== 'none'),
      )
      expect({ name, used }).toEqual({ name, used: true })
    }
  })

  test('has no resource that is wider than what it was asked for', () => {
    fc.assert(
      fc.property(uses, (some) => {
        const star = [...PRIVATE, ...PUBLIC]
          .filter(({ on }) => on !== 'repository')
          .map(({ action }) => action)
        for (const { action, resource } of permissionsIn(neededActions(some))) {
          if (!star.includes(action)) expect([APP, BASE, OTHER]).toContain(resource)
        }
      }),
    )
  })
})

test('a pattern of names allows each of them', () => {
  const pattern = repositoryArn('private', {
    partition: 'aws',
    region: 'eu-west-1',
    account: '123456789012',
    name: 'team/*',
  })
  const allowed = permissionsIn(neededActions([use(['push'], pattern)]))
  const asked = (name: string) => ({
    action: 'ecr:PutImage',
    resource: `arn:aws:ecr:eu-west-1:123456789012:repository/${name}`,
  })
  expect(isAllowed(allowed, asked('team/app'))).toBe(true)
  expect(isAllowed(allowed, asked('teams/app'))).toBe(false)
})

test.each([
  ['private' as const, 'arn:aws-cn:ecr:cn-north-1:123456789012:repository/app'],
  ['public' as const, 'arn:aws-cn:ecr-public::123456789012:repository/app'],
])('the ARN of a repository in a %s registry', (registry, arn) => {
  const place = { partition: 'aws-cn', region: 'cn-north-1', account: '123456789012', name: 'app' }
  expect(repositoryArn(registry, place)).toBe(arn)
})
