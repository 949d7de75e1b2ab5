import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { RoleDocuments } from '../../../dev/policy/documents.ts'
import { root } from '../../../dev/runner.ts'
import { start } from '../../support/command.ts'
import { trustsToken } from '../../support/conditions.ts'
import { type Simulated, simulate } from '../../support/examples.ts'
import { isAllowed, permissionsIn } from '../../support/iam.ts'

// `npm run policy` of the examples, against what every run of them does: the role that each step takes, the sub of its
// job, and what it asks AWS for, as support/examples.ts follows them with GitHub's own evaluator.

// The first run may have to fetch jq.
jest.setTimeout(120_000)

const EXAMPLES = readdirSync(path.join(root, 'examples', 'workflows'))
const ISSUER = 'token.actions.githubusercontent.com'

let workspace = ''
const simulated = new Map<string, Simulated>()
let printed: {
  readonly repository: string
  readonly issuer: string
  readonly roles: readonly RoleDocuments[]
}
beforeAll(async () => {
  workspace = mkdtempSync(path.join(tmpdir(), 'examples-'))
  for (const file of EXAMPLES) simulated.set(file, await simulate(`examples/workflows/${file}`, workspace))
  const files = EXAMPLES.map((file) => path.join('examples', 'workflows', file))
  const args = ['dev/policy.ts', ...files, '--repository', 'acme/shop', '--json']
  const { code, output } = await start(args, { direct: true }).end
  expect({ code, output }).toMatchObject({ code: 0 })
  // What a person has to know is on the other stream, which this one has behind the JSON.
  printed = JSON.parse(output.slice(0, output.indexOf('\n}\n') + 2))
})
afterAll(() => rmSync(workspace, { recursive: true }))

const provider = (role: string) => `arn:aws:iam::${role.split(':')[4]}:oidc-provider/${ISSUER}`
// Roles of other actions' steps are not this command's.
const taken = () =>
  [...simulated.values()].flatMap(({ roles }) => roles).filter(({ role }) => !role.endsWith('role/deploy'))
const documentsOf = (role: string) => printed.roles.find((one) => one.role === role)

test('every role that a step takes has documents, and no other', () => {
  expect(printed.roles.map(({ role }) => role).sort()).toEqual(
    [...new Set(taken().map(({ role }) => role))].sort(),
  )
  expect([printed.repository, printed.issuer]).toEqual(['acme/shop', ISSUER])
})

describe('the trust policy', () => {
  const called = (job: string) => {
    const workflows = ['build-platforms', 'build-push', 'build-push-attest', 'promote', 'verify']
    return job.includes('/')
      ? workflows.map((name) => `OWNER/ecr-build-push/.github/workflows/${name}.yml@refs/tags/v1`)
      : [undefined]
  }
  const lets = (role: string, job: string, sub: string) =>
    called(job).some((ref) => {
      const claims = {
        aud: 'sts.amazonaws.com',
        sub,
        ...(ref === undefined ? {} : { job_workflow_ref: ref }),
      }
      const trust = documentsOf(role)?.trust
      return trust != null && trustsToken(trust, { provider: provider(role), claims })
    })

  test('lets every job in that takes the role', () => {
    const refused = taken().filter(({ role, job, sub }) => !lets(role, job, `repo:acme/shop:${sub}`))
    expect(refused.map(({ event, job, role, sub }) => ({ event, job, role, sub }))).toEqual([])
  })

  test('lets no other branch, tag, environment or repository in', () => {
    for (const { role, job, sub } of taken()) {
      const known = taken().flatMap((one) => (one.role === role ? [one.sub] : []))
      const others = ['ref:refs/heads/other', 'ref:refs/tags/v1.2.3', 'pull_request', 'environment:other']
      for (const other of others.filter((one) => !known.includes(one)))
        expect({ role, other, lets: lets(role, job, `repo:acme/shop:${other}`) }).toMatchObject({
          lets: false,
        })
      expect(lets(role, job, `repo:other/shop:${sub}`)).toBe(false)
    }
  })
})

describe('the permissions policy', () => {
  test('allows all that the steps ask for', () => {
    const refused = taken().flatMap(({ job, role, asks }) => {
      const allowed = permissionsIn(documentsOf(role)?.permissions.Statement ?? [])
      return asks.filter((ask) => !isAllowed(allowed, ask)).map((ask) => ({ job, role, ...ask }))
    })
    expect(refused).toEqual([])
  })

  test('allows nothing else', () => {
    for (const { role, permissions } of printed.roles) {
      const asked = taken().flatMap((one) => (one.role === role ? one.asks : []))
      const idle = permissionsIn(permissions.Statement).filter(
        ({ action, resource }) => !asked.some((one) => one.action === action && one.resource === resource),
      )
      expect({ role, idle }).toEqual({ role, idle: [] })
    }
  })
})
