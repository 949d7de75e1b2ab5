import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { inProcess, Service, Store } from '../../../local-ecr/index.ts'
import { assumedRole } from '../../../src/aws/role.ts'
import { explainStsError } from '../../../src/aws/sts-errors.ts'
import type { RoleInput } from '../../../src/aws/workflow.ts'
import { sessionTags } from '../../../src/aws/workflow.ts'
import { connectPrivateEcr } from '../../../src/ecr/private/connect.ts'
import { roleFor } from '../../../src/inputs/role.ts'
import { explain } from '../../../src/shared/errors.ts'

const role: RoleInput = { ...roleFor('arn:aws:iam::123456789012:role/ci', {}), sessionName: 'run-1' }
const hop = { arn: role.arn, from: null, last: true, role }
const subject = 'repo:octo-org/demo:ref:refs/heads/main'
const kept = { ...process.env }

let service: Service
let masked: string[]
let notices: string[]
let told: string[]

beforeEach(() => {
  service = new Service(new Store())
  masked = []
  notices = []
  told = []
})
afterEach(() => {
  process.env = { ...kept }
})

/** A job with OIDC, or with credentials in its environment, or with both. */
function assume(change: Partial<RoleInput>, given: { oidc?: boolean; explicit?: boolean }) {
  const env: Record<string, string> = { GITHUB_ACTOR: 'octocat' }
  if (given.explicit) {
    const issued = service.store.issueCredentials('123456789012', { role: 'runner' })
    Object.assign(env, {
      AWS_ACCESS_KEY_ID: issued.accessKeyId,
      AWS_SECRET_ACCESS_KEY: issued.secretAccessKey,
      AWS_SESSION_TOKEN: issued.sessionToken,
    })
  }
  Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true' }, env)
  return assumedRole(
    { ...role, ...change },
    {
      env,
      workflow: {
        hasIdToken: given.oidc ?? false,
        idToken: async (audience) => service.store.idTokens.issue(audience, new Date()),
      },
      mask: (secret) => masked.push(secret),
      notice: (line) => notices.push(line),
      log: (line) => notices.push(line),
      debug: (line) => told.push(line),
      region: 'us-east-1',
      network: { requestHandler: inProcess(service) as never },
    },
  )()
}

test('the token and all that STS gives are masked', async () => {
  service.store.addRole(role.arn, { subjects: [subject] })
  const credentials = await assume({}, { oidc: true })
  expect(credentials.expiration).toEqual(expect.any(Date))
  expect(masked).toHaveLength(4)
  expect(masked[0]).toMatch(/^ey/)
  expect(told).toEqual([`The role ${role.arn} is assumed with GitHub's OIDC token for ${role.audience}`])
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  expect(masked.slice(1).sort()).toEqual([accessKeyId, secretAccessKey, sessionToken].sort())
})

test('credentials in the environment are taken before GitHub’s token', async () => {
  service.store.addRole(role.arn, { subjects: [subject], principals: ['arn:aws:sts::123456789012:'] })
  await assume({}, { oidc: true, explicit: true })
  expect(service.recorder.operations()).toEqual(['AssumeRole'])
  expect(told).toEqual([`The role ${role.arn} is assumed with the credentials of the environment`])
  expect(service.recorder.requests[0]?.caller).toBe('arn:aws:sts::123456789012:assumed-role/runner/local-ecr')
})

test('a role whose credentials are about to expire is assumed again for the next call', async () => {
  service.store.addRole(role.arn, { subjects: [subject] })
  const credentials = async () => {
    const given = await assume({}, { oidc: true })
    return { ...given, expiration: new Date(Date.now() + 1000) }
  }
  const client = { requestHandler: inProcess(service) as never, credentials }
  const options = { region: 'us-east-1', registryId: null, mask: () => undefined, client }
  const ecr = await connectPrivateEcr(options)
  await ecr.authorize()
  await ecr.authorize()
  const assumed = service.recorder.operations().filter((name) => name === 'AssumeRoleWithWebIdentity')
  expect(assumed.length).toBeGreaterThanOrEqual(2)
})

test('a retry of STS is told with its operation, the role and the region', async () => {
  service.store.addRole(role.arn, { subjects: [subject] })
  service.faults.order({
    match: { operation: 'AssumeRoleWithWebIdentity' },
    effect: { kind: 'error', name: 'ServiceUnavailable', message: 'Slow down.', status: 503 },
  })
  await assume({}, { oidc: true })
  expect(notices).toEqual([
    expect.stringMatching(
      /^sts:AssumeRoleWithWebIdentity for arn:aws:iam::123456789012:role\/ci in us-east-1 failed \(ServiceUnavailable: Slow down\.\); retry after [\d.]+ m?s, attempt 2 of 12$/,
    ),
  ])
})

describe('what STS refuses says what to do', () => {
  const failure = (promise: Promise<unknown>) => promise.then(() => 'it did not fail', explain)

  test.each<[string, Partial<RoleInput>, string]>([
    [
      'a chained session of more than an hour',
      { seconds: 7200 },
      'leave role-duration-seconds empty, or at most 3600: a role that is assumed from another has one hour.',
    ],
    [
      'a role that does not trust them',
      { arn: 'arn:aws:iam::123456789012:role/other' },
      'allow the identity in use {"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Resource":"arn:aws:iam::123456789012:role/other"}',
    ],
  ])('from credentials: %s', async (_, change, remedy) => {
    service.store.addRole(role.arn, { principals: ['arn:aws:sts::123456789012:'] })
    expect(await failure(assume(change, { explicit: true }))).toContain(remedy)
  })

  test('a trust policy without sts:TagSession is no failure', async () => {
    service.store.addRole(role.arn, { principals: ['arn:aws:sts::123456789012:'], tagSession: false })
    await assume({}, { explicit: true })
    expect(notices).toHaveLength(1)
    expect(service.recorder.requests.map(({ error }) => error)).toEqual(['AccessDeniedException', undefined])
  })

  test('neither a token nor credentials', async () => {
    expect(await failure(assume({}, {}))).toContain('permissions:\n  id-token: write')
  })

  test('GitHub gives no token', async () => {
    const idToken = async () => {
      throw new Error('503')
    }
    const nobody = () => undefined
    const world = { env: {}, workflow: { hasIdToken: true, idToken }, region: 'us-east-1', network: {} }
    const provider = assumedRole(role, { ...world, mask: nobody, notice: nobody, log: nobody, debug: nobody })
    expect(await failure(provider())).toContain(
      "GitHub gave no OIDC token for the audience 'sts.amazonaws.com': 503\nWhat to do: run the job again",
    )
  })

  const token = `x.${Buffer.from(JSON.stringify({ sub: subject, aud: 'a', iss: 'https://ghes.example/_services/token' })).toString('base64url')}.y`
  test.each([
    ['RegionDisabledException', 'STS is not activated in this region', 'activate STS in that region'],
    ['ExpiredTokenException', 'Token expired', 'run the job again.'],
    ['IDPCommunicationError', 'timeout', 'run the job again.'],
    ['InvalidClientTokenId', 'no', 'the credentials that the role is assumed from are not valid'],
    [
      'InvalidIdentityToken',
      'No OpenIDConnect provider found',
      'provider for https://ghes.example/_services/token',
    ],
    ['AccessDenied', 'Not authorized', 'oidc-provider/ghes.example/_services/token'],
    ['TimeoutError', 'connect ETIMEDOUT', 'the runner reaches STS'],
  ])('%s', (name, message, remedy) => {
    const error = Object.assign(new Error(message), { name })
    const said = explain(explainStsError(error, { action: 'sts:AssumeRoleWithWebIdentity', hop, token }))
    expect(said).toContain(
      `arn:aws:iam::123456789012:role/ci cannot be assumed (sts:AssumeRoleWithWebIdentity): ${message} (${name})`,
    )
    expect(said).toContain(remedy)
  })
})

test('session tags are such as AWS takes', () => {
  const env = {
    GITHUB_REPOSITORY: 'octo-org/demo',
    GITHUB_WORKFLOW: `${'é'.repeat(300)}`,
    GITHUB_ACTOR: 'dependabot[bot]',
    GITHUB_REF: '',
    GITHUB_SHA: 'a'.repeat(40),
  }
  const tags = new Map(sessionTags(env).map(({ Key, Value }) => [Key, Value]))
  expect([...tags.keys()]).toEqual(['GitHub', 'Repository', 'Workflow', 'Actor', 'Commit'])
  expect(tags.get('Workflow')).toBe('é'.repeat(256))
  expect(tags.get('Actor')).toBe('dependabot_bot_')
})
