// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { examplesIn } from '../../../dev/docs.ts'
import { root } from '../../../dev/runner.ts'
import { usesOfBuilding } from '../../../src/actions/build-push/pull-uses.ts'
import { readMergeInputs } from '../../../src/actions/merge/inputs.ts'
import { readPromoteInputs } from '../../../src/actions/promote/inputs.ts'
import {
  type Home,
  usesOfBuildPush,
  usesOfMerge,
  usesOfPromote,
  usesOfVerify,
} from '../../../src/actions/uses.ts'
import { readVerifyInputs } from '../../../src/actions/verify/inputs.ts'
import { neededActions } from '../../../src/aws/policy.ts'
import { readInputs } from '../../../src/inputs/index.ts'
import { isAllowed, permissionsIn } from '../../support/iam.ts'
import { SCENARIOS } from '../../support/permission-scenarios.ts'
import { letsIn, onlyRole, policyOf, ROLE, workflowOf } from '../../support/policy.ts'

let workspace = ''
beforeAll(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'workspace-'))
  writeFileSync(path.join(workspace, 'Dockerfile'), 'FROM scratch\n')
})
afterAll(() => rmSync(workspace, { recursive: true }))

const home: Home = { partition: 'aws', account: '123456789012', region: 'ap-northeast-2' }
const DIGESTS = `sha256:${'a'.repeat(64)}\nsha256:${'b'.repeat(64)}`

// long/permissions holds what these inputs need against what a run of them asks for.
describe('the permissions policy of a workflow is what its inputs need', () => {
  test.each(Object.entries(SCENARIOS))('%s', async (_, { action, with: given }) => {
    const inputs: Record<string, string> = {
      'aws-region': 'ap-northeast-2',
      repository: 'app',
      tags: 'v1,latest',
      'role-to-assume': ROLE,
      ...(typeof given === 'function' ? given(DIGESTS) : given),
    }
    const env = { GITHUB_REPOSITORY: 'acme/shop' }
    const source = { get: (name: string) => inputs[name] ?? '', env, cwd: workspace }
    const uses = await {
      main: async () => {
        const read = readInputs(source)
        return [...usesOfBuildPush(read, home), ...(await usesOfBuilding(read, home))]
      },
      merge: () => usesOfMerge(readMergeInputs(source), home),
      promote: () => usesOfPromote(readPromoteInputs(source), home),
      verify: () => usesOfVerify(readVerifyInputs(source), home),
    }[action]()
    const folder = action === 'main' ? '' : `/${action}`
    const made = policyOf(workflowOf({ on: 'push', uses: `OWNER/ecr-build-push${folder}@v1`, inputs }))
    if (uses.length === 0) expect(made.roles).toEqual([])
    else expect(onlyRole(made).permissions.Statement).toEqual(neededActions(uses))
  })
})

const arns = (inputs: object, more = {}) => {
  const { permissions } = onlyRole(policyOf(workflowOf({ on: 'push', inputs, ...more })))
  return [...new Set(permissions.Statement.flatMap(({ Resource }) => Resource))].filter((one) => one !== '*')
}
const actions = (inputs: object) =>
  onlyRole(policyOf(workflowOf({ on: 'push', inputs }))).permissions.Statement.flatMap(({ Action }) => Action)

describe('what is not known', () => {
  test.each<[name: string, inputs: object, resource: string]>([
    ['a name', { repository: '${{ vars.A }}' }, 'arn:aws:ecr:eu-west-1:123456789012:repository/*'],
    [
      'a part of a name',
      { repository: 'a/${{ vars.A }}-${{ vars.B }}' },
      'arn:aws:ecr:eu-west-1:123456789012:repository/a/*-*',
    ],
    ['a region', { 'aws-region': '${{ vars.A }}' }, 'arn:aws:ecr:*:123456789012:repository/demo'],
    [
      'an account in a URI',
      { repository: '${{ vars.A }}.dkr.ecr.eu-west-1.amazonaws.com/demo' },
      'arn:aws:ecr:eu-west-1:*:repository/demo',
    ],
    [
      'a region in a URI',
      { 'aws-region': '', repository: '123456789012.dkr.ecr.${{ vars.A }}.amazonaws.com/demo' },
      'arn:aws:ecr:*:123456789012:repository/demo',
    ],
    [
      'the account of the role',
      { 'role-to-assume': 'arn:aws:iam::${{ vars.A }}:role/ci' },
      'arn:aws:ecr:eu-west-1:*:repository/demo',
    ],
    ['a whole role', { 'role-to-assume': '${{ vars.A }}' }, 'arn:aws:ecr:eu-west-1:*:repository/demo'],
    ['a registry', { 'registry-id': '${{ vars.A }}' }, 'arn:aws:ecr:eu-west-1:*:repository/demo'],
    [
      'a name that is known in every job of a matrix',
      { repository: 'demo' },
      'arn:aws:ecr:eu-west-1:123456789012:repository/demo',
    ],
  ])('%s is a * in the resource', (_, inputs, resource) => expect(arns(inputs)).toEqual([resource]))

  test('an account that begins as what stands for one is known', () => {
    const inputs = { 'role-to-assume': 'arn:aws:iam::900912345678:role/ci' }
    expect(arns(inputs)).toEqual(['arn:aws:ecr:eu-west-1:900912345678:repository/demo'])
    const { role, trust } = onlyRole(policyOf(workflowOf({ on: 'push', inputs })))
    expect(role).toBe('arn:aws:iam::900912345678:role/ci')
    expect(JSON.stringify(trust)).toContain('arn:aws:iam::900912345678:oidc-provider/')
  })

  test.each<[key: string, condition: object | undefined]>([
    ['alias/images', { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/images' } }],
    ['alias/images-${{ vars.A }}', { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/images-*' } }],
    ['${{ vars.A }}', undefined],
  ])('the key %s has its condition', (key, condition) => {
    const inputs = { 'encryption-type': 'KMS', 'kms-key': key }
    const { Statement } = onlyRole(policyOf(workflowOf({ on: 'push', inputs }))).permissions
    const ofKey = Statement.filter(({ Action }) =>
      [Action].flat().some((action) => action.startsWith('kms:')),
    )
    expect(ofKey.map(({ Resource, Condition }) => ({ Resource, Condition }))).toEqual([
      { Resource: 'arn:aws:kms:eu-west-1:123456789012:key/*', Condition: condition },
    ])
  })

  test.each([
    ['require-provenance', 'commit=${{ github.sha }}', 'ecr:ListImageReferrers'],
    ['lifecycle-policy', 'not/in/this/checkout.json', 'ecr:PutLifecyclePolicy'],
    ['lifecycle-policy', '{"rules": ${{ vars.A }}}', 'ecr:PutLifecyclePolicy'],
    ['fail-on-severity', 'cri${{ vars.A }}', 'ecr:DescribeImageScanFindings'],
  ])('%s: %s, which nobody can read, needs the most: %s', (input, value, action) => {
    const folder = input === 'require-provenance' ? '/promote' : ''
    const inputs = { [input]: value, ...(folder === '' ? {} : { source: 'demo:1', repository: 'other' }) }
    const made = policyOf(workflowOf({ on: 'push', uses: `OWNER/ecr-build-push${folder}@v1`, inputs }))
    expect(onlyRole(made).permissions.Statement.flatMap(({ Action }) => Action)).toContain(action)
  })

  // fuzz/open-inputs holds what every input may stand for.
  const notesOf = (inputs: object) => onlyRole(policyOf(workflowOf({ on: 'push', inputs }))).notes

  test.each(['registries', 'pull-registries', 'cache-from', 'cache-to', 'build-contexts', 'sbom'])(
    '%s, which may be anywhere, is told',
    (input) => {
      const note = `nobody knows the input '${input}' beforehand, and what it may need is not in the policy.`
      expect(notesOf({ [input]: '${{ vars.A }}' })).toContainEqual(expect.stringContaining(note))
      expect(notesOf({ [input]: '' })).not.toContainEqual(expect.stringContaining(note))
    },
  )

  const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
  test.each<[input: string, value: string, isTold: boolean]>([
    ['registries', 'us-east-1\n${{ vars.A }}', true],
    ['registries', 'eu-${{ vars.A }}-1', true],
    ['registries', '210987654321/${{ vars.A }}', false],
    ['cache-from', `type=registry,ref=${HOST}/cache:\${{ vars.A }}`, false],
    ['cache-from', 'type=registry,ref=ghcr.io/${{ vars.A }}', false],
    ['cache-from', 'type=registry,ref=${{ vars.A }}/cache', true],
    ['cache-from', 'type=${{ vars.A }}', true],
    ['cache-from', 'type=gha,scope=${{ vars.A }}', false],
    ['cache-to', 'type=gha\n${{ vars.A }}', true],
    ['build-contexts', 'base=${{ vars.A }}', true],
    ['build-contexts', 'base=docker-image://${{ vars.A }}/base', true],
    ['build-contexts', 'base=docker-image://alpine:${{ vars.A }}', false],
    ['build-contexts', 'lib=./lib-${{ vars.A }}', false],
    ['build-args', 'VERSION=1\n${{ vars.A }}', true],
    ['build-args', 'VERSION=${{ vars.A }}', false],
    ['sbom', 'generator=${{ vars.A }}', true],
    ['sbom', 'generator=docker/scanner:${{ vars.A }}', false],
  ])('%s: %s, of which a part is not known: told: %s', (input, value, isTold) => {
    const note = expect.stringContaining(`nobody knows all of the input '${input}' beforehand`)
    const notes = notesOf({ [input]: value })
    if (isTold) expect(notes).toContainEqual(note)
    else expect(notes).not.toContainEqual(note)
  })

  test.each<[inputs: object, isTold: boolean]>([
    [{ repository: '${{ vars.A }}' }, true],
    [{ repository: '${{ vars.A }}/demo' }, true],
    [{ repository: 'public.${{ vars.A }}' }, true],
    [{ repository: '12${{ vars.A }}' }, true],
    [{ repository: 'team-${{ vars.A }}' }, false],
    [{ repository: 'team/${{ vars.A }}' }, false],
    [{ repository: `${HOST}/\${{ vars.A }}` }, false],
    // A URI would contradict these, or say the same.
    [{ repository: '${{ vars.A }}', 'registry-id': '123456789012' }, false],
  ])('%j: it may be in another registry, told: %s', (inputs, isTold) => {
    const note = expect.stringContaining("the input 'repository' begins with what nobody knows beforehand")
    if (isTold) expect(notesOf(inputs)).toContainEqual(note)
    else expect(notesOf(inputs)).not.toContainEqual(note)
  })

  test('registry-type: what either needs', () => {
    expect(arns({ 'registry-type': '${{ vars.A }}', 'aws-region': '' })).toEqual([
      'arn:aws:ecr:*:123456789012:repository/demo',
      'arn:aws:ecr-public::123456789012:repository/demo',
    ])
    // Beside registries, the action refuses public.
    expect(arns({ 'registry-type': '${{ vars.A }}', registries: 'us-east-1' })).toEqual(
      ['eu-west-1', 'us-east-1'].map((region) => `arn:aws:ecr:${region}:123456789012:repository/demo`),
    )
  })

  test('every key is told of a kms-key that nobody knows', () => {
    const notes = notesOf({ 'encryption-type': 'KMS', 'kms-key': '${{ vars.A }}' })
    expect(notes).toContainEqual(expect.stringContaining('has every KMS key of an account and region'))
  })

  test('each job of a matrix has its own resource', () => {
    const job = { strategy: { matrix: { name: ['aa', 'bb'] } } }
    expect(arns({ repository: '${{ matrix.name }}' }, { job })).toEqual(
      ['aa', 'bb'].map((name) => `arn:aws:ecr:eu-west-1:123456789012:repository/${name}`),
    )
  })

  test.each([
    ['push', 'ecr:PutImage'],
    ['create-repository', 'ecr:CreateRepository'],
    ['create-repository', 'ecr:DescribeRepositoryCreationTemplates'],
    ['kms-key', 'kms:CreateGrant'],
    ['repository-tags', 'ecr:TagResource'],
    ['lifecycle-policy', 'ecr:PutLifecyclePolicy'],
    ['repository-policy', 'ecr:SetRepositoryPolicy'],
    ['fail-on-severity', 'ecr:DescribeImageScanFindings'],
    ['wait-for-replication', 'ecr:DescribeImageReplicationStatus'],
    ['wait-for-signing', 'signer:SignPayload'],
    ['attest', 'ecr:ListImageReferrers'],
  ])('%s is taken for what needs the most: %s', (input, action) =>
    expect(actions({ 'encryption-type': 'KMS', [input]: '${{ vars.A }}' })).toContain(action),
  )

  test.each([
    'scan-only-fixable',
    'scan-min-score',
    'cache',
    'keep-login',
    'summary',
    'update-repository',
    'if-image-exists',
    'image-tag-mutability',
    'scan-on-push',
    'tags',
    'gate',
    'target',
    'platforms',
    'registry-type',
    'encryption-type',
  ])('%s is no error', (input) => {
    const { notes } = onlyRole(
      policyOf(workflowOf({ on: { push: { branches: ['main'] } }, inputs: { [input]: '${{ vars.A }}' } })),
    )
    expect(notes).toEqual([])
  })

  test('a source or an image is a tag, a digest or an URI', () => {
    const verify = (inputs: object) => {
      const uses = 'OWNER/ecr-build-push/verify@v1'
      return arns({ repository: '', ...inputs }, { uses })
    }
    const at = (name: string) => [`arn:aws:ecr:eu-west-1:123456789012:repository/${name}`]
    expect(verify({ image: '${{ vars.A }}', repository: 'demo' })).toEqual(at('demo'))
    expect(verify({ image: '${{ vars.A }}' })).toEqual(at('*'))
    expect(verify({ image: 'demo@${{ vars.A }}' })).toEqual(at('demo'))
    expect(verify({ image: 'demo:${{ vars.A }}' })).toEqual(at('demo'))
    expect(verify({ image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo@${{ vars.A }}' })).toEqual(
      at('demo'),
    )
  })
})

describe('whose policy it is', () => {
  test('each role of registries has documents of its own', () => {
    const other = 'arn:aws:iam::210987654321:role/other'
    const { roles } = policyOf(
      workflowOf({
        on: { push: { branches: ['main'] } },
        inputs: { registries: `210987654321/us-east-1 ${other}` },
      }),
    )
    expect(roles.map(({ role }) => role)).toEqual([ROLE, other])
    const allowed = permissionsIn(roles[1]?.permissions.Statement ?? [])
    const resource = 'arn:aws:ecr:us-east-1:210987654321:repository/demo'
    expect(isAllowed(allowed, { action: 'ecr:PutImage', resource })).toBe(true)
    expect(JSON.stringify(roles[1]?.trust)).toContain('arn:aws:iam::210987654321:oidc-provider/')
  })

  const configured = (step: object) =>
    JSON.stringify({
      on: { push: { branches: ['main'] } },
      jobs: {
        a: {
          permissions: 'write-all',
          steps: [
            {
              uses: 'aws-actions/configure-aws-credentials@v6',
              with: { 'role-to-assume': ROLE, 'aws-region': 'eu-west-1' },
            },
            { uses: 'OWNER/ecr-build-push@v1', with: { repository: 'demo', ...step } },
          ],
        },
      },
    })

  test('a step behind local-ecr needs nothing, unless that may be left out', () => {
    const job = (condition: string) => ({
      on: 'push',
      jobs: {
        push: {
          permissions: { 'id-token': 'write' },
          'runs-on': 'ubuntu-latest',
          steps: [
            { if: condition, uses: 'OWNER/ecr-build-push/local-ecr@v1' },
            { uses: 'OWNER/ecr-build-push@v1', with: { repository: 'app', 'role-to-assume': ROLE } },
          ],
        },
      },
    })
    expect(policyOf(stringify(job('true'))).roles).toEqual([])
    expect(policyOf(stringify(job('vars.LOCAL'))).roles.map(({ role }) => role)).toEqual([ROLE])
  })

  test('a step without a role has that of aws-actions/configure-aws-credentials before it', () => {
    const { role, trust, permissions } = onlyRole(policyOf(configured({})))
    expect([role, trust?.Statement.length]).toEqual([ROLE, 1])
    expect(JSON.stringify(permissions)).toContain('arn:aws:ecr:eu-west-1:123456789012:repository/demo')
  })

  test('a role behind that one trusts it, and not GitHub', () => {
    const next = 'arn:aws:iam::123456789012:role/next'
    const { roles } = policyOf(configured({ 'role-to-assume': next }))
    expect(roles.map(({ role }) => role).sort()).toEqual([ROLE, next])
    const [of, before] = [next, ROLE].map((arn) => roles.find(({ role }) => role === arn))
    expect(of?.trust?.Statement).toEqual([
      { Effect: 'Allow', Principal: { AWS: ROLE }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
    ])
    expect(before && letsIn(before, 'ref:refs/heads/main')).toBe(true)
    expect(before?.permissions.Statement).toEqual([
      { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: next },
    ])
    expect(of?.notes).toContainEqual(expect.stringContaining("and not with GitHub's token"))
  })

  test('of several roles, the first trusts GitHub, and each other the one before', () => {
    const [hub, push] = ['arn:aws:iam::123456789012:role/hub', 'arn:aws:iam::210987654321:role/push']
    const inputs = { 'role-to-assume': `# two\n${hub}\n${push}`, 'role-external-id': 'tools' }
    const { roles } = policyOf(workflowOf({ on: { push: { branches: ['main'] } }, inputs }))
    const [last, first] = roles
    expect([first?.role, last?.role]).toEqual([hub, push])
    expect(first && letsIn(first, 'ref:refs/heads/main')).toBe(true)
    expect(first?.permissions.Statement).toEqual([
      { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: push },
    ])
    const Principal = { AWS: hub }
    expect(last?.trust?.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal,
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'tools' } },
      },
      { Effect: 'Allow', Principal, Action: 'sts:TagSession' },
    ])
    // What the inputs leave open is where the last role is.
    expect(JSON.stringify(last?.permissions)).toContain('arn:aws:ecr:eu-west-1:210987654321:repository/demo')
  })

  test.each<[what: string, sent: string[], asked: unknown, told: RegExp | null]>([
    ['the same one by all', ['tools', 'tools'], 'tools', null],
    ['two', ['tools', 'desk'], ['tools', 'desk'], null],
    ['one, and none', ['tools', ''], null, /takes the role with role-external-id and without: the trust/],
    ['none, and one', ['', 'tools'], null, /takes the role with role-external-id and without: the trust/],
    ['one that nobody knows', ['${{ secrets.ID }}'], '${{ secrets.ID }}', /secrets\.ID.* fill it in/],
  ])('the external id that is sent, %s: the trust policy takes every run', (_, sent, asked, told) => {
    const push = 'arn:aws:iam::210987654321:role/push'
    const given = { repository: 'demo', 'aws-region': 'eu-west-1', 'role-to-assume': `${ROLE}\n${push}` }
    const jobs = sent.map((id, at) => {
      const step = { uses: 'OWNER/ecr-build-push@v1', with: { ...given, 'role-external-id': id } }
      return [`job${at}`, { permissions: { 'id-token': 'write' }, steps: [step] }]
    })
    const { roles } = policyOf(JSON.stringify({ on: 'push', jobs: Object.fromEntries(jobs) }))
    const last = roles.find(({ role }) => role === push)
    const [assume] = last?.trust?.Statement ?? []
    const condition = asked === null ? undefined : { StringEquals: { 'sts:ExternalId': asked } }
    expect(assume?.Condition).toEqual(condition)
    const notes = (last?.notes ?? []).filter((note) => /external/.test(note))
    expect(notes).toEqual(told === null ? [] : [expect.stringMatching(told)])
  })

  test('the role of dry runs may read what they read, and nothing else', () => {
    const [documented] = examplesIn(readFileSync(path.join(root, 'docs', 'dry-run.md'), 'utf8')).filter(
      ({ language }) => language === 'json',
    )
    const { Statement } = JSON.parse(documented?.text ?? '') as { Statement: { Action: string[] }[] }
    const plan = 'arn:aws:iam::123456789012:role/ci-plan'
    const inputs = {
      'role-to-assume':
        "arn:aws:iam::123456789012:role/${{ github.event_name == 'push' && 'ci' || 'ci-plan' }}",
      'dry-run': "${{ github.event_name == 'pull_request' }}",
      'create-repository': "${{ github.ref == 'refs/heads/other' }}",
      'update-repository': 'true',
      'repository-tags': 'a=b',
      'lifecycle-policy': '${{ vars.A }}',
      'repository-policy': '${{ vars.A }}',
      'encryption-type': 'KMS',
      'kms-key': 'alias/images',
      'fail-on-severity': 'high',
      'wait-for-replication': 'true',
      'wait-for-signing': 'true',
      attest: 'provenance',
    }
    const { roles } = policyOf(
      workflowOf({ on: { push: { branches: ['main'] }, pull_request: null }, inputs }),
    )
    const actionsOf = (arn: string) =>
      new Set(
        roles
          .filter(({ role }) => role === arn)
          .flatMap(({ permissions }) => permissions.Statement.flatMap(({ Action }) => Action)),
      )
    expect([...actionsOf(plan)].sort()).toEqual(Statement.flatMap(({ Action }) => Action).sort())
    expect(actionsOf(ROLE)).toContain('ecr:PutImage')
  })

  test('of several roles that are expressions, each is one, and so is that of a registry', () => {
    const [hub, push, other] = ['${{ vars.HUB }}', '${{ vars.PUSH }}', '${{ vars.OTHER }}']
    const inputs = { 'role-to-assume': `${hub}\n  ${push}\n`, registries: `us-east-1 ${other}` }
    const workflow = workflowOf({ on: { push: { branches: ['main'] } }, inputs })
    const { roles } = policyOf(workflow, { account: '123456789012' })
    expect(roles.map(({ role }) => role).sort()).toEqual([hub, other, push])
    const [first, last, elsewhere] = [hub, push, other].map((one) => roles.find(({ role }) => role === one))
    expect(first && letsIn(first, 'ref:refs/heads/main')).toBe(true)
    for (const one of [last, elsewhere])
      expect(one?.trust?.Statement).toEqual([
        { Effect: 'Allow', Principal: { AWS: hub }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
      ])
    expect(JSON.stringify(last?.permissions)).toContain('arn:aws:ecr:eu-west-1:*:repository/demo')
    expect(JSON.stringify(elsewhere?.permissions)).toContain('arn:aws:ecr:us-east-1:*:repository/demo')
  })

  test('what a dry run reads beside a push with the same role is no statement of its own', () => {
    const on = { push: { branches: ['main'] }, pull_request: null }
    const always = { repository: 'team/${{ vars.A }}', 'fail-on-severity': 'high' }
    const sometimes = { ...always, 'dry-run': "${{ github.event_name == 'pull_request' }}" }
    const statements = (inputs: object) =>
      onlyRole(policyOf(workflowOf({ on, inputs }))).permissions.Statement
    expect(statements(sometimes)).toEqual(statements(always))
  })

  test('bake has * for its targets, and what only its definition says is told', () => {
    const uses = 'OWNER/ecr-build-push/bake@v1'
    const role = (inputs: object) =>
      onlyRole(policyOf(workflowOf({ on: { push: { branches: ['main'] } }, uses, inputs })))
    const { permissions, notes } = role({ repository: 'shop/{{target}}', registries: 'us-east-1' })
    const resources = permissions.Statement.flatMap(({ Resource }) => Resource)
    expect(new Set(resources)).toEqual(
      new Set([
        '*',
        ...['eu-west-1', 'us-east-1'].map((region) => `arn:aws:ecr:${region}:123456789012:repository/shop/*`),
      ]),
    )
    expect(notes).toEqual([
      expect.stringMatching(/^image\.yml, line 1: which targets there are, only the definition says/),
      expect.stringContaining('has * for what nobody knows beforehand: {{target}}. '),
    ])
    expect(JSON.stringify(role({ repository: '' }).permissions)).toContain(':repository/*')
    // A matrix is read from the definition alone.
    expect(policyOf(workflowOf({ on: 'push', uses, inputs: { matrix: 'true' } })).roles).toEqual([])
  })

  test('a build without a push whose caches nobody knows is told, and no role trusted for it', () => {
    const inputs = { push: 'false', 'cache-from': '${{ vars.A }}' }
    const { roles, notes } = policyOf(workflowOf({ on: 'pull_request', inputs }))
    expect(roles).toEqual([])
    expect(notes).toEqual([
      expect.stringMatching(/the input 'cache-from' .*\(On a pull request, it needs no/),
    ])
  })

  test('each input that the action refuses is told, and the rest read', () => {
    const inputs = { repository: 'demo', gate: 'never', tags: 'a b', 'scan-baseline': 'x', push: 'maybe' }
    const { roles } = policyOf(workflowOf({ on: 'push', inputs }))
    const told = roles.flatMap(({ notes }) => notes).filter((note) => note.includes('the action refuses'))
    expect(told.map((note) => /input '([\w-]+)'/.exec(note)?.[1]).sort()).toEqual(
      ['gate', 'push', 'scan-baseline', 'tags'].sort(),
    )
  })

  test('a role that is an expression is called as it is written', () => {
    const written = (role: string) =>
      onlyRole(policyOf(workflowOf({ on: 'push', inputs: { 'role-to-assume': role } }))).role
    expect(written('${{ vars.ROLE }}')).toBe('${{ vars.ROLE }}')
    const inPart = 'arn:aws:iam::${{ vars.A }}:role/${{ vars.B }}'
    expect(written(inPart)).toBe(inPart)
  })

  test('a role of pull-registries reads every repository there, which is told', () => {
    const base = 'arn:aws:iam::210987654321:role/base'
    const { roles } = policyOf(
      workflowOf({ on: 'push', inputs: { 'pull-registries': `210987654321/eu-west-1 ${base}` } }),
    )
    const own = roles.find(({ role }) => role === base)
    expect(JSON.stringify(own?.permissions)).toContain('arn:aws:ecr:eu-west-1:210987654321:repository/*')
    expect(own?.notes).toContainEqual(expect.stringContaining('pull-registries'))
  })

  test("a registry without an account, and with a role of its own, is in that role's account", () => {
    const other = 'arn:aws:iam::210987654321:role/other'
    const { roles } = policyOf(workflowOf({ on: 'push', inputs: { registries: `us-east-1 ${other}` } }))
    const [own] = roles.filter(({ role }) => role === other)
    expect(JSON.stringify(own?.permissions)).toContain('arn:aws:ecr:us-east-1:210987654321:repository/demo')
  })

  test('nothing is needed in a run that does not push', () => {
    const on = { pull_request: null, push: { branches: ['main'] } }
    const role = onlyRole(
      policyOf(workflowOf({ on, inputs: { push: "${{ github.event_name == 'push' }}" } })),
    )
    expect(role.takenBy).toEqual([expect.stringMatching(/, on a push of main$/)])
    expect(JSON.stringify(role.trust)).not.toContain('pull_request')
  })
})

describe('a workflow in parts', () => {
  const steps = [
    {
      uses: 'OWNER/ecr-build-push@v1',
      with: { repository: '${{ inputs.name }}', 'role-to-assume': ROLE, 'aws-region': '${{ env.R }}' },
    },
  ]

  test('a composite action, with its inputs and their defaults', () => {
    const action = { inputs: { name: { default: 'by-default' } }, runs: { using: 'composite', steps } }
    const files = { '.github/actions/push/action.yml': JSON.stringify(action) }
    const job = (more: object) => ({
      env: { R: 'eu-west-1' },
      permissions: { 'id-token': 'write' },
      steps: [{ uses: './.github/actions/push', ...more }],
    })
    const made = policyOf(
      JSON.stringify({ on: 'push', jobs: { a: job({}), b: job({ with: { name: 'b-${{ vars.X }}' } }) } }),
      { files },
    )
    expect(onlyRole(made).permissions.Statement.at(-1)?.Resource).toEqual([
      'arn:aws:ecr:eu-west-1:123456789012:repository/by-default',
      'arn:aws:ecr:eu-west-1:123456789012:repository/b-*',
    ])
    expect(onlyRole(made).notes).toContainEqual(expect.stringContaining('${{ vars.X }}'))
  })

  test.each([
    ['name', 'NAME'],
    ['Name', 'name'],
  ])('an input that is called %s where it is declared, and %s where it is given', (declared, given) => {
    const action = { inputs: { [declared]: { default: 'by-default' } }, runs: { using: 'composite', steps } }
    const inputs = { [declared]: { type: 'string', default: 'by-default' } }
    const called = { on: { workflow_call: { inputs } }, jobs: { a: { env: { R: 'eu-west-1' }, steps } } }
    const files = {
      '.github/actions/push/action.yml': JSON.stringify(action),
      '.github/workflows/called.yml': JSON.stringify(called),
    }
    const jobs = {
      a: { env: { R: 'eu-west-1' }, steps: [{ uses: './.github/actions/push', with: { [given]: 'given' } }] },
      b: { uses: './.github/workflows/called.yml', with: { [given]: 'too' } },
    }
    const made = policyOf(JSON.stringify({ on: 'push', jobs }), { files })
    expect(onlyRole(made).permissions.Statement.at(-1)?.Resource).toEqual([
      'arn:aws:ecr:eu-west-1:123456789012:repository/given',
      'arn:aws:ecr:eu-west-1:123456789012:repository/too',
    ])
  })

  test("a local action of this project's", () => {
    const text = JSON.stringify({
      on: 'push',
      jobs: { a: { steps: [{ uses: './', with: { repository: 'demo', 'role-to-assume': ROLE } }] } },
    })
    const made = policyOf(text, {
      files: { 'action.yml': readFileSync(path.join(root, 'action.yml'), 'utf8') },
    })
    expect(onlyRole(made).role).toBe(ROLE)
  })

  test('what cannot be seen into is told', () => {
    const { unseen } = policyOf(
      JSON.stringify({
        on: 'push',
        jobs: {
          a: { uses: 'acme/other/.github/workflows/x.yml@main' },
          b: { steps: [{ uses: './made/by/a/step' }] },
        },
      }),
    )
    expect(unseen).toEqual([
      expect.stringMatching(
        /^image\.yml, line 1: the job calls acme\/other\/\.github\/workflows\/x\.yml@main/,
      ),
      expect.stringMatching(/^image\.yml, line 1: there is no \.\/made\/by\/a\/step in the checkout/),
    ])
  })

  test('a job that needs one that never runs does not run', () => {
    const job = JSON.parse(workflowOf({ on: 'push' })).jobs.image
    const jobs = {
      a: { ...job, if: false },
      b: { ...job, needs: 'a' },
      c: { ...job, needs: ['b'], if: 'always()' },
    }
    const role = onlyRole(policyOf(JSON.stringify({ on: 'push', jobs })))
    expect(role.takenBy).toEqual([expect.stringContaining('(job c)')])
  })

  test.each<[name: string, workflow: string, message: RegExp]>([
    ['no map', '- a', /^image\.yml is not a map with on and jobs\.$/],
    ['no YAML', 'a: [', /^image\.yml, line 1: /],
    ['a job that is none', 'on: push\njobs:\n  a: text', /^image\.yml, line 3: 'a' is not a map\.$/],
    [
      'steps that are none',
      'on: push\njobs:\n  a:\n    steps: text',
      /^image\.yml, line 4: 'steps' is not a list of maps\.$/,
    ],
    [
      'an expression that is none',
      'on: push\njobs:\n  a:\n    if: a b\n    steps: []',
      /^image\.yml, line 4: an expression is none: /,
    ],
    [
      'a condition that is a map',
      'on: push\njobs:\n  a:\n    if: { toString: "" }\n    steps: []',
      /^image\.yml, line 4: an expression is none: /,
    ],
    [
      'a circle',
      'on: [push, workflow_call]\njobs:\n  a:\n    uses: ./.github/workflows/image.yml',
      /the workflows call each other more than 10 levels deep\.$/,
    ],
  ])('%s is an error that says where', (_, workflow, message) =>
    expect(() => policyOf(workflow)).toThrow(message),
  )
})
