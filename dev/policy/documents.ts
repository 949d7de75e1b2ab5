import { neededActions, oneOrAll, type Statement } from '../../src/aws/policy.ts'
import type { Step } from './follow.ts'
import { ANY_KEY } from './most.ts'
import { Placeholders } from './placeholders.ts'
import { type Gathered, Roles } from './roles.ts'
import { type Trusted, type TrustPolicy, type TrustStatement, trustInGitHub, trustInRole } from './trust.ts'
import { usesOfStep } from './uses-of-step.ts'

/** What the command is told beside the workflow. */
export interface Options {
  /** `OWNER/NAME`, as `sub` has it: maybe with ids. */
  readonly repository: string
  /** Of GitHub's identity provider: its address without https://. */
  readonly issuer: string
  /** The account of roles whose ARN does not say it; null: not known. */
  readonly account: string | null
  /** The folder of the repository. */
  readonly root: string
}

/** The two documents of one role. */
export interface RoleDocuments {
  /** Its ARN, as the workflow writes it; null: whatever credentials the job has. */
  readonly role: string | null
  /** Where it is taken, and when. */
  readonly takenBy: readonly string[]
  readonly permissions: { readonly Version: '2012-10-17'; readonly Statement: readonly Statement[] }
  /** Null if GitHub's token is not what it is taken with, or nobody knows the subject. */
  readonly trust: TrustPolicy | null
  /** What is wide, left out, or to be filled in. */
  readonly notes: readonly string[]
}

/** What the steps of workflows need, by role. */
export function documentsOf(steps: readonly Step[], options: Options): RoleDocuments[] {
  const placeholders = new Placeholders()
  const roles = new Roles(options.repository, placeholders)
  const repository = options.repository.replace(/@\d+/g, '')
  const { root: cwd, account } = options
  for (const step of steps) roles.add(step, usesOfStep(step, { cwd, repository, account, placeholders }))
  return [...roles.byRole].map(([role, gathered]) => documentOf(role, gathered))

  function documentOf(role: string | null, gathered: Gathered): RoleDocuments {
    const statements = [
      ...neededActions(gathered.uses.filter(({ isDry }) => !isDry)),
      ...neededActions(gathered.uses.filter(({ isDry }) => isDry)).flatMap(askedByDryRun),
    ]
    const written = role === null ? null : placeholders.asWritten(role)
    const notes = new Set(gathered.notes)
    const open = new Set(
      statements.flatMap(({ Resource }) => [Resource].flat().flatMap((one) => placeholders.in(one))),
    )
    if (open.size > 0)
      notes.add(
        `the permissions policy has * for what nobody knows beforehand: ${[...open].map((one) => `\${{ ${one} }}`).join(', ')}. Put the names there that it may have.`,
      )
    if (
      statements.some(({ Resource }) =>
        [Resource].flat().some((one) => /^arn:[\w-]+:ecr:(?:\*:|[^:]*:\*:)/.test(one)),
      )
    )
      notes.add(
        'the permissions policy has * for the region or the account, which the workflow does not say: give the step aws-region, or the command --provider-account.',
      )
    if (
      statements.some(
        ({ Action, Resource }) =>
          Resource === '*' && [Action].flat().some((one) => /^kms:|^signer:/.test(one)),
      )
    )
      notes.add(
        'the permissions policy has * for the KMS key or the signing profile, of which the workflow does not say the ARN: put it there.',
      )
    if (statements.some(({ Resource }) => [Resource].flat().some((one) => one.endsWith(':repository/*'))))
      notes.add(
        'the permissions policy has every repository of a registry: of one in pull-registries, as the workflow does not say which of them have base images, or of one whose image the Dockerfile names by what only the builder knows: put their names there.',
      )
    const { trust, told } = trustOf(role, gathered)
    const permissions = { Version: '2012-10-17', Statement: statements.map(asPatterns) } as const
    for (const note of [...told, ...tooLong('permissions', permissions), ...tooLong('trust', trust)])
      notes.add(note)
    return {
      role: written,
      takenBy: [...gathered.takenBy].map(([where, runs]) => `${where}, on ${[...runs].join(', ')}`),
      permissions,
      trust,
      notes: [...notes],
    }
  }

  function asPatterns({ Effect, Action, Resource, Condition = {} }: Statement): Statement {
    const resources = [...new Set([Resource].flat().map((one) => placeholders.asPattern(one)))]
    const conditions = Object.entries(Condition).flatMap(([operator, keys]) => {
      const known = Object.entries(keys).filter(([, value]) => value !== ANY_KEY)
      const patterns = known.map(([key, value]) => [key, placeholders.asPattern(value)] as const)
      const isOpen = known.some(([, value]) => placeholders.in(value).length > 0)
      const asked = isOpen ? operator.replace(/StringEquals$/, 'StringLike') : operator
      return known.length === 0 ? [] : [[asked, Object.fromEntries(patterns)] as const]
    })
    return {
      Effect,
      Action,
      Resource: resources.length === 1 ? (resources[0] as string) : resources,
      ...(conditions.length === 0 ? {} : { Condition: Object.fromEntries(conditions) }),
    }
  }

  function trustOf(
    role: string | null,
    { trusted, takenIn }: Gathered,
  ): { trust: TrustPolicy | null; told: string[] } {
    if (role === null || (trusted.length === 0 && takenIn.size === 0)) return { trust: null, told: [] }
    const told: string[] = []
    const inRoles = [...takenIn].flatMap(([before, sent]) => {
      const from = placeholders.asWritten(before)
      const ids = [...sent].filter((id) => id !== null).map((id) => placeholders.asWritten(id))
      const open = ids.filter((id) => id.includes('${{'))
      if (ids.length === sent.size) {
        if (open.length > 0)
          told.push(`nobody knows the external id ${open.join(', ')} beforehand: fill it in.`)
        return trustInRole(from, ids)
      }
      if (ids.length > 0)
        told.push(`${from} takes the role with role-external-id and without: the trust policy asks for none.`)
      return trustInRole(from, [])
    })
    const inGitHub = trusted.length === 0 ? [] : gitHubTrust(role, trusted, told)
    return { trust: { Version: '2012-10-17', Statement: [...inGitHub, ...inRoles] }, told }
  }

  function gitHubTrust(role: string, trusted: readonly Trusted[], told: string[]): TrustStatement[] {
    const [, partition = 'aws', id = ''] = /^arn:([\w-]+):iam::(\d{12}):/.exec(role) ?? []
    const isKnown = placeholders.in(id).length === 0
    const owner = isKnown ? id : (account ?? 'ACCOUNT_ID')
    if (owner === 'ACCOUNT_ID')
      told.push(
        'nobody knows the account of the role beforehand: --provider-account says it, which has to have the identity provider too.',
      )
    if (partition !== 'aws' && trusted.some(({ audience }) => audience === 'sts.amazonaws.com'))
      told.push(
        `the step asks for a token for the audience sts.amazonaws.com in ${partition} too: the identity provider in that account needs it among its audiences, or the step another one in its input audience.`,
      )
    const provider = `arn:${partition}:iam::${owner}:oidc-provider/${options.issuer}`
    return trustInGitHub(trusted, { provider, issuer: options.issuer })
  }
}

/** What a dry run calls: it reads what is there before a push, and nothing that comes after one. */
function askedByDryRun(statement: Statement): Statement[] {
  const asked = [statement.Action].flat().filter((action) => DRY_RUN.test(action))
  return asked.length === 0 ? [] : [{ ...statement, Action: oneOrAll(asked) }]
}

const DRY_RUN =
  /^(?:sts:|ecr(?:-public)?:(?:Get(?!LifecyclePolicyPreview)|List|BatchGet|Describe(?!Image(?:Replication|Signing)Status)))/

/** How many characters IAM takes, without blanks. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const LONGEST = { permissions: 6144, trust: 2048 }

function tooLong(kind: keyof typeof LONGEST, document: object | null): string[] {
  const { length } = JSON.stringify(document)
  return length <= LONGEST[kind]
    ? []
    : [
        `the ${kind} policy has ${length} characters, and IAM takes ${LONGEST[kind]} by itself: ask AWS for a higher quota, or give some of the jobs a role of their own.`,
      ]
}
