// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of IAM
import { describe, expect, test } from '@jest/globals'
import { Store } from '../../../../local-ecr/index.ts'
import { type Asking, trusts } from '../../../../local-ecr/store/trust.ts'

// Trust policies as IAM reads them. __tests__/project/policy/assumed.test.ts has those that `npm run policy` prints,
// __tests__/fuzz/trust.test.ts any conditions.

const ROLE = 'arn:aws:iam::123456789012:role/team/ci'
const ISSUER = 'token.actions.githubusercontent.com'
const HUB = 'arn:aws:sts::210987654321:assumed-role/hub/run-1'
type Statement = Readonly<Record<string, unknown>>
const policy = (...Statement: Statement[]) => JSON.stringify({ Version: '2012-10-17', Statement })

describe('the principal', () => {
  const lets = (Principal: unknown, by: Asking['by'], more: Statement = {}) => {
    const action = 'provider' in by ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole'
    const statement = { Effect: 'Allow', Principal, Action: 'sts:Assume*', ...more }
    return trusts(ROLE, policy(statement), { action, by, keys: {} })
  }

  test.each<[what: string, principal: unknown, is: boolean]>([
    ['anybody', '*', true],
    ['anybody of AWS', { AWS: '*' }, true],
    ['the account', { AWS: '210987654321' }, true],
    ['its root', { AWS: 'arn:aws:iam::210987654321:root' }, true],
    ['the role', { AWS: ['arn:aws:iam::210987654321:role/hub'] }, true],
    ['the role with its path', { AWS: 'arn:aws:iam::210987654321:role/deep/in/hub' }, true],
    ['the session', { AWS: HUB }, true],
    ['another role', { AWS: 'arn:aws:iam::210987654321:role/hub2' }, false],
    ['the role of another account', { AWS: 'arn:aws:iam::123456789012:role/hub' }, false],
    ['another account', { AWS: '123456789012' }, false],
    ['an identity provider', { Federated: HUB }, false],
  ])('of a session: %s', (_, principal, is) => {
    expect(lets(principal, { session: HUB })).toBe(is)
  })

  test.each<[what: string, principal: unknown, is: boolean]>([
    ['of the account', { Federated: `arn:aws:iam::123456789012:oidc-provider/${ISSUER}` }, true],
    ['of another account', { Federated: `arn:aws:iam::210987654321:oidc-provider/${ISSUER}` }, false],
    ['of another partition', { Federated: `arn:aws-cn:iam::123456789012:oidc-provider/${ISSUER}` }, false],
    ['anybody', '*', false],
    ['anybody of AWS', { AWS: '*' }, false],
  ])('of a token: %s', (_, principal, is) => {
    expect(lets(principal, { provider: ISSUER })).toBe(is)
  })

  test('a denial wins, and another action is another', () => {
    const anybody = { Effect: 'Allow', Principal: '*', Action: 'sts:assumerole' }
    const asking = { action: 'sts:AssumeRole', by: { session: HUB }, keys: {} } as const
    expect(trusts(ROLE, policy(anybody), asking)).toBe(true)
    expect(trusts(ROLE, policy(anybody), { ...asking, action: 'sts:TagSession' })).toBe(false)
    expect(trusts(ROLE, policy(anybody, { ...anybody, Effect: 'Deny' }), asking)).toBe(false)
    const never = { ...anybody, Effect: 'Deny', Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }
    expect(trusts(ROLE, policy(anybody, never), asking)).toBe(true)
  })
})

test.each<[operator: string, texts: string | string[], given: string | undefined, is: boolean]>([
  ['StringEquals', 'a', 'a', true],
  ['StringEquals', ['b', 'a'], 'a', true],
  ['StringEquals', 'a*', 'ab', false],
  ['StringEquals', '${*}', '*', true],
  ['StringEquals', 'A', 'a', false],
  ['StringEquals', 'a', undefined, false],
  ['StringLike', 'a*c?', 'abbcd', true],
  ['StringLike', 'a*', 'ba', false],
  ['StringLike', 'a.c', 'abc', false],
  ['StringLike', 'a${?}', 'ab', false],
  ['StringLike', '*', undefined, false],
  ['StringNotEquals', 'a', 'a', false],
  ['StringNotEquals', ['a', 'b'], 'c', true],
  ['StringNotEquals', 'a', undefined, true],
  ['StringNotLike', ['a*', 'b*'], 'bc', false],
  ['StringNotLike', 'a*', undefined, true],
])('%s %j of %j is %s', (operator, texts, given, is) => {
  const Condition = { [operator]: { 'STS:externalid': texts } }
  const statement = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', Condition }
  const keys = { 'sts:ExternalId': given }
  expect(trusts(ROLE, policy(statement), { action: 'sts:AssumeRole', by: { session: HUB }, keys })).toBe(is)
})

test('each key of a condition has to hold', () => {
  const Condition = {
    StringEquals: { 'sts:ExternalId': 'x', 'sts:RoleSessionName': 'run-1' },
    StringLike: { 'aws:RequestTag/Repository': 'acme/*' },
  }
  const statement = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', Condition }
  const all = {
    'sts:ExternalId': 'x',
    'sts:RoleSessionName': 'run-1',
    'aws:RequestTag/Repository': 'acme/shop',
  }
  const lets = (keys: Asking['keys']) =>
    trusts(ROLE, policy(statement), { action: 'sts:AssumeRole', by: { session: HUB }, keys })
  expect(lets(all)).toBe(true)
  for (const key of Object.keys(all)) expect(lets({ ...all, [key]: 'other' })).toBe(false)
})

test.each<[what: string, statement: Statement, said: string]>([
  ['no action', { Effect: 'Allow', Principal: '*' }, 'has Effect, Principal and Action'],
  ['no principal', { Effect: 'Allow', Action: '*' }, 'has Effect, Principal and Action'],
  [
    'a resource',
    { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
    "'Resource' in a trust policy",
  ],
  [
    'an operator',
    { Effect: 'Allow', Principal: '*', Action: '*', Condition: { Bool: { 'aws:x': 'true' } } },
    "The operator 'Bool'",
  ],
  [
    'a key',
    { Effect: 'Allow', Principal: '*', Action: '*', Condition: { StringLike: { 'aws:SourceIp': '1' } } },
    "The key 'aws:SourceIp'",
  ],
  [
    'a variable',
    {
      Effect: 'Allow',
      Principal: '*',
      Action: '*',

      Condition: { StringLike: { 'sts:ExternalId': '${aws:username}' } },
    },
    'The variable in',
  ],
])('a role is not kept with what nobody reads: %s', (_, statement, said) => {
  expect(() => new Store().addRole(ROLE, { trust: policy(statement) })).toThrow(said)
})

test('a role is not kept with an empty trust policy', () => {
  expect(() => new Store().addRole(ROLE, { trust: policy() })).toThrow('A trust policy has statements.')
})
