import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { inProcess, Service, Store } from '../../../local-ecr/index.ts'
import { refuseOtherAccount } from '../../../src/aws/account.ts'
import { assumedRole } from '../../../src/aws/role.ts'
import type { RoleInput } from '../../../src/aws/workflow.ts'
import { roleFor } from '../../../src/inputs/role.ts'
import { explain } from '../../../src/shared/errors.ts'
import { hold } from '../../support/fuzz.ts'

// Roles that are assumed one after the other, with the STS of the local ECR, which knows whom each of them trusts and
// the external id that it asks for.

const ACCOUNTS = ['123456789012', '210987654321']
const SUBJECT = 'repo:octo-org/demo:ref:refs/heads/main'
const OWN = 'arn:aws:sts::123456789012:assumed-role/runner/local-ecr'
const kept = { ...process.env }

let service: Service
let masked: string[]
let told: string[]
beforeEach(() => start())
afterEach(() => {
  process.env = { ...kept }
})

function start(): void {
  service = new Service(new Store())
  masked = []
  told = []
}

const arnOf = (at: number) => `arn:aws:iam::${ACCOUNTS[at % 2]}:role/team/r${at}`
const sessionOf = (at: number) => `arn:aws:sts::${ACCOUNTS[at % 2]}:assumed-role/r${at}/`

/** Roles of which each trusts the one before alone, and the first one whoever the job is. */
function roles(count: number, first: 'token' | 'credentials', of: (at: number) => object = () => ({})): void {
  for (let at = 0; at < count; at++) {
    const trusts = first === 'token' ? { subjects: [SUBJECT] } : { principals: [OWN] }
    service.store.addRole(arnOf(at), {
      ...(at === 0 ? trusts : { principals: [sessionOf(at - 1)] }),
      ...of(at),
    })
  }
}

const chain = (count: number, change: Partial<RoleInput> = {}): RoleInput => ({
  ...roleFor(arnOf(count - 1), {}),
  through: Array.from({ length: count - 1 }, (_, at) => arnOf(at)),
  ...change,
})

/** Each client has a handler of its own, as each has of the options that a run gives. */
const network = () => ({
  get requestHandler() {
    return inProcess(service) as never
  },
})

function ownCredentials(): Record<string, string> {
  const issued = service.store.issueCredentials('123456789012', { role: 'runner' })
  return {
    AWS_ACCESS_KEY_ID: issued.accessKeyId,
    AWS_SECRET_ACCESS_KEY: issued.secretAccessKey,
    AWS_SESSION_TOKEN: issued.sessionToken ?? '',
  }
}

/** A job that has GitHub's token, or credentials in its environment. */
function assume(role: RoleInput, first: 'token' | 'credentials') {
  const env = { GITHUB_ACTOR: 'octocat', ...(first === 'token' ? {} : ownCredentials()) }
  process.env = { ...kept, AWS_EC2_METADATA_DISABLED: 'true', ...env }
  return assumedRole(role, {
    env,
    workflow: {
      hasIdToken: first === 'token',
      idToken: async (audience) => service.store.idTokens.issue(audience, new Date()),
    },
    mask: (secret) => masked.push(secret),
    notice: (line) => told.push(line),
    log: (line) => told.push(line),
    debug: (line) => told.push(line),
    region: 'us-east-1',
    network: network(),
  })()
}

const failure = (promise: Promise<unknown>) => promise.then(() => 'it did not fail', explain)
const requests = () => service.recorder.requests as readonly { caller: string | null; input: object }[]

describe('roles one after the other', () => {
  test('however many there are: each with the session of the one before, the last as the inputs say', async () => {
    const values = fc.record({
      count: fc.integer({ min: 1, max: 5 }),
      first: fc.constantFrom('token' as const, 'credentials' as const),
      external: fc.option(fc.constantFrom('tools', 'a:b/c@d')),
      seconds: fc.option(fc.constantFrom(900, 3600)),
    })
    await hold(values, 60, async ({ count, first, external, seconds }) => {
      start()
      // A single role that is assumed with the token has no external id.
      const externalId = first === 'token' && count === 1 ? null : external
      roles(count, first, (at) => (at === count - 1 ? { externalId } : {}))
      const credentials = await assume(chain(count, { externalId, seconds }), first)
      const made = requests()
      expect(made).toHaveLength(count)
      for (const [at, { caller, input }] of made.entries()) {
        const last = at === count - 1
        expect(input).toMatchObject({ RoleArn: arnOf(at), RoleSessionName: 'ecr-build-push' })
        expect(Object.keys(input).includes('ExternalId')).toBe(last && externalId !== null)
        expect(Object.keys(input).includes('DurationSeconds')).toBe(last && seconds !== null)
        if (at > 0) expect(caller).toBe(`${sessionOf(at - 1)}ecr-build-push`)
      }
      const secrets = [credentials.accessKeyId, credentials.secretAccessKey, credentials.sessionToken]
      expect(masked).toEqual(expect.arrayContaining(secrets))
      // Three of each session, and the token.
      expect(masked).toHaveLength(3 * count + (first === 'token' ? 1 : 0))
    })
  })

  test('a role in the middle that does not trust the one before: the error names the pair', async () => {
    roles(3, 'token')
    service.store.addRole(arnOf(1), { principals: [sessionOf(2)] })
    const said = await failure(assume(chain(3), 'token'))
    expect(said).toContain(`${arnOf(1)} cannot be assumed (sts:AssumeRole with the role ${arnOf(0)})`)
    expect(said).toContain(
      `allow ${arnOf(0)} {"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Resource":"${arnOf(1)}"}, and let the role's trust policy name that identity as a principal.`,
    )
    expect(said).not.toContain('external id')
  })

  test.each<[what: string, given: string | null, remedy: string]>([
    ['none', null, 'role-external-id has to be it, and is not given.'],
    ['another', 'elsewhere', 'role-external-id has to be it.'],
  ])('the last one asks for an external id, and the input has %s', async (_, externalId, remedy) => {
    roles(2, 'token', (at) => (at === 1 ? { externalId: 'tools' } : {}))
    const said = await failure(assume(chain(2, { externalId }), 'token'))
    expect(said).toContain(`If that policy asks for an external id (sts:ExternalId), ${remedy}`)
    expect(said).not.toContain('elsewhere')
  })

  test('the last one with GitHub’s token, and an external id: nothing is asked', async () => {
    roles(1, 'token')
    const said = await failure(assume(chain(1, { externalId: 'tools' }), 'token'))
    expect(said).toContain(
      `role-external-id cannot be sent: ${arnOf(0)} is assumed with GitHub's OIDC token (sts:AssumeRoleWithWebIdentity), which knows no external id.`,
    )
    expect(requests()).toEqual([])
  })

  test('one that may not be tagged: a notice that names it, and the chain goes on', async () => {
    roles(3, 'token', (at) => ({ tagSession: at !== 1 }))
    await assume(chain(3), 'token')
    expect(told.filter((line) => line.includes('sts:TagSession'))).toEqual([
      `The trust policy of ${arnOf(1)} does not allow sts:TagSession: the session has no tags that tell CloudTrail of this run.`,
    ])
  })
})

describe('allowed-account-ids', () => {
  const refuse = (allowed: readonly string[]) => {
    process.env = { ...kept, AWS_EC2_METADATA_DISABLED: 'true', ...ownCredentials() }
    return failure(refuseOtherAccount(allowed, 'us-east-1', network(), (line) => told.push(line)))
  }

  test('the account of the job’s own credentials is asked of STS', async () => {
    expect(await refuse(['210987654321', '123456789012'])).toBe('it did not fail')
    expect(await refuse(['210987654321'])).toBe(
      [
        `The AWS credentials are of the account 123456789012 (${OWN}), and allowed-account-ids has 210987654321. Nothing was changed.`,
        'What to do: give the job the credentials that are meant (the step that sets them, the profile, or role-to-assume), or add the account to allowed-account-ids.',
      ].join('\n'),
    )
    expect(service.recorder.operations()).toEqual(['GetCallerIdentity', 'GetCallerIdentity'])
  })

  test('nobody says of which account they are: that is an error', async () => {
    service.faults.order({
      match: { operation: 'GetCallerIdentity' },
      effect: {
        kind: 'error',
        name: 'InvalidClientTokenId',
        message: 'The security token is invalid.',
        status: 403,
      },
    })
    const said = await refuse(['123456789012'])
    expect(said).toContain(
      'The account of the AWS credentials, which allowed-account-ids is about, is not known (sts:GetCallerIdentity): The security token is invalid. (InvalidClientTokenId)',
    )
    expect(said).toContain('What to do: ')
  })
})
