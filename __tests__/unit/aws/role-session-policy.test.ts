import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { inProcess, Service, Store } from '../../../local-ecr/index.ts'
import { assumedRole } from '../../../src/aws/role.ts'
import type { SessionPolicy } from '../../../src/aws/workflow.ts'
import { connectPrivateEcr } from '../../../src/ecr/private/connect.ts'
import { NO_SETTINGS } from '../../../src/ecr/settings/settings.ts'
import { roleFor } from '../../../src/inputs/role.ts'
import { explain } from '../../../src/shared/errors.ts'

// The policy of a role's session, on its way to the STS of the local ECR, which enforces it.

const ROLE = 'arn:aws:iam::123456789012:role/ci'
const HUB = 'arn:aws:iam::123456789012:role/hub'
const SUBJECT = 'repo:octo-org/demo:ref:refs/heads/main'
const kept = { ...process.env }

const allowing = (...Action: string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
const LONG = allowing('ecr:GetAuthorizationToken', 'ecr:DescribeRepositories')
const SHORT = allowing('ecr:*')
const written = (...texts: string[]): SessionPolicy => ({ kind: 'written', texts, byStep: false })
const minimal = (...texts: string[]): SessionPolicy => ({ kind: 'written', texts, byStep: true })

let service: Service
let told: string[]
beforeEach(() => {
  service = new Service(new Store())
  service.store.addRole(ROLE, { subjects: [SUBJECT], principals: ['arn:aws:sts::123456789012:'] })
  service.store.addRole(HUB, { subjects: [SUBJECT] })
  told = []
})
afterEach(() => {
  process.env = { ...kept }
})

/** Each client has a handler of its own, as each has of the options that a run gives. */
const network = () => ({
  get requestHandler() {
    return inProcess(service) as never
  },
})

type First = 'token' | 'credentials'

function provider(sessionPolicy: SessionPolicy | null, first: First, through: readonly string[] = []) {
  const issued = service.store.issueCredentials('123456789012', { role: 'runner' })
  const own = {
    AWS_ACCESS_KEY_ID: issued.accessKeyId,
    AWS_SECRET_ACCESS_KEY: issued.secretAccessKey,
    AWS_SESSION_TOKEN: issued.sessionToken ?? '',
  }
  const env = { GITHUB_ACTOR: 'octocat', ...(first === 'token' ? {} : own) }
  process.env = { ...kept, AWS_EC2_METADATA_DISABLED: 'true', ...env }
  return assumedRole(
    { ...roleFor(ROLE, {}), through, sessionPolicy },
    {
      env,
      workflow: {
        hasIdToken: first === 'token',
        idToken: async (audience) => service.store.idTokens.issue(audience, new Date()),
      },
      mask: () => undefined,
      notice: (line) => told.push(line),
      log: (line) => told.push(line),
      debug: () => undefined,
      region: 'us-east-1',
      network: network(),
    },
  )
}

const policies = () =>
  service.recorder.requests
    .filter(({ operation }) => operation.startsWith('AssumeRole'))
    .map(({ input }) => (input as { Policy?: string }).Policy)

const failure = (promise: Promise<unknown>) => promise.then(() => 'it did not fail', explain)

const tooLarge = (times: number) =>
  service.faults.order(
    ...['AssumeRole', 'AssumeRoleWithWebIdentity'].map((operation) => ({
      match: { operation },
      times,
      effect: {
        kind: 'error' as const,
        name: 'PackedPolicyTooLarge',
        message: 'Packed size of session tags consumes 104% of allotted space.',
        status: 400,
      },
    })),
  )

describe.each<First>(['token', 'credentials'])('with %s', (first) => {
  test('is that of the session, which may do no more', async () => {
    const credentials = provider(written(LONG), first)
    expect(policies()).toEqual([])
    const options = { region: 'us-east-1', registryId: null, mask: () => undefined }
    const ecr = await connectPrivateEcr({ ...options, client: { ...network(), credentials } })
    await ecr.authorize()
    expect(policies()).toEqual([LONG])
    const said = await failure(ecr.createRepository('app', NO_SETTINGS))
    expect(said).toContain('no session policy allows the ecr:CreateRepository action')
  })

  test('is that of each session of a long run, with the tags of the run', async () => {
    const next = provider(written(LONG), first)
    await next()
    await next()
    expect(policies()).toEqual([LONG, LONG])
    const tags = service.recorder.requests.map(({ input }) => (input as { Tags?: object[] }).Tags?.length)
    // GitHub's token says nothing of them.
    expect(tags).toEqual(first === 'token' ? [undefined, undefined] : [2, 2])
  })

  test('too large for AWS once packed: the shorter one, and a line of the log', async () => {
    tooLarge(1)
    await provider(written(LONG, SHORT), first)()
    expect(policies()).toEqual([LONG, SHORT])
    expect(told).toEqual([
      `AWS takes no session policy as large for ${ROLE} (PackedPolicyTooLarge): repositories become patterns: ${SHORT}`,
    ])
  })

  test.each([
    ['the shortest one too', minimal(LONG, SHORT), 'give fewer registries, caches and base images'],
    ['the only one', written(LONG), 'give a shorter policy; or leave role-session-policy out'],
  ])('too large for AWS once packed, %s: an error that names the input', async (_, policy, remedy) => {
    tooLarge(2)
    expect(await failure(provider(policy, first)())).toContain(
      `What to do: role-session-policy and the tags of the session are together too large for AWS: ${remedy}`,
    )
  })

  test.each([
    ['of the input', written, 'correct role-session-policy: AWS does not read it as a policy.'],
    [
      'of this step',
      minimal,
      'leave role-session-policy out, or give it the policy as JSON: what AWS does not',
    ],
  ])('that AWS does not read, %s: an error that names the input', async (_, made, remedy) => {
    const odd = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'ecr:*' }] })
    expect(await failure(provider(made(odd), first)())).toContain(`What to do: ${remedy}`)
  })

  test('none, if none is given', async () => {
    await provider(null, first)()
    expect(policies()).toEqual([undefined])
  })
})

test('the roles before the last one have none', async () => {
  await provider(written(LONG), 'token', [HUB])()
  expect(policies()).toEqual([undefined, LONG])
})

test('a trust policy without sts:TagSession: the session without tags has the policy too', async () => {
  service.store.addRole(ROLE, { principals: ['arn:aws:sts::123456789012:'], tagSession: false })
  await provider(written(LONG), 'credentials')()
  expect(policies()).toEqual([LONG, LONG])
})

test('one that nobody has written is never left out', async () => {
  await expect(provider({ kind: 'minimal', region: null }, 'token')()).rejects.toThrow()
  expect(policies()).toEqual([])
})
