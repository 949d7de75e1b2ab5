import path from 'node:path'
import { CommandError } from './command/errors.ts'
import { main } from './command/main.ts'
import { documentsOf, type RoleDocuments } from './policy/documents.ts'
import { follow } from './policy/follow.ts'
import { checkRepository, defaultBranchOf, originOf, rootOf } from './policy/git.ts'
import { asText, GENERAL, NOTHING, warnings } from './policy/told.ts'
import { issuerOf } from './policy/trust.ts'
import { YamlFile } from './policy/workflow-file.ts'

const help = `npm run policy -- WORKFLOW.yml [WORKFLOW.yml …]

Prints for workflow files that use this action, or merge, promote, verify, bake, or the reusable workflows, the two IAM
documents of each role that they take: the permissions policy for exactly what their steps do, and the trust policy for
GitHub's OIDC provider. What is not known before a run is * in them, and is told on stderr, as all that is wide.

  --repository OWNER/NAME      the repository on GitHub; by itself that of the git remote origin, or of
                               GITHUB_REPOSITORY. OWNER@ID/NAME@ID if its tokens say the ids
  --provider-account ID        the AWS account of roles whose ARN in the workflow does not say it
  --default-branch NAME        by itself that of the git remote, or main
  --issuer HOST[/PATH]         GitHub's OIDC provider, without https://; by itself that of the remote's host, or of
                               GITHUB_SERVER_URL: token.actions.githubusercontent.com for github.com,
                               token.actions.SUBDOMAIN.ghe.com, and HOSTNAME/_services/token for Enterprise Server
  --json                       print JSON
  --verbose                    show where an error comes from
  --help                       show this
`

const options = {
  repository: { type: 'string' },
  'provider-account': { type: 'string' },
  'default-branch': { type: 'string' },
  issuer: { type: 'string' },
  json: { type: 'boolean' },
} as const

/** So many files are more than a repository has workflows that push images. */
const MOST_FILES = 100

await main({ help, options, arguments: MOST_FILES }, async ({ values, args }) => {
  const told = values as { readonly [name in keyof typeof options]?: string }
  const [first] = args
  if (first === undefined)
    throw new CommandError('No workflow is given.', 'npm run policy -- .github/workflows/NAME.yml')
  const account = told['provider-account'] ?? null
  if (account !== null && !/^\d{12}$/.test(account))
    throw new CommandError(
      `'${account}' is no AWS account.`,
      'give its id of 12 digits to --provider-account.',
    )
  const files = args.map((file) => ({ root: rootOf(file), yaml: new YamlFile(path.resolve(file), file) }))
  const root = rootOf(first)
  const repository = repositoryOf(told.repository, root)
  const defaultBranch = told['default-branch'] ?? defaultBranchOf(root)
  const place = { defaultBranch: defaultBranch ?? 'main', isAssumed: defaultBranch === null }
  const followed = files.map(({ root: own, yaml }) => follow(yaml, { root: own, repository }, place))
  const steps = followed.flatMap((one) => one.steps)
  const unseen = followed.flatMap((one) => one.unseen)
  if (steps.length === 0)
    throw new CommandError(
      `No step of ${args.join(', ')} uses this action.${unseen.length > 0 ? ` ${unseen.join(' ')}` : ''}`,
      'give a workflow with a step or a job that uses OWNER/ecr-build-push.',
    )
  const issuer = issuerFor(told.issuer, root)
  const { roles, notes: besides } = documentsOf(steps, { repository, issuer, account, root })
  print(roles, [...unseen, ...besides], values['json'] === true)
  return 0

  function print(made: readonly RoleDocuments[], more: readonly string[], json: boolean): void {
    const notes = [...more, ...(made.length === 0 ? [NOTHING] : GENERAL)]
    if (json) console.log(JSON.stringify({ repository, issuer, roles: made, notes }, null, 2))
    else if (made.length > 0) console.log(asText(made))
    for (const line of warnings(made, notes)) console.error(line)
  }
})

function repositoryOf(given: string | undefined, root: string): string {
  const found = given ?? originOf(root)?.repository ?? process.env['GITHUB_REPOSITORY']
  if (found) return checkRepository(found)
  throw new CommandError(
    'Nobody knows which repository on GitHub the workflow belongs to: its checkout has no git remote origin on a GitHub, and GITHUB_REPOSITORY is not set.',
    'say it: --repository OWNER/NAME',
  )
}

function issuerFor(given: string | undefined, root: string): string {
  if (given !== undefined) {
    const issuer = given.replace(/^https:\/\//, '').replace(/\/+$/, '')
    if (/^[\w.-]+(?::\d+)?(?:\/[\w./-]+)?$/.test(issuer)) return issuer
    throw new CommandError(
      `'${given}' is no address of an OIDC provider.`,
      'give --issuer as HOST or HOST/PATH.',
    )
  }
  const host = originOf(root)?.host ?? hostIn(process.env['GITHUB_SERVER_URL'])
  return issuerOf(host ?? 'github.com')
}

function hostIn(url: string | undefined): string | null {
  try {
    return new URL(url ?? '').host
  } catch {
    return null
  }
}
