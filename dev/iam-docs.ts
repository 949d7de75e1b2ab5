import path from 'node:path'
import { ALL_CALLERS, CALLERS, type Feature } from '../src/aws/features.ts'
import type { Need, PermissionRow } from '../src/aws/permission-row.ts'
import { PRIVATE, PUBLIC } from '../src/aws/permissions.ts'
import { neededActions, repositoryArn, type Statement, type Use } from '../src/aws/policy.ts'
import { CommandError } from './command/errors.ts'
import { table, withBlocks } from './markdown.ts'
import { documentsOf } from './policy/documents.ts'
import { follow } from './policy/follow.ts'
import { issuerOf } from './policy/trust.ts'
import { YamlFile } from './policy/workflow-file.ts'
import { root } from './root.ts'

// `npm run docs` writes the tables and the policies of docs/iam.md from src/aws/permissions.ts. Each stands between
// two comments; the first says what goes there:
//
//     <!-- permissions of private registries, written by npm run docs -->
//     <!-- end -->
//     <!-- policy for push, create-repository on team/*, written by npm run docs -->
//     <!-- end -->
//
// A policy can be for several repositories (`; push on demo-service in us-east-1`), for a public one (`on public
// demo-service`), and without what another policy has already (`besides push on demo-service`). `repository policy for
// ARN, …` makes the repository's own policy, which says who may. `trust policy of FILE [for ARN]` is what `npm run policy`
// makes of a workflow: of that role, or of the first.

/** What examples are about. A region, a name and a kind can be said in the comment. */
const EXAMPLE = {
  partition: 'aws',
  account: '123456789012',
  region: 'ap-northeast-2',
  role: 'arn:aws:iam::123456789012:role/ci',
  profile: 'arn:aws:signer:ap-northeast-2:123456789012:/signing-profiles/demo_service',
  key: 'arn:aws:kms:ap-northeast-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
}

const BEGIN =
  /<!-- (permissions of|policy for|repository policy for|trust policy of) ([^>]*?), written by npm run docs -->/

/**
 * The Markdown with every table and policy in it as the permissions make it.
 * @throws CommandError if a comment says what nobody knows, or a block has no end
 */
export function withPermissions(markdown: string): string {
  return withBlocks(markdown, BEGIN, (kind = '', what = '') => {
    if (kind === 'permissions of') return permissionsTable(rowsOf(what))
    return fenced(kind === 'trust policy of' ? trustOf(what) : policyFor(kind, what))
  })
}

/** `FILE [for ARN]` */
function trustOf(what: string): object {
  const [file = '', arn] = what.split(' for ')
  const repository = 'ORGANIZATION/REPOSITORY'
  const place = { defaultBranch: 'main', isAssumed: false }
  const workflow = new YamlFile(path.join(root, file), file)
  const { steps } = follow(workflow, { root, repository }, place)
  const issuer = issuerOf('github.com')
  const { roles } = documentsOf(steps, { repository, issuer, account: null, root })
  const trust = roles.find(({ role }) => arn === undefined || role === arn)?.trust
  if (!trust) throw unknown(`trust policy of '${what}'`, 'FILE, or FILE for the ARN of a role that it takes')
  return trust
}

function rowsOf(what: string): readonly PermissionRow[] {
  if (what === 'private registries') return PRIVATE
  if (what === 'ECR Public') return PUBLIC
  throw unknown(`permissions of '${what}'`, 'private registries or ECR Public')
}

const RESOURCES = {
  repository: 'the repository',
  key: 'the key',
  role: 'the role',
  profile: 'the signing profile',
  '*': '`*`',
} as const

function permissionsTable(rows: readonly PermissionRow[]): string {
  // merge and promote know private registries only; in ECR Public there is but one more.
  const siblings = rows === PRIVATE
  return table(
    ['Action', 'Resource', ...(siblings ? ['Asked for by'] : []), 'Needed'],
    rows.map(({ action, on, needs }) => [
      `\`${action}\``,
      RESOURCES[on],
      ...(siblings ? [callersOf(needs).join(', ')] : []),
      needs.map(describeNeed).join('; '),
    ]),
  )
}

/** In the order in which the actions are listed everywhere. */
function callersOf(needs: readonly Need[]): string[] {
  const reasons = needs.flatMap(({ any }) => any.map((together) => [together].flat()))
  return ALL_CALLERS.filter((caller) =>
    reasons.some((features) => features.every((feature) => CALLERS[feature].includes(caller))),
  )
}

function describeNeed({ any, says, without }: Need): string {
  if (without !== undefined) return `**optional**, ${says}: without it, ${without}`
  return any.includes('push') ? `**always**, ${says}` : `**if** ${says}`
}

/** A policy of the identity, or of a repository; the latter begins with who it allows. */
function policyFor(kind: string, what: string): object {
  const Version = '2012-10-17'
  if (kind === 'policy for') {
    const [wanted = [], had = []] = what.split(' besides ').map((list) => neededActions(readUses(list)))
    return { Version, Statement: without(wanted, had) }
  }
  const [, AWS, list = ''] = /^(arn:\S+), (.*)$/.exec(what) ?? []
  if (AWS === undefined) throw unknown(`repository policy for '${what}'`, 'ARN, FEATURE, … on NAME')
  // The policy is the repository's own: it names no resource, and nothing that is of the registry.
  const Statement = neededActions(readUses(list))
    .filter(({ Resource }) => Resource !== '*')
    .map(({ Effect, Action }) => ({ Effect, Principal: { AWS }, Action }))
  return { Version, Statement }
}

/** `FEATURE, … on [public] NAME [in REGION][; …]` */
function readUses(list: string): Use[] {
  return list.split('; ').map((part) => {
    const [, features, kind, name = '', region = EXAMPLE.region] =
      /^(.+?) on (public )?(\S+)(?: in (\S+))?$/.exec(part) ?? []
    if (features === undefined) throw unknown(`policy for '${part}'`, 'FEATURE, … on NAME')
    const registry = kind === undefined ? 'private' : 'public'
    return {
      registry,
      repository: repositoryArn(registry, { ...EXAMPLE, region, name }),
      features: features.split(', ').map(featureNamed),
      key: EXAMPLE.key,
      profile: EXAMPLE.profile,
      role: EXAMPLE.role,
    }
  })
}

function featureNamed(name: string): Feature {
  if (Object.hasOwn(CALLERS, name)) return name as Feature
  throw unknown(`policy for '${name}'`, `one of ${Object.keys(CALLERS).join(', ')}`)
}

/** The statements without the permissions that others give. */
function without(statements: readonly Statement[], others: readonly Statement[]): Statement[] {
  const given = others.flatMap(({ Action, Resource }) =>
    [Resource].flat().flatMap((resource) => [Action].flat().map((action) => `${resource} ${action}`)),
  )
  return statements.flatMap(({ Effect, Action, Resource }) => {
    const left = [Action]
      .flat()
      .filter((action) => ![Resource].flat().every((resource) => given.includes(`${resource} ${action}`)))
    if (left.length === 0) return []
    return [{ Effect, Action: left.length === 1 ? (left[0] as string) : left, Resource }]
  })
}

function unknown(what: string, allowed: string): CommandError {
  return new CommandError(`Nobody can write the ${what}.`, `correct the comment: it must be ${allowed}.`)
}

const fenced = (content: object) => `\`\`\`json\n${JSON.stringify(content, null, 2)}\n\`\`\``
