import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { markdownFiles } from '../../dev/docs.ts'
import type { RoleDocuments } from '../../dev/policy/documents.ts'
import { root } from '../../dev/runner.ts'
import { start } from '../support/command.ts'
import { trustsToken } from '../support/conditions.ts'
import { type Simulated, simulate } from '../support/examples.ts'
import { isAllowed, permissionsIn } from '../support/iam.ts'
import {
  cloudFormationRole,
  type Parameters,
  templateNames,
  terraformRole,
  trusts,
} from '../support/templates.ts'
import { readWorkflow } from '../support/workflows.ts'

// The examples and the templates of their roles as a set: every run of every example, through the workflows that it
// calls, against the role that it names, in CloudFormation and in Terraform.

// The first run may have to fetch jq.
jest.setTimeout(120_000)

const FIRST = '123456789012'
const SECOND = '210987654321'
const AUDIENCE = 'sts.amazonaws.com'
const EXAMPLES = readdirSync(path.join(root, 'examples', 'workflows'))

/** What a person fills in besides the repository, where it is not what the template has by itself. */
const FILLED: Readonly<Record<string, Parameters>> = {
  [`arn:aws:iam::${SECOND}:role/promote`]: { Environment: 'production', SourceAccount: FIRST },
}

/** The variables of Terraform by the parameters of CloudFormation, as far as a role has its own name for one. */
const IN_TERRAFORM: Readonly<Record<string, string>> = {
  GitHubRepository: 'github_repository',
  SourceAccount: 'source_account',
  EcrRepositories: 'ecr_repositories',
  Branch: 'branch',
}

const variablesOf = (role: string, parameters: Parameters) =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      IN_TERRAFORM[name] ?? `${role}_${name.toLowerCase()}`,
      value,
    ]),
  )

const nameIn = (arn: string) => arn.split('/').at(-1) ?? ''
const accountIn = (arn: string) => arn.split(':')[4] ?? ''

const roleOf = (arn: string, GitHubRepository = 'acme/shop') =>
  cloudFormationRole(nameIn(arn), { GitHubRepository, ...FILLED[arn] }, { account: accountIn(arn) })

let workspace = ''
const simulated = new Map<string, Simulated>()
beforeAll(async () => {
  workspace = mkdtempSync(path.join(tmpdir(), 'examples-'))
  for (const file of EXAMPLES) simulated.set(file, await simulate(`examples/workflows/${file}`, workspace))
})
afterAll(() => rmSync(workspace, { recursive: true }))

const taken = (file: string) => simulated.get(file)?.roles ?? []
const everyTaken = () => EXAMPLES.flatMap((file) => taken(file).map((one) => ({ file, ...one })))

describe.each(EXAMPLES)('%s', (file) => {
  test('runs every job that it has in some event, and takes a role, unless its ECR is a local one', () => {
    const ran = new Set(simulated.get(file)?.jobs.map((job) => job.split('/')[0]))
    expect([...ran].sort()).toEqual(Object.keys(readWorkflow(`examples/workflows/${file}`).jobs).sort())
    expect(taken(file).length > 0).toBe(!read(`examples/workflows/${file}`).includes('/local-ecr@v1'))
  })

  test('gives the action inputs that it takes, in every event', () => {
    expect(simulated.get(file)?.refused).toEqual([])
  })

  test('takes only roles that there is a template for', () => {
    for (const { role } of taken(file)) expect(templateNames()).toContain(nameIn(role))
  })

  test('may take each role, by the event and the environment of the job', () => {
    const refused = taken(file).filter(({ role, sub }) => {
      const claims = { sub: `repo:acme/shop:${sub}`, aud: AUDIENCE }
      return !trusts(roleOf(role), accountIn(role), claims)
    })
    expect(refused.map(({ event, job, role, sub }) => ({ event, job, role, sub }))).toEqual([])
  })

  test('asks for nothing that the template of its role does not allow', () => {
    const refused = taken(file).flatMap(({ job, role, asks }) => {
      const allowed = permissionsIn(asStatements(role))
      return asks.filter((ask) => !isAllowed(allowed, ask)).map((ask) => ({ job, role, ...ask }))
    })
    expect(refused).toEqual([])
  })

  test('has a time limit for every job, and leaves no token in a checkout', () => {
    for (const [name, job] of Object.entries(readWorkflow(`examples/workflows/${file}`).jobs)) {
      if (job.uses === undefined)
        expect({ name, limit: job['timeout-minutes'] }).toEqual({ name, limit: expect.any(Number) })
      for (const step of job.steps ?? []) {
        if (step.uses?.startsWith('actions/checkout@'))
          expect(step.with).toEqual({ 'persist-credentials': false })
      }
    }
  })

  test('names every action of others by its commit, with its version', () => {
    for (const [, uses = ''] of read(`examples/workflows/${file}`).matchAll(/\buses: (.*)$/gm)) {
      if (uses.startsWith('OWNER/ecr-build-push')) continue
      expect(uses).toMatch(/^[\w.-]+(?:\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
    }
  })
})

const asStatements = (role: string) =>
  roleOf(role).policies.map(({ Action, Resource }) => ({ Effect: 'Allow' as const, Action, Resource }))

describe.each(templateNames())('the role %s', (name) => {
  const roles = () =>
    [...new Set(everyTaken().map(({ role }) => role))].filter((role) => nameIn(role) === name)

  test('may do nothing that no example needs', () => {
    const asked = everyTaken()
      .filter(({ role }) => nameIn(role) === name)
      .flatMap(({ asks }) => asks)
    // A template may be used in two accounts: what is needed in one of them is needed.
    const needed = new Set(asked.map(({ action }) => action))
    const allowed = new Set(roles().flatMap((role) => asStatements(role).flatMap(({ Action }) => Action)))
    expect([...allowed].filter((action) => !needed.has(action))).toEqual([])
    expect([...needed].filter((action) => !allowed.has(action))).toEqual([])
  })

  test.each(['acme/shop', 'acme@123456/shop@789012'])('trusts %s, and nobody else', (repository) => {
    const others = [
      'repo:other/shop:ref:refs/heads/main',
      `repo:${repository}:pull_request`,
      `repo:${repository}:ref:refs/heads/other`,
      `repo:${repository}:ref:refs/tags/v1.2.3`,
      `repo:${repository}:environment:other`,
      `repo:${repository}x:environment:production`,
    ]
    for (const role of roles()) {
      const made = roleOf(role, repository)
      const subs = new Set(
        everyTaken()
          .filter((one) => one.role === role)
          .map(({ sub }) => sub),
      )
      for (const sub of subs) {
        expect(trusts(made, accountIn(role), { sub: `repo:${repository}:${sub}`, aud: AUDIENCE })).toBe(true)
        expect(trusts(made, accountIn(role), { sub: `repo:${repository}:${sub}`, aud: 'other' })).toBe(false)
        expect(trusts(made, accountIn(role), { sub: `repo:other/shop:${sub}`, aud: AUDIENCE })).toBe(false)
      }
      for (const sub of others) expect(trusts(made, accountIn(role), { sub, aud: AUDIENCE })).toBe(false)
    }
  })

  test('is the same in Terraform as in CloudFormation', async () => {
    for (const role of [...roles(), `arn:aws-cn:iam::${FIRST}:role/${name}`]) {
      for (const GitHubRepository of ['acme/shop', 'acme@123456/shop@789012']) {
        const at = { account: accountIn(role), partition: role.split(':')[1] ?? '' }
        const parameters = { GitHubRepository, ...FILLED[role] }
        const made = await terraformRole(name, variablesOf(name, parameters), at)
        expect(made).toEqual(cloudFormationRole(name, parameters, at))
      }
    }
  })

  test.each(['acme', 'acme/shop/more', 'acme/*', '*'])(
    'is not made for the repository %s',
    (GitHubRepository) => {
      expect(() => cloudFormationRole(name, { GitHubRepository }, { account: FIRST })).toThrow(
        'refuses GitHubRepository',
      )
    },
  )
})

describe('npm run policy of all of them', () => {
  // Roles of other actions' steps are not this command's.
  const ours = () => everyTaken().filter(({ role }) => nameIn(role) !== 'deploy')
  let printed: { readonly roles: readonly RoleDocuments[] }
  beforeAll(async () => {
    const files = EXAMPLES.map((file) => path.join('examples', 'workflows', file))
    const args = ['dev/policy.ts', ...files, '--repository', 'acme/shop', '--json']
    const { code, output } = await start(args, { direct: true }).end
    expect({ code, output }).toMatchObject({ code: 0 })
    // What a person has to know is on the other stream, which this one has behind the JSON.
    printed = JSON.parse(output.slice(0, output.indexOf('\n}\n') + 2))
  })
  const documentsOf = (role: string) => printed.roles.find((one) => one.role === role)

  test('has documents for every role that a step of ours takes, and for no other', () => {
    const roles = new Set(ours().map(({ role }) => role))
    expect(printed.roles.map(({ role }) => role).sort()).toEqual([...roles].sort())
  })

  /** Whether the role's trust policy lets a job in, which may be of one of the reusable workflows. */
  const lets = (role: string, job: string, sub: string) => {
    const called = ['build-platforms', 'build-push', 'build-push-attest', 'promote', 'verify'].map(
      (name) => ({
        job_workflow_ref: `OWNER/ecr-build-push/.github/workflows/${name}.yml@refs/tags/v1`,
      }),
    )
    const trust = documentsOf(role)?.trust ?? { Statement: [] }
    const provider = `arn:aws:iam::${accountIn(role)}:oidc-provider/token.actions.githubusercontent.com`
    return (job.includes('/') ? called : [{}]).some((claims) =>
      trustsToken(trust, { provider, claims: { aud: AUDIENCE, sub, ...claims } }),
    )
  }

  test('trusts every job that takes the role', () => {
    const refused = ours().filter(({ role, job, sub }) => !lets(role, job, `repo:acme/shop:${sub}`))
    expect(refused.map(({ file, job, role, sub }) => ({ file, job, role, sub }))).toEqual([])
  })

  test('trusts no other branch, tag, environment or repository', () => {
    for (const { role, job, sub } of ours()) {
      const known = ours().flatMap((one) => (one.role === role ? [one.sub] : []))
      const others = ['ref:refs/heads/other', 'ref:refs/tags/v1.2.3', 'pull_request', 'environment:other']
      for (const other of others.filter((one) => !known.includes(one)))
        expect({ role, other, lets: lets(role, job, `repo:acme/shop:${other}`) }).toMatchObject({
          lets: false,
        })
      expect(lets(role, job, `repo:other/shop:${sub}`)).toBe(false)
    }
  })

  test('allows each role what its steps ask for, and nothing else', () => {
    for (const { role, permissions } of printed.roles) {
      const allowed = permissionsIn(permissions.Statement)
      const asks = ours().flatMap((one) => (one.role === role ? one.asks : []))
      expect({ role, refused: asks.filter((ask) => !isAllowed(allowed, ask)) }).toEqual({ role, refused: [] })
      const idle = allowed.filter((one) => !asks.some((ask) => isAllowed([one], ask)))
      expect({ role, idle }).toEqual({ role, idle: [] })
    }
  })
})

test('docs/iam.md says which example takes which role, and from where', () => {
  const rows = everyTaken().map(({ file, role, sub }) => {
    const filled = Object.entries(FILLED[role] ?? {}).map(([key, value]) => `\`${key}\` \`${value}\``)
    const link = `[${file}](../examples/workflows/${file})`
    return `| ${link} | \`${role}\` | \`…:${sub}\` | ${filled.join(', ')} |`
  })
  const table = [
    '| Example | Role | `sub` | Parameters |',
    '| --- | --- | --- | --- |',
    ...new Set(rows),
  ].join('\n')
  expect(read('docs/iam.md')).toContain(`\n\n${table}\n\n`)
})

test('whoever asks for the builder that others can trust asks for a GitHub-hosted runner too', () => {
  const files = [...EXAMPLES.map((file) => `examples/workflows/${file}`), ...markdownFiles()]
  const asking = files.flatMap((file) =>
    [...read(file).matchAll(/^( *)workflow=OWNER\/ecr-build-push\/\.github\/.*\n(?:\1\w+=.*\n)*/gm)].map(
      ([lines]) => ({ file, lines }),
    ),
  )
  expect(asking.map(({ file }) => file)).toEqual([
    ...Array.from({ length: 3 }, () => 'examples/workflows/signed-release.yml'),
    'docs/trust.md',
  ])
  for (const { file, lines } of asking) expect(`${file}\n${lines}`).toMatch(/^ *runner=github-hosted$/m)
})

test('examples, workflows and documents name the same version of each action', () => {
  const files = [
    ...EXAMPLES.map((file) => `examples/workflows/${file}`),
    ...readdirSync(path.join(root, '.github', 'workflows')).map((file) => `.github/workflows/${file}`),
    ...markdownFiles(),
  ]
  const versions = new Map<string, Set<string>>()
  const majors = new Map<string, Set<string>>()
  for (const file of files) {
    for (const [, action = '', ref = '', version] of read(file).matchAll(
      /\buses: ((?:actions|docker|aws-actions)\/[\w.-]+)@([\w.]+)(?: # (v\d+\.\d+\.\d+))?/g,
    )) {
      const major = (version ?? ref).split('.')[0] ?? ''
      majors.set(action, (majors.get(action) ?? new Set()).add(major))
      if (version !== undefined)
        versions.set(action, (versions.get(action) ?? new Set()).add(`${ref} ${version}`))
    }
  }
  expect(majors.get('actions/checkout')?.size).toBe(1)
  for (const [action, some] of [...versions, ...majors]) {
    expect({ action, versions: [...some] }).toEqual({ action, versions: [[...some][0]] })
  }
})

test('no checkout fetches more of the history than its job reads', () => {
  for (const file of EXAMPLES) expect(read(`examples/workflows/${file}`)).not.toContain('fetch-depth')
})

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}
