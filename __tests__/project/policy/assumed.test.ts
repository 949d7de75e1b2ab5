// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of IAM
import { expect, test } from '@jest/globals'
import { inProcess, Service, Store } from '../../../local-ecr/index.ts'
import { assumedRole } from '../../../src/aws/role.ts'
import type { RoleInput } from '../../../src/aws/workflow.ts'
import { roleFor } from '../../../src/inputs/role.ts'
import { onlyRole, policyOf, ROLE, workflowOf } from '../../support/policy.ts'

// The trust policy that `npm run policy` prints, kept as that of a role in the local ECR, whose STS reads it: which of
// GitHub's tokens the action gets a session for.

const OTHERS = ['repo:acme/other:ref:refs/heads/main', 'repo:fork/shop:ref:refs/heads/main']
const DEPLOY = 'acme/tools/.github/workflows/deploy.yml'

/** @returns `assumed`, or what STS calls its refusal */
function assume(trust: object | null, claims: Readonly<Record<string, string>>, audience?: string) {
  return assumeLast({ [ROLE]: trust }, claims, audience === undefined ? {} : { audience })
}

/** Assumes roles one after the other, the first with a token. */
async function assumeLast(
  trusts: Readonly<Record<string, object | null>>,
  claims: Readonly<Record<string, string>>,
  more: Partial<RoleInput>,
) {
  const service = new Service(new Store())
  for (const [arn, trust] of Object.entries(trusts))
    service.store.addRole(arn, { trust: JSON.stringify(trust), audiences: ['sts.amazonaws.com', 'tools'] })
  service.store.idTokens.claims = { ...claims }
  const role = { ...roleFor(Object.keys(trusts).at(-1) ?? '', {}), sessionName: 'run-1', ...more }
  const session = assumedRole(role, {
    env: { GITHUB_REPOSITORY: 'acme/shop' },
    workflow: { hasIdToken: true, idToken: async (aud) => service.store.idTokens.issue(aud, new Date()) },
    mask: () => undefined,
    notice: () => undefined,
    log: () => undefined,
    debug: () => undefined,
    region: 'us-east-1',
    // Each client has a handler of its own, as each has of the options that a run gives.
    network: {
      get requestHandler() {
        return inProcess(service) as never
      },
    },
  })()
  return session.then(
    () => 'assumed',
    (error: Error) => /\((\w+)\)$/.exec(error.message)?.[1] ?? error.message,
  )
}

test.each<[what: string, workflow: Parameters<typeof workflowOf>[0], lets: string[], refuses: string[]]>([
  [
    'a push of main',
    { on: { push: { branches: ['main'] } } },
    ['repo:acme/shop:ref:refs/heads/main'],
    [
      'repo:acme/shop:ref:refs/heads/dev',
      'repo:acme/shop:ref:refs/heads/main2',
      'repo:acme/shop:ref:refs/tags/main',
      'repo:acme/shop:environment:main',
    ],
  ],
  [
    'a push of tags and all branches but some',
    { on: { push: { 'branches-ignore': ['wip/**'], tags: ['v*'] } } },
    ['repo:acme/shop:ref:refs/heads/main', 'repo:acme/shop:ref:refs/tags/v1'],
    [
      'repo:acme/shop:ref:refs/heads/wip/a',
      'repo:acme/shop:ref:refs/tags/w1',
      'repo:acme/shop:ref:refs/tags/v1/x',
    ],
  ],
  [
    'an environment',
    { on: 'push', job: { environment: 'production' } },
    ['repo:acme/shop:environment:production'],
    ['repo:acme/shop:ref:refs/heads/main', 'repo:acme/shop:environment:staging'],
  ],
  [
    'an environment whose name has what IAM reads otherwise',
    { on: 'push', job: { environment: 'prod*${x}' } },
    ['repo:acme/shop:environment:prod*${x}'],
    ['repo:acme/shop:environment:production'],
  ],
])('who pushes: %s', async (_, workflow, lets, refuses) => {
  const { trust } = onlyRole(policyOf(workflowOf(workflow)))
  const of = (subs: readonly string[], audience?: string) =>
    Promise.all(subs.map(async (sub) => [sub, await assume(trust, { sub }, audience)]))
  const all = (subs: readonly string[], answer: string) => subs.map((sub) => [sub, answer])
  expect(await of(lets)).toEqual(all(lets, 'assumed'))
  const others = [...refuses, ...OTHERS, 'repo:acme/shop:pull_request']
  expect(await of(others)).toEqual(all(others, 'AccessDenied'))
  // Another audience that the identity provider has too.
  expect(await of(lets, 'tools')).toEqual(all(lets, 'AccessDenied'))
})

test('a job of a reusable workflow is let in by that workflow too', async () => {
  const call = JSON.stringify({
    on: { push: { branches: ['main'] } },
    jobs: {
      image: {
        permissions: { 'id-token': 'write' },
        uses: 'OWNER/ecr-build-push/.github/workflows/build-push.yml@v1',
        with: { repository: 'demo', 'aws-region': 'eu-west-1', 'role-to-assume': ROLE },
      },
    },
  })
  const { trust } = onlyRole(policyOf(call))
  const sub = 'repo:acme/shop:ref:refs/heads/main'
  const called = 'OWNER/ecr-build-push/.github/workflows/build-push.yml@refs/tags/v1'
  expect(await assume(trust, { sub, job_workflow_ref: called })).toBe('assumed')
  expect(await assume(trust, { sub, job_workflow_ref: `${DEPLOY}@refs/tags/v1` })).toBe('AccessDenied')
  expect(await assume(trust, { sub })).toBe('AccessDenied')
})

test('a role behind another one lets its sessions in, with the external id that the step sends', async () => {
  const target = 'arn:aws:iam::210987654321:role/team/push'
  const other = 'arn:aws:iam::123456789012:role/other'
  const inputs = { 'role-to-assume': `${ROLE}\n${target}`, 'role-external-id': 'tools' }
  const { roles } = policyOf(workflowOf({ on: { push: { branches: ['main'] } }, inputs }))
  const trustOf = (arn: string) => roles.find(({ role }) => role === arn)?.trust ?? null
  const claims = { sub: 'repo:acme/shop:ref:refs/heads/main' }
  const through = (first: string, externalId: string | null) =>
    assumeLast({ [first]: trustOf(ROLE), [target]: trustOf(target) }, claims, {
      through: [first],
      externalId,
    })
  expect(await through(ROLE, 'tools')).toBe('assumed')
  expect(await through(ROLE, 'others')).toBe('AccessDenied')
  expect(await through(ROLE, null)).toBe('AccessDenied')
  expect(await through(other, 'tools')).toBe('AccessDenied')
})
