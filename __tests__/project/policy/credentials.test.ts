// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { describe, expect, test } from '@jest/globals'
import type { RoleDocuments } from '../../../dev/policy/documents.ts'
import { letsIn, policyOf, ROLE } from '../../support/policy.ts'

// With what a role is taken: GitHub's token, or the AWS credentials that the step finds, as src/aws/role.ts takes it.

const ONE = 'arn:aws:iam::111111111111:role/one'
const TWO = 'arn:aws:iam::222222222222:role/two'
const KEYS = { AWS_ACCESS_KEY_ID: '${{ secrets.KEY }}', AWS_SECRET_ACCESS_KEY: '${{ secrets.SECRET }}' }

const configure = (inputs: object, more: object = {}) => ({
  uses: 'aws-actions/configure-aws-credentials@v6',
  with: { 'aws-region': 'eu-west-1', ...inputs },
  ...more,
})
const push = (inputs: object, more: object = {}) => ({
  uses: 'OWNER/ecr-build-push@v1',
  with: { repository: 'demo', 'aws-region': 'us-east-1', ...inputs },
  ...more,
})
const ours = push({ 'role-to-assume': ROLE, 'role-external-id': 'tools' })

function rolesOf(steps: readonly object[], job: object = {}): ReadonlyMap<string | null, RoleDocuments> {
  const on = { push: { branches: ['main'] } }
  const workflow = { on, jobs: { a: { permissions: { 'id-token': 'write' }, ...job, steps } } }
  return new Map(policyOf(JSON.stringify(workflow)).roles.map((role) => [role.role, role]))
}

/** Who takes a role: `GitHub`, or a principal with the external id that it has to send. */
function takersOf(role: RoleDocuments | undefined): unknown[] {
  const statements = role?.trust?.Statement ?? []
  return statements
    .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('sts:AssumeRole')))
    .map(({ Principal, Condition }) =>
      'AWS' in Principal
        ? [Principal.AWS, Condition?.['StringEquals']?.['sts:ExternalId'] ?? null].filter(
            (one) => one !== null,
          )
        : 'GitHub',
    )
}

const OTHERS = 'ARN_OF_THE_CREDENTIALS'

describe('who takes the role', () => {
  test.each<[what: string, steps: object[], job: object, takers: Record<string, unknown[]>]>([
    ['nothing before it', [push({ 'role-to-assume': ROLE })], {}, { [ROLE]: ['GitHub'] }],
    ['keys of the job', [ours], { env: KEYS }, { [ROLE]: [[OTHERS, 'tools']] }],
    ['keys of the step', [push({ 'role-to-assume': ROLE }, { env: KEYS })], {}, { [ROLE]: [[OTHERS]] }],
    [
      'half of the keys',
      [push({ 'role-to-assume': ROLE })],
      { env: { AWS_ACCESS_KEY_ID: 'a' } },
      { [ROLE]: ['GitHub'] },
    ],
    [
      'keys of the step, before those of another role',
      [configure({ 'role-to-assume': ONE }), push({ 'role-to-assume': ROLE }, { env: KEYS })],
      {},
      { [ROLE]: [[OTHERS]] },
    ],
    [
      'another role, before the keys of the job',
      [configure({ 'role-to-assume': ONE }), ours],
      { env: KEYS },
      { [ONE]: ['GitHub'], [ROLE]: [[ONE, 'tools']] },
    ],
    [
      'keys that a step has put there',
      [configure({ 'aws-access-key-id': 'a', 'aws-secret-access-key': 'b' }), ours],
      {},
      { [ROLE]: [[OTHERS, 'tools']] },
    ],
    [
      'a role that is taken with keys',
      [
        configure({
          'aws-access-key-id': 'a',
          'aws-secret-access-key': 'b',
          'role-to-assume': ONE,
          'role-external-id': 'x',
        }),
        ours,
      ],
      {},
      { [ONE]: [[OTHERS, 'x']], [ROLE]: [[ONE, 'tools']] },
    ],
    [
      'a chain of roles',
      [
        configure({ 'role-to-assume': ONE }),
        configure({ 'role-to-assume': TWO, 'role-chaining': true, 'role-external-id': 'y' }),
        push({}),
      ],
      {},
      { [ONE]: ['GitHub'], [TWO]: [[ONE, 'y']] },
    ],
    [
      'the same without role-chaining',
      [configure({ 'role-to-assume': ONE }), configure({ 'role-to-assume': TWO }), push({})],
      {},
      { [TWO]: ['GitHub'] },
    ],
    [
      'a role that is not put into the environment',
      [
        configure({ 'role-to-assume': ONE, 'output-env-credentials': false }),
        push({ 'role-to-assume': ROLE }),
      ],
      {},
      { [ROLE]: ['GitHub'] },
    ],
    [
      'what is there already',
      [
        configure({ 'role-to-assume': ONE }),
        configure({ 'role-to-assume': TWO, 'use-existing-credentials': true }),
        push({}),
      ],
      {},
      { [ONE]: ['GitHub'] },
    ],
    [
      'a region alone',
      [configure({ 'role-to-assume': ONE }), configure({ 'aws-region': 'eu-west-3' }), push({})],
      {},
      { [ONE]: ['GitHub'] },
    ],
    [
      'a token from a file',
      [configure({ 'role-to-assume': ONE, 'web-identity-token-file': '/t' }), push({})],
      {},
      { [ONE]: [[OTHERS]] },
    ],
  ])('%s', (_, steps, job, takers) => {
    const roles = rolesOf(steps, job)
    expect(Object.fromEntries([...roles].map(([role, one]) => [role, takersOf(one)]))).toEqual(takers)
    for (const one of roles.values()) expect(letsIn(one, 'ref:refs/heads/dev')).toBe(false)
    for (const [role, who] of Object.entries(takers))
      if (who.flat().includes(OTHERS))
        expect(roles.get(role)?.notes).toContainEqual(expect.stringContaining(`in the place of ${OTHERS}`))
  })

  test('a region is that of the last step that puts one into the environment', () => {
    const region = (inputs: object) => {
      const steps = [configure({ 'role-to-assume': ONE }), configure(inputs), push({ 'aws-region': '' })]
      return /arn:aws:ecr:([\w-]+)/.exec(JSON.stringify(rolesOf(steps).get(ONE)?.permissions))?.[1]
    }
    expect(region({ 'aws-region': 'eu-west-3' })).toBe('eu-west-3')
    expect(region({ 'aws-region': 'eu-west-3', 'output-env-credentials': false })).toBe('eu-west-1')
  })
})

describe('what nobody knows beforehand is told', () => {
  test.each<[what: string, step: object, note: RegExp | null]>([
    ['whether the step runs', configure({}, { if: "vars.A == 'b'" }), /whether the step runs/],
    ['not if it fails', configure({}, { if: 'success()' }), null],
    ['whether it is put there', configure({ 'output-env-credentials': '${{ vars.A }}' }), /'output-env-/],
    ['whether it is a chain', configure({ 'role-chaining': '${{ vars.A }}' }), /'role-chaining'/],
    ['what is valid', configure({ 'use-existing-credentials': true }), /if they are valid/],
  ])('%s', (_, step, note) => {
    const roles = rolesOf([configure({ 'role-to-assume': ONE }), step, push({ 'role-to-assume': ROLE })])
    const notes = roles.get(ROLE)?.notes.filter((one) => /whether the step|nobody knows|valid/.test(one))
    expect(notes).toEqual(note === null ? [] : [expect.stringMatching(note)])
  })
})
