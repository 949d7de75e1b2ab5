import { beforeEach, expect, test } from '@jest/globals'
import { type Caller, callerOf, Service, Store } from '../../../../local-ecr/index.ts'

// What a session may do: what the policy of its role and that of the session both allow.

const ACCOUNT = '123456789012'
const REGION = 'eu-west-1'
const arn = (name: string) => `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${name}`
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const allow = (Action: string | string[], Resource: string | string[] = '*') => ({
  Effect: 'Allow',
  Action,
  Resource,
})

let service: Service
beforeEach(() => {
  service = new Service(new Store())
})

const as = (policies: Caller['policies']): Caller => ({ ...callerOf(ACCOUNT, REGION), policies })

/** What IAM says to the creation of a repository. */
const creating = (policies: Caller['policies'], more: object = {}) =>
  service.call(as(policies), 'CreateRepository', { repositoryName: 'team/app', ...more }).then(
    () => 'created',
    (error: Error) => error.message.replace(/^.*not authorized to perform: /, ''),
  )

const said = (action: string, which: string, resource = arn('team/app')) =>
  `${action} on resource: ${resource} because no ${which} policy allows the ${action} action`

test.each<[what: string, policies: Caller['policies'], answer: string]>([
  ['none', undefined, 'created'],
  [
    'both allow it',
    { identity: policy(allow('ecr:*')), session: policy(allow('ecr:CreateRepository', arn('team/*'))) },
    'created',
  ],
  [
    'letters of an action count for nothing',
    { session: policy(allow('ECR:createrepository', arn('team/app'))) },
    'created',
  ],
  [
    'the role’s does not',
    { identity: policy(allow('ecr:Get*')), session: policy(allow('*')) },
    said('ecr:CreateRepository', 'identity-based'),
  ],
  [
    'the session’s does not',
    { identity: policy(allow('*')), session: policy(allow('ecr:PutImage')) },
    said('ecr:CreateRepository', 'session'),
  ],
  [
    'of another repository',
    { session: policy(allow('ecr:*', arn('team/other'))) },
    said('ecr:CreateRepository', 'session'),
  ],
  [
    'a Deny wins',
    { session: policy(allow('*'), { ...allow('ecr:Create*'), Effect: 'Deny' }) },
    said('ecr:CreateRepository', 'session'),
  ],
  [
    'all but this',
    { session: policy({ Effect: 'Allow', NotAction: 'ecr:CreateRepository', Resource: '*' }) },
    said('ecr:CreateRepository', 'session'),
  ],
])('%s', async (_, policies, answer) => {
  expect(await creating(policies)).toBe(answer)
})

test('a creation takes what it brings: tags, and a key', async () => {
  const session = policy(allow('ecr:CreateRepository'))
  expect(await creating({ session }, { tags: [{ Key: 'a', Value: 'b' }] })).toBe(
    said('ecr:TagResource', 'session'),
  )
  const encryptionConfiguration = { encryptionType: 'KMS', kmsKey: 'alias/demo' }
  const key = `arn:aws:kms:${REGION}:${ACCOUNT}:key/of-an-alias`
  expect(await creating({ session }, { encryptionConfiguration })).toBe(
    said('kms:CreateGrant', 'session', key),
  )
})

test('a token of the registry has the policies of the session that asked for it', async () => {
  const session = policy(allow('ecr:GetAuthorizationToken'))
  const { authorizationData } = (await service.call(as({ session }), 'GetAuthorizationToken', {})) as {
    authorizationData: { authorizationToken: string }[]
  }
  const [, password = ''] = Buffer.from(authorizationData[0]?.authorizationToken ?? '', 'base64')
    .toString()
    .split(':')
  expect(service.store.token(password)?.policies).toEqual({ session })
})
