import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readMergeInputs } from '../../../src/actions/merge/inputs.ts'
import { readPromoteInputs } from '../../../src/actions/promote/inputs.ts'
import { readVerifyInputs } from '../../../src/actions/verify/inputs.ts'
import { readInputs } from '../../../src/inputs/index.ts'
import type { InputSource } from '../../../src/inputs/reader.ts'
import { InputError } from '../../../src/shared/errors.ts'
import { hold } from '../../support/fuzz.ts'

const ROLE = 'arn:aws:iam::123456789012:role/ci'
const HUB = 'arn:aws:iam::210987654321:role/hub/one'
const DIGEST = `sha256:${'a'.repeat(64)}`

const main = { repository: 'app', 'aws-region': 'eu-west-1', context: 'https://github.com/acme/shop.git' }

const read = (given: Readonly<Record<string, string>>, by: (source: InputSource) => unknown = readInputs) =>
  by({
    get: (name) => ({ ...main, ...given })[name] ?? '',
    env: { GITHUB_REPOSITORY: 'acme/shop' },
    cwd: '/',
  })

function problems(
  given: Readonly<Record<string, string>>,
  by: (source: InputSource) => unknown = readInputs,
): string[] {
  try {
    read(given, by)
  } catch (error) {
    if (error instanceof InputError) return error.message.split('\n')
    throw error
  }
  return []
}

/** All actions, with an image for those that want one. */
const ACTIONS: [name: string, given: Record<string, string>, by: (source: InputSource) => unknown][] = [
  ['main', {}, readInputs],
  ['merge', { digests: DIGEST }, readMergeInputs],
  ['promote', { source: 'v1', tags: 'v2' }, readPromoteInputs],
  ['verify', { image: 'v1' }, readVerifyInputs],
]

describe('role-to-assume', () => {
  test.each(ACTIONS)('%s: several, one a line; the last one calls ECR', (_, given, by) => {
    const all = { ...given, 'role-to-assume': `${HUB}\n\n  ${ROLE}\n`, 'role-external-id': 'Tools:1/a@b' }
    expect(read({ ...all, 'role-duration-seconds': '3600' }, by)).toMatchObject({
      role: { through: [HUB], arn: ROLE, externalId: 'Tools:1/a@b', seconds: 3600 },
    })
  })

  test.each<[what: string, given: Record<string, string>, problem: string]>([
    [
      'one that is none among several',
      { 'role-to-assume': `${HUB}\nci` },
      "Input 'role-to-assume': 'ci': must be an IAM role's ARN: arn:aws:iam::ACCOUNT:role/NAME, or several, one a line",
    ],
    [
      'several in one line',
      { 'role-to-assume': `${HUB} ${ROLE}` },
      `Input 'role-to-assume': '${HUB} ${ROLE}': must be an IAM role's ARN: arn:aws:iam::ACCOUNT:role/NAME, or several, one a line`,
    ],
    [
      'more than an hour behind another role',
      { 'role-to-assume': `${HUB}\n${ROLE}`, 'role-duration-seconds': '3601' },
      "Input 'role-duration-seconds': '3601': must be at most 3600: AWS gives a role that is assumed with another role's credentials one hour, and role-to-assume names 2",
    ],
    [
      'an external id that AWS does not take, which is not shown',
      { 'role-to-assume': ROLE, 'role-external-id': 'not this' },
      "Input 'role-external-id': an external id is 2 to 1224 letters, digits and _ + = , . @ : / -",
    ],
    [
      'an external id without a role, which is not shown',
      { 'role-external-id': 'tools' },
      "Input 'role-external-id': needs role-to-assume",
    ],
  ])('%s', (_, given, problem) => {
    expect(problems(given)).toEqual([expect.stringContaining(problem)])
  })

  test('a single role may have more than an hour', () => {
    expect(problems({ 'role-to-assume': ROLE, 'role-duration-seconds': '43200' })).toEqual([])
  })
})

describe('role-session-policy', () => {
  const statement = { Effect: 'Allow', Action: 'ecr:*', Resource: '*' }
  const policy = (change: object = {}) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...change }] })

  test.each(ACTIONS)('%s: minimal, or as JSON without its blanks', (_, given, by) => {
    const all = { ...given, 'role-to-assume': ROLE }
    expect(read({ ...all, 'role-session-policy': 'minimal' }, by)).toMatchObject({
      role: { sessionPolicy: { kind: 'minimal', region: null } },
    })
    const spaced = JSON.stringify(JSON.parse(policy()), null, 2)
    expect(read({ ...all, 'role-session-policy': spaced }, by)).toMatchObject({
      role: { sessionPolicy: { kind: 'written', texts: [policy()], byStep: false } },
    })
  })

  test('the same name in several objects, and as a value', () => {
    const Condition = { StringEquals: { Effect: 'Effect', 'a:"Effect":{': '}' } }
    const two = JSON.stringify({ Statement: [statement, { ...statement, Condition }] })
    const all = { 'role-to-assume': ROLE, 'role-session-policy': two }
    expect(read(all)).toMatchObject({ role: { sessionPolicy: { texts: [two] } } })
  })

  test.each(ACTIONS)('%s: without a role it is an error', (_, given, by) => {
    expect(problems({ ...given, 'role-session-policy': 'minimal' }, by)).toEqual([
      "Input 'role-session-policy': 'minimal': needs role-to-assume",
    ])
  })

  const many = Array.from({ length: 40 }, (_, at) => `arn:aws:ecr:eu-west-1:123456789012:repository/${at}`)
  test.each<[what: string, value: string, problem: string]>([
    ['another word', 'Minimal', "must be minimal, or a policy's JSON"],
    ['a path', 'policy.json', "must be minimal, or a policy's JSON"],
    ['no JSON', '{"Statement": [', 'role-session-policy'],
    [
      'a member twice, of which the last one would count',
      policy().replace('{"Effect":"Allow",', '{"Effect":"Deny","\\u0045ffect" : "Allow",'),
      "has 'Effect' twice in one object",
    ],
    ['no statement', '{"Statement": []}', "must have 'Statement', with at least one statement"],
    ['too long', policy({ Resource: many }), 'must have at most 2048 characters, and has 2'],
    [
      'a sign that AWS does not take',
      policy({ Sid: '→' }),
      'has a character that AWS takes in no session policy',
    ],
    ['another effect', policy({ Effect: 'allow' }), 'statement 1: Effect must be Allow or Deny'],
    ['a principal', policy({ Principal: '*' }), 'statement 1: has a Principal'],
    ['no action', policy({ Action: undefined }), 'statement 1: needs an Action'],
    ['no resource', policy({ Resource: undefined }), 'statement 1: needs a Resource'],
  ])('%s', (_, value, problem) => {
    const given = { 'role-to-assume': ROLE, 'role-session-policy': value }
    expect(problems(given)).toEqual([expect.stringContaining(problem)])
  })
})

describe('allowed-account-ids', () => {
  test.each(ACTIONS)('%s: the account of the role has to be among them', (_, given, by) => {
    const all = { ...given, 'role-to-assume': `${HUB}\n${ROLE}` }
    expect(problems({ ...all, 'allowed-account-ids': '123456789012' }, by)).toEqual([])
    expect(problems({ ...all, 'allowed-account-ids': '210987654321, 333333333333' }, by)).toEqual([
      expect.stringContaining(
        "Input 'allowed-account-ids': '210987654321, 333333333333': does not have 123456789012, the account of the role that is assumed (role-to-assume)",
      ),
    ])
  })

  test.each<[what: string, given: Record<string, string>, problem: string]>([
    ['none', { 'allowed-account-ids': '# none' }, "Input 'allowed-account-ids': '# none': has no account id"],
    [
      'a number that lost its zero in YAML',
      { 'allowed-account-ids': '12345678901' },
      "Input 'allowed-account-ids': '12345678901': an AWS account id is 12 digits; quote it in YAML",
    ],
    [
      'another registry',
      { 'allowed-account-ids': '123456789012', 'registry-id': '210987654321' },
      'does not have 210987654321, the account of repository',
    ],
    [
      'a further registry of another one',
      { 'allowed-account-ids': '123456789012', registries: '210987654321/us-east-1' },
      'does not have 210987654321, an account of registries',
    ],
    [
      'a further registry as a role of another one',
      {
        'allowed-account-ids': '123456789012',
        'role-to-assume': ROLE,
        registries: `us-east-1 ${HUB}`,
      },
      'does not have 210987654321, the account of a role in registries',
    ],
  ])('%s', (_, given, problem) => {
    expect(problems(given)).toEqual([expect.stringContaining(problem)])
  })

  test('verify names the input that says the account', () => {
    const image = '210987654321.dkr.ecr.eu-west-1.amazonaws.com/app:v1'
    const given = { image, repository: '', 'aws-region': '', 'allowed-account-ids': '123456789012' }
    expect(problems(given, readVerifyInputs)).toEqual([
      expect.stringContaining('does not have 210987654321, the account of image'),
    ])
  })

  test('whatever is named: a problem for each account that is not among them, once, and no other', async () => {
    const account = fc.constantFrom('123456789012', '210987654321', '333333333333', '000000000001')
    const values = fc.record({
      allowed: fc.array(account, { minLength: 1 }),
      role: fc.option(account),
      registry: fc.option(account),
      further: fc.uniqueArray(account, { maxLength: 3 }),
    })
    await hold(values, 200, ({ allowed, role, registry, further }) => {
      const given = {
        'allowed-account-ids': allowed.join('\n'),
        ...(role === null ? {} : { 'role-to-assume': `arn:aws:iam::${role}:role/ci` }),
        ...(registry === null ? {} : { 'registry-id': registry }),
        registries: further.map((id) => `${id}/us-east-1`).join('\n'),
      }
      const used = [role, registry, ...further].filter((id) => id !== null)
      const others = new Set(used.filter((id) => !allowed.includes(id)))
      const told = problems(given).flatMap((line) => /does not have (\d{12})/.exec(line)?.[1] ?? [])
      expect(told.toSorted()).toEqual([...others].toSorted())
      expect(problems(given).length).toBe(others.size)
    })
  })
})
