import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { documentsOf, type RoleDocuments } from '../../dev/policy/documents.ts'
import { follow } from '../../dev/policy/follow.ts'
import { YamlFile } from '../../dev/policy/workflow-file.ts'
import { trustsToken } from './conditions.ts'

export const ISSUER = 'token.actions.githubusercontent.com'
export const ROLE = 'arn:aws:iam::123456789012:role/ci'
export const PROVIDER = `arn:aws:iam::123456789012:oidc-provider/${ISSUER}`

/** What the command makes of a workflow. */
export interface Made {
  readonly roles: readonly RoleDocuments[]
  readonly unseen: readonly string[]
  /** What is told of steps that need no role. */
  readonly notes: readonly string[]
}

/**
 * The documents of a workflow of acme/shop.
 * @param files what else is in the checkout, by its path
 */
export function policyOf(
  workflow: string,
  {
    files = {},
    repository = 'acme/shop',
    account = null,
    defaultBranch = 'main',
  }: {
    files?: Readonly<Record<string, string>>
    repository?: string
    account?: string | null
    defaultBranch?: string
  } = {},
): Made {
  const root = mkdtempSync(path.join(tmpdir(), 'policy-'))
  const name = '.github/workflows/image.yml'
  for (const [file, text] of Object.entries({ Dockerfile: 'FROM scratch\n', ...files, [name]: workflow })) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  try {
    const file = new YamlFile(path.join(root, name), 'image.yml')
    const { steps, unseen } = follow(file, { root, repository }, { defaultBranch, isAssumed: false })
    return { ...documentsOf(steps, { repository, issuer: ISSUER, account, root }), unseen }
  } finally {
    rmSync(root, { recursive: true })
  }
}

/** A workflow with one job that pushes. */
export function workflowOf({
  on,
  job = {},
  inputs = {},
  uses = 'OWNER/ecr-build-push@v1',
}: {
  readonly on: unknown
  readonly job?: object
  readonly inputs?: object
  readonly uses?: string
}): string {
  const step = {
    uses,
    with: { repository: 'demo', 'aws-region': 'eu-west-1', 'role-to-assume': ROLE, ...inputs },
  }
  const permissions = { 'id-token': 'write' }
  // JSON is YAML.
  return JSON.stringify({
    on,
    jobs: { image: { 'runs-on': 'ubuntu-latest', permissions, ...job, steps: [step] } },
  })
}

/** The documents of the one role. @throws Error if there are more, or none */
export function onlyRole({ roles }: Made): RoleDocuments {
  const [role, ...more] = roles
  if (role === undefined || more.length > 0) throw new Error(`${roles.length} roles`)
  return role
}

/** Whether the role's trust lets a token in, by the end of its `sub`. */
export function letsIn(
  { trust }: RoleDocuments,
  sub: string,
  claims: Readonly<Record<string, string>> = {},
): boolean {
  const all = { aud: 'sts.amazonaws.com', sub: `repo:acme/shop:${sub}`, ...claims }
  return trust !== null && trustsToken(trust, { provider: PROVIDER, claims: all })
}
