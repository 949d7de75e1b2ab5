import { describe, expect, test } from '@jest/globals'
import { homeOf, policiesOf, policyOutput } from '../../../../src/actions/dry-run/policies.ts'
import type { RoleUse } from '../../../../src/actions/uses.ts'
import type { RepositoryInput } from '../../../../src/inputs/repository.ts'

const PUSH = 'arn:aws:iam::123456789012:role/push'
const OTHER = 'arn:aws:iam::210987654321:role/push'
const use = (as: string | null, region = 'eu-west-1'): RoleUse => ({
  registry: 'private',
  repository: `arn:aws:ecr:${region}:123456789012:repository/app`,
  features: ['push'],
  as,
})
const output = (uses: readonly RoleUse[]) => JSON.parse(policyOutput(policiesOf(uses))) as object
const resources = (policy: unknown) =>
  (policy as { Statement: { Resource: unknown }[] }).Statement.map(({ Resource }) => Resource)

describe('the output iam-policy', () => {
  test.each([null, PUSH])('of one identity (%s) is its policy, whatever it does where', (as) => {
    const policy = output([use(as), use(as, 'us-east-1')])
    expect(policy).toMatchObject({ Version: '2012-10-17' })
    expect(resources(policy)).toEqual([
      '*',
      ['eu-west-1', 'us-east-1'].map((region) => `arn:aws:ecr:${region}:123456789012:repository/app`),
    ])
  })

  test("of several is an object with the policy of each: by the role's ARN, and the job's own under default", () => {
    const policies = output([use(null), use(PUSH, 'us-east-1'), use(OTHER, 'us-west-2')])
    expect(Object.entries(policies).map(([role, policy]) => [role, resources(policy)[1]])).toEqual([
      ['default', 'arn:aws:ecr:eu-west-1:123456789012:repository/app'],
      [PUSH, 'arn:aws:ecr:us-east-1:123456789012:repository/app'],
      [OTHER, 'arn:aws:ecr:us-west-2:123456789012:repository/app'],
    ])
  })
})

describe('where the credentials are at home', () => {
  const repository: RepositoryInput = {
    name: 'app',
    host: null,
    registryType: 'private',
    alias: null,
    registryId: null,
    region: null,
  }
  const role = {
    arn: 'arn:aws-cn:iam::210987654321:role/push',
    through: [],
    sessionName: 'x',
    seconds: null,
    audience: 'sts.amazonaws.com',
    externalId: null,
    sessionPolicy: null,
  }
  const nothing = { repository: null, host: null, refusal: null }
  const host = '111122223333.dkr.ecr.us-gov-west-1.amazonaws.com'

  test.each([
    ['nobody says it', { repository, role: null }, null, ['aws', '*', '*']],
    [
      'the inputs say the region',
      { repository: { ...repository, region: 'cn-north-1' }, role: null },
      nothing,
      ['aws-cn', '*', 'cn-north-1'],
    ],
    ['the role says the account', { repository, role }, nothing, ['aws-cn', '210987654321', '*']],
    [
      "the registry's host says both",
      { repository, role: null },
      { ...nothing, host },
      ['aws-us-gov', '111122223333', 'us-gov-west-1'],
    ],
    [
      'a refusal says whose the credentials are',
      { repository, role: null },
      { ...nothing, refusal: 'User: arn:aws:sts::444455556666:assumed-role/plan/x is not authorized' },
      ['aws', '444455556666', '*'],
    ],
    // The account of another registry is not theirs.
    [
      'registry-id says another account',
      { repository: { ...repository, registryId: '777788889999' }, role: null },
      { ...nothing, host: '777788889999.dkr.ecr.eu-west-1.amazonaws.com' },
      ['aws', '*', 'eu-west-1'],
    ],
  ])('%s', (_, inputs, found, [partition, account, region]) => {
    expect(homeOf(inputs, found)).toEqual({ partition, account, region })
  })
})
