// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's, and variables of IAM's
import { describe, expect, test } from '@jest/globals'
import { issuerOf } from '../../../dev/policy/trust.ts'
import { letsIn, onlyRole, PROVIDER, policyOf, ROLE, workflowOf } from '../../support/policy.ts'

const roleFor = (workflow: Parameters<typeof workflowOf>[0], more: Parameters<typeof policyOf>[1] = {}) =>
  onlyRole(policyOf(workflowOf(workflow), more))

const MAIN = 'ref:refs/heads/main'

describe('who may take the role', () => {
  test.each<[name: string, on: unknown, job: object, lets: string[], keeps: string[]]>([
    [
      'a push of a branch',
      { push: { branches: ['main'] } },
      {},
      [MAIN],
      ['ref:refs/heads/dev', 'ref:refs/tags/main', 'pull_request'],
    ],
    [
      'a push of tags',
      { push: { tags: ['v*'] } },
      {},
      ['ref:refs/tags/v1'],
      [MAIN, 'ref:refs/tags/v1/x', 'ref:refs/heads/v1'],
    ],
    ['any push', 'push', {}, [MAIN, 'ref:refs/tags/v1', 'ref:refs/heads/a/b'], ['pull_request']],
    [
      'a push with paths alone',
      { push: { paths: ['src/**'] } },
      {},
      [MAIN, 'ref:refs/tags/v1'],
      ['pull_request'],
    ],
    [
      'any other branch',
      { push: { 'branches-ignore': ['wip/**'] } },
      {},
      [MAIN],
      ['ref:refs/heads/wip/a', 'ref:refs/tags/v1'],
    ],
    [
      'what is excluded, and named again by a pattern',
      { push: { branches: ['**', '!a/**', 'a/b**'] } },
      {},
      [MAIN, 'ref:refs/heads/a/bc'],
      ['ref:refs/heads/a/c'],
    ],
    [
      'any other tag',
      { push: { 'tags-ignore': ['old'] } },
      {},
      ['ref:refs/tags/v1'],
      ['ref:refs/tags/old', MAIN],
    ],
    ['a pull request', 'pull_request', {}, ['pull_request'], [MAIN, 'ref:refs/pull/7/merge']],
    ['a list of events', ['pull_request', 'schedule'], {}, ['pull_request', MAIN], ['ref:refs/heads/dev']],
    [
      'an environment',
      { push: { branches: ['main'] } },
      { environment: 'production' },
      ['environment:production'],
      [MAIN, 'environment:other'],
    ],
    [
      'an environment with an address',
      'pull_request',
      { environment: { name: 'a:b', url: 'https://x' } },
      ['environment:a%3Ab'],
      ['pull_request', 'environment:a'],
    ],
    [
      'an environment that looks like a pattern',
      'push',
      { environment: 'prod*?' },
      ['environment:prod*?'],
      ['environment:production', 'environment:prod*x'],
    ],
    [
      'an environment like a variable of IAM',
      'push',
      { environment: '${aws:username}' },
      ['environment:${aws%3Ausername}'],
      ['environment:x'],
    ],
    ['a start by hand', 'workflow_dispatch', {}, [MAIN, 'ref:refs/tags/v1'], ['pull_request']],
    ['a schedule', { schedule: [{ cron: '0 0 * * *' }] }, {}, [MAIN], ['ref:refs/heads/dev']],
    [
      'another workflow before',
      { workflow_run: { workflows: ['x'], branches: ['dev'] } },
      {},
      [MAIN],
      ['ref:refs/heads/dev'],
    ],
    ['a release', { release: { types: ['published'] } }, {}, ['ref:refs/tags/v1'], [MAIN]],
    [
      'the merge queue',
      { merge_group: { branches: ['main'] } },
      {},
      ['ref:refs/heads/gh-readonly-queue/main/pr-1-c0ffee'],
      [MAIN, 'ref:refs/heads/gh-readonly-queue/dev/pr-1'],
    ],
    ['a creation', 'create', {}, [MAIN, 'ref:refs/tags/v1'], ['pull_request']],
    [
      'what GitHub documents no subject for, with an environment',
      'pull_request_target',
      { environment: 'e' },
      ['environment:e'],
      [MAIN, 'pull_request'],
    ],
    [
      'a condition on one branch',
      'push',
      { if: "github.ref == 'refs/heads/main'" },
      [MAIN],
      ['ref:refs/heads/dev', 'ref:refs/tags/v1'],
    ],
    [
      'a condition on the default branch',
      'push',
      { if: "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)" },
      [MAIN],
      ['ref:refs/heads/dev', 'ref:refs/tags/v1'],
    ],
    [
      'a condition on the name',
      'push',
      { if: "${{ github.ref_name == 'rel' && github.ref_type == 'branch' }}" },
      ['ref:refs/heads/rel'],
      [MAIN, 'ref:refs/tags/rel'],
    ],
    [
      'a condition on a list',
      'push',
      { if: `contains(fromJSON('["refs/heads/a","refs/heads/b"]'), github.ref)` },
      ['ref:refs/heads/a', 'ref:refs/heads/b'],
      [MAIN, 'ref:refs/tags/a'],
    ],
    [
      'a condition on the beginning',
      'push',
      { if: "startsWith(github.ref, 'refs/tags/v')" },
      ['ref:refs/tags/v1'],
      [MAIN, 'ref:refs/tags/x'],
    ],
    [
      'a condition that nobody can know',
      'push',
      { if: "contains(github.ref, 'x') || vars.A == 'b'" },
      [MAIN, 'ref:refs/heads/x'],
      [],
    ],
    [
      'a condition that something known makes false',
      'push',
      { if: "vars.A == 'b' && github.event_name == 'schedule' || github.ref == 'refs/heads/main'" },
      [MAIN],
      ['ref:refs/heads/x'],
    ],
    [
      'a negation',
      { push: { branches: ['**'] } },
      { if: "!(github.ref == 'refs/heads/main')" },
      ['ref:refs/heads/dev'],
      [],
    ],
    [
      'a condition on a branch, beside pull requests',
      { push: { branches: ['main'] }, pull_request: null },
      { if: "github.ref == 'refs/heads/main'" },
      [MAIN],
      ['pull_request'],
    ],
    [
      'a condition on the default branch, beside pull requests',
      { push: { branches: ['main'] }, pull_request: { types: ['opened'] } },
      { if: 'github.ref_name == github.event.repository.default_branch' },
      [MAIN],
      ['pull_request'],
    ],
    [
      'the same of pull requests that may be merged',
      { pull_request: { types: ['opened', 'closed'] } },
      { if: "github.ref == 'refs/heads/main'" },
      ['pull_request'],
      [MAIN],
    ],
    [
      'an environment by the branch',
      { push: { branches: ['main'] }, pull_request: null },
      { environment: "${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}" },
      ['environment:production', 'environment:staging'],
      [MAIN, 'pull_request', 'environment:other'],
    ],
    ['the status of other jobs', { push: { branches: ['main'] } }, { if: 'failure()' }, [MAIN], []],
  ])('%s', (_, on, job, lets, keeps) => {
    const role = roleFor({ on, job })
    expect(lets.filter((sub) => !letsIn(role, sub))).toEqual([])
    expect(keeps.filter((sub) => letsIn(role, sub))).toEqual([])
  })

  test('in no case another repository, another audience, or a token of another provider', () => {
    const role = roleFor({ on: 'push' })
    expect(letsIn(role, MAIN)).toBe(true)
    for (const claims of [{ sub: `repo:acme/shops:${MAIN}` }, { sub: `repo:acme:${MAIN}` }, { aud: 'other' }])
      expect(letsIn(role, MAIN, claims)).toBe(false)
  })

  test('the repository is named with its ids if it is given so, and called workflows without', () => {
    const called = { on: 'workflow_call', jobs: JSON.parse(workflowOf({ on: 'push' })).jobs }
    const { roles } = policyOf(
      JSON.stringify({
        on: { push: { branches: ['main'] } },
        jobs: { a: { permissions: { 'id-token': 'write' }, uses: './.github/workflows/b.yml' } },
      }),
      { repository: 'acme@1/shop@2', files: { '.github/workflows/b.yml': JSON.stringify(called) } },
    )
    const [role] = roles
    const claims = (file: string) => ({
      sub: `repo:acme@1/shop@2:${MAIN}`,
      job_workflow_ref: `acme/shop/.github/workflows/${file}.yml@refs/heads/main`,
    })
    expect(role && letsIn(role, '', claims('b'))).toBe(true)
    expect(role && letsIn(role, '', claims('c'))).toBe(false)
  })

  test.each(['workflow', 'action'])('a condition within a local %s names branches too', (kind) => {
    const condition = "github.ref == 'refs/heads/release' || startsWith(github.ref, 'refs/tags/v')"
    const inner = JSON.parse(workflowOf({ on: 'workflow_call', job: { if: condition } }))
    const [step] = inner.jobs.image.steps
    const composite = { using: 'composite', steps: [{ ...step, if: condition }] }
    const files = {
      '.github/workflows/called.yml': JSON.stringify(inner),
      'tools/action.yaml': JSON.stringify({ runs: composite }),
    }
    const permissions = { 'id-token': 'write' }
    const job =
      kind === 'workflow' ? { uses: './.github/workflows/called.yml' } : { steps: [{ uses: './tools' }] }
    const workflow = JSON.stringify({ on: 'push', jobs: { a: { permissions, ...job } } })
    const role = onlyRole(policyOf(workflow, { files }))
    const claims = { job_workflow_ref: 'acme/shop/.github/workflows/called.yml@refs/heads/main' }
    const lets = ['ref:refs/heads/release', 'ref:refs/tags/v1', MAIN, 'ref:refs/tags/x']
    expect(lets.map((sub) => letsIn(role, sub, claims))).toEqual([true, true, false, false])
  })

  test('what an expression reads of the repository has no ids', () => {
    const role = roleFor(
      {
        on: { push: { branches: ['main'] } },
        job: { if: "github.repository == 'acme/shop' && github.repository_owner == 'acme'" },
        inputs: { repository: 'team/${{ github.repository }}' },
      },
      { repository: 'acme@1/shop@2' },
    )
    expect(letsIn(role, '', { sub: `repo:acme@1/shop@2:${MAIN}` })).toBe(true)
    expect(JSON.stringify(role.permissions)).toContain('repository/team/acme/shop"')
  })
})

describe('the document', () => {
  test('of names alone asks with StringEquals', () => {
    const { trust } = roleFor({ on: { push: { branches: ['main', 'next'] } } })
    expect(trust).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: PROVIDER },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
              'token.actions.githubusercontent.com:sub': [
                'repo:acme/shop:ref:refs/heads/main',
                'repo:acme/shop:ref:refs/heads/next',
              ],
            },
          },
        },
      ],
    })
  })

  test('has patterns under StringLike, and names that none of them has in a statement of their own', () => {
    const { trust } = roleFor({ on: { push: { branches: ['main', 'r/**'] } } })
    expect(trust?.Statement.map(({ Condition = {} }) => Object.keys(Condition))).toEqual([
      ['StringEquals'],
      ['StringEquals', 'StringLike'],
    ])
    const covered = roleFor({ on: { push: { branches: ['main', '**'] } } })
    expect(covered.trust?.Statement).toHaveLength(1)
  })

  test('asks for the workflow that is called, at the branch or the tag, or at the commit', () => {
    const call = (ref: string) =>
      onlyRole(
        policyOf(
          JSON.stringify({
            on: { push: { branches: ['main'] } },
            jobs: {
              verify: {
                permissions: { 'id-token': 'write' },
                uses: `OWNER/ecr-build-push/.github/workflows/verify.yml@${ref}`,
                with: {
                  image: '1',
                  repository: 'demo',
                  'aws-region': 'eu-west-1',
                  'role-to-assume': ROLE,
                },
              },
            },
          }),
        ),
      )
    const at = (ref: string) => ({
      job_workflow_ref: `OWNER/ecr-build-push/.github/workflows/verify.yml@${ref}`,
    })
    const tagged = call('v1')
    expect(
      ['refs/tags/v1', 'refs/heads/v1', 'refs/tags/v2'].map((ref) => letsIn(tagged, MAIN, at(ref))),
    ).toEqual([true, true, false])
    expect(letsIn(tagged, MAIN)).toBe(false)
    const commit = 'c0ffee'.repeat(7).slice(0, 40)
    expect(letsIn(call(commit), MAIN, at(commit))).toBe(true)
  })

  test('says who else has to be filled in, if other workflows call this one', () => {
    const role = roleFor({ on: 'workflow_call' })
    expect(JSON.stringify(role.trust)).toContain(
      'repo:CALLING_OWNER/CALLING_REPOSITORY:ref:refs/heads/BRANCH',
    )
    expect(role.notes).toContainEqual(expect.stringContaining('fill in CALLING_OWNER'))
    // Whoever calls, the jobs are those of this file.
    expect(JSON.stringify(role.trust)).toContain('acme/shop/.github/workflows/image.yml@*')
  })

  test('has the audience that the step asks for, in the partition of the role', () => {
    const inputs = { 'role-to-assume': 'arn:aws-cn:iam::123456789012:role/ci', 'aws-region': 'cn-north-1' }
    const on = { push: { branches: ['main'] } }
    const plain = roleFor({ on, inputs })
    expect(JSON.stringify(plain.trust)).toContain('arn:aws-cn:iam::123456789012:oidc-provider/')
    expect(JSON.stringify(plain.permissions)).toContain('arn:aws-cn:ecr:cn-north-1:')
    expect(plain.notes).toContainEqual(expect.stringContaining('among its audiences'))
    const own = roleFor({ on, inputs: { ...inputs, audience: 'sts.amazonaws.com.cn' } })
    expect(JSON.stringify(own.trust)).toContain(
      '"token.actions.githubusercontent.com:aud":"sts.amazonaws.com.cn"',
    )
    expect(own.notes).toEqual([])
  })

  test.each<[what: string, role: string, regions: string[], partitions: string[]]>([
    ['the region says', '${{ vars.ROLE }}', ['cn-north-1'], ['aws-cn']],
    ['the regions say', '${{ vars.ROLE }}', ['us-gov-west-1', 'eu-west-1'], ['aws-us-gov', 'aws']],
    ['what it takes says', `\${{ vars.HUB }}\n\${{ vars.ROLE }}`, ['cn-north-1'], ['aws-cn']],
    ['nobody says', '${{ vars.ROLE }}', ['${{ vars.REGION }}'], ['aws']],
  ])('a role that is an expression is of the partition that %s', (_, role, regions, partitions) => {
    const job = { strategy: { matrix: { region: regions } } }
    const inputs = { 'role-to-assume': role, 'aws-region': '${{ matrix.region }}' }
    const { roles } = policyOf(workflowOf({ on: { push: { branches: ['main'] } }, job, inputs }), {
      account: '123456789012',
    })
    const first = roles.find((one) => one.role === role.split('\n')[0])
    expect(first?.trust?.Statement.map(({ Principal }) => Principal)).toEqual(
      partitions.map((one) => ({ Federated: PROVIDER.replace('arn:aws:', `arn:${one}:`) })),
    )
    for (const one of partitions.filter((one) => one !== 'aws'))
      expect(first?.notes).toContainEqual(expect.stringContaining(`sts.amazonaws.com in ${one} too`))
    const arns = JSON.stringify(roles.map(({ permissions }) => permissions)).match(/arn:[\w-]+/g) ?? []
    expect([...new Set(arns)].sort()).toEqual(partitions.map((one) => `arn:${one}`).sort())
  })

  test.each([
    ['github.com', 'token.actions.githubusercontent.com'],
    ['octocorp.ghe.com', 'token.actions.octocorp.ghe.com'],
    ['github.acme.example', 'github.acme.example/_services/token'],
  ])('knows the provider of %s', (host, issuer) => expect(issuerOf(host)).toBe(issuer))
})

describe('what is told', () => {
  test.each<[name: string, workflow: Parameters<typeof workflowOf>[0], note: RegExp]>([
    ['a push without a filter', { on: 'push' }, /push has no filter/],
    ['a pattern for every branch', { on: { push: { branches: ['**'] } } }, /has every branch/],
    ['a class', { on: { push: { tags: ['v[0-9]'] } } }, /'v\[0-9\]' cannot be said in IAM exactly/],
    ['pull requests', { on: 'pull_request' }, /has no reason to trust pull_request/],
    ['a start by hand', { on: 'workflow_dispatch' }, /every branch and tag that has the workflow/],
    ['a release', { on: 'release' }, /has every tag/],
    [
      'what GitHub documents no subject for',
      { on: 'pull_request_target' },
      /names no sub for pull_request_target/,
    ],
    [
      'an environment that nobody knows',
      { on: 'push', job: { environment: '${{ vars.E }}' } },
      /nobody knows the environment \$\{\{ vars\.E \}\}/,
    ],
    [
      'no permission for a token',
      { on: 'pull_request', job: { permissions: {} } },
      /needs permissions with id-token: write/,
    ],
    [
      'no permissions at all',
      { on: 'pull_request', job: { permissions: undefined } },
      /needs permissions with id-token: write/,
    ],
    [
      'pull requests by an environment',
      { on: 'pull_request', job: { environment: 'preview' } },
      /pull_request takes the role by the environment preview, .* A pull request can change what runs/,
    ],
    [
      'those of others by an environment',
      { on: 'pull_request_target', job: { environment: 'preview' } },
      /pull_request_target takes the role by the environment preview, .* A pull request can change/,
    ],
    [
      'a start by hand by an environment',
      { on: 'workflow_dispatch', job: { environment: 'preview' } },
      /workflow_dispatch takes the role by the environment preview, .* alone say who may take it\.$/,
    ],
    [
      'a push without a filter by what may be an environment',
      { on: 'push', job: { environment: '${{ vars.E }}' } },
      /push has no filter/,
    ],
    [
      'a role before it that nobody knows',
      { on: 'pull_request', inputs: { 'role-to-assume': `\${{ vars.HUB }}\n${ROLE}` } },
      /nobody knows the role \$\{\{ vars\.HUB \}\} beforehand, with whose credentials/,
    ],
    [
      'an alias of a key that nobody knows',
      {
        on: 'pull_request',
        inputs: {
          'encryption-type': 'KMS',
          'kms-key': 'arn:aws:kms:eu-west-1:123456789012:alias/${{ vars.P }}',
        },
      },
      /\* for what nobody knows beforehand: \$\{\{ vars\.P \}\}/,
    ],
    [
      'a registry of another account',
      { on: 'pull_request', inputs: { registries: '210987654321/eu-west-1' } },
      /own policy has to allow the role too: arn:aws:ecr:eu-west-1:210987654321:repository\/demo \(/,
    ],
    [
      'a repository that cannot be created',
      { on: 'pull_request', inputs: { 'registry-id': '210987654321' } },
      /no repository can be created: arn:aws:ecr:eu-west-1:210987654321:repository\/demo\./,
    ],
    [
      'a registry of another partition',
      { on: 'pull_request', inputs: { registries: 'cn-north-1' } },
      /no role of aws reaches another partition, and so not arn:aws:ecr:cn-north-1:/,
    ],
    ['an event that there is not', { on: 'pushed' }, /this command knows no event pushed/],
    ['an event without a sub', { on: 'deployment' }, /documentation names no sub for deployment/],
    ['no role', { on: 'pull_request', inputs: { 'role-to-assume': '' } }, /has no role-to-assume/],
    [
      'an account that nobody knows',
      { on: 'pull_request', inputs: { 'role-to-assume': '${{ vars.ROLE }}' } },
      /nobody knows the account of the role/,
    ],
    [
      'a name that nobody knows',
      { on: 'pull_request', inputs: { repository: 'a-${{ vars.NAME }}' } },
      /\* for what nobody knows beforehand: \$\{\{ vars\.NAME \}\}/,
    ],
    ['no region', { on: 'pull_request', inputs: { 'aws-region': '' } }, /\* for the region or the account/],
    [
      'what the action would refuse',
      { on: 'pull_request', inputs: { 'if-image-exists': 'replace' } },
      /: the action refuses the input 'if-image-exists': must be push, skip or fail/,
    ],
    [
      'what it would refuse with this checkout',
      { on: 'pull_request', inputs: { 'lifecycle-policy': 'none.json' } },
      /: with this checkout, the action would refuse the input 'lifecycle-policy': /,
    ],
    ['an input that there is not', { on: 'pull_request', inputs: { tag: 'a' } }, /There is no input 'tag'/],
    [
      'a long trust',
      { on: { push: { branches: Array.from({ length: 60 }, (_, at) => `branch-${at}`) } } },
      /IAM takes 2048/,
    ],
  ])('%s', (_, workflow, note) => {
    const { roles } = policyOf(workflowOf(workflow))
    expect(roles.flatMap(({ notes }) => notes)).toContainEqual(expect.stringMatching(note))
  })

  test('nothing of what is exact', () => {
    const role = roleFor({ on: { push: { branches: ['main', 'release/**'], tags: ['v*'] } } })
    expect(role.notes).toEqual([])
    const environment = roleFor({ on: { push: { branches: ['main'] } }, job: { environment: 'production' } })
    expect(environment.notes).toEqual([])
  })

  test.each(['pull_request', 'push'])('without a role for %s there is no trust policy', (on) => {
    const role = roleFor({ on, inputs: { 'role-to-assume': '' } })
    expect([role.role, role.trust]).toEqual([null, null])
    expect(role.permissions.Statement.length).toBeGreaterThan(1)
  })
})
