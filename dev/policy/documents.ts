import { neededActions, oneOrAll, type Statement } from '../../src/aws/policy.ts'
import { ANY_KEY } from './open-inputs.ts'
import { Placeholders } from './placeholders.ts'
import { notesOfReach } from './reach.ts'
import { type Gathered, Roles } from './roles.ts'
import { withoutCovered } from './statements.ts'
import type { Step } from './step.ts'
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

/** All that is made of workflows. */
export interface Documents {
  readonly roles: readonly RoleDocuments[]
  /** What is told of steps that need no role, as far as it is known. */
  readonly notes: readonly string[]
}

/** What the steps of workflows need, by role. */
export function documentsOf(steps: readonly Step[], options: Options): Documents {
  const placeholders = new Placeholders()
  const roles = new Roles(options.repository, placeholders)
  const repository = options.repository.replace(/@\d+/g, '')
  const { root: cwd, account } = options
  for (const step of steps) roles.add(step, usesOfStep(step, { cwd, repository, account, placeholders }))
  const made = [...roles.byRole].map(([role, gathered]) => documentOf(role, gathered))
  return { roles: made, notes: [...roles.notes] }

  function documentOf(role: string | null, gathered: Gathered): RoleDocuments {
    const statements = [
      ...neededActions(gathered.uses.filter(({ isDry }) => !isDry)),
      ...neededActions(gathered.uses.filter(({ isDry }) => isDry)).flatMap(askedByDryRun),
    ]
    const written = role === null ? null : placeholders.asWritten(role)
    const notes = new Set(gathered.notes)
    for (const note of [...widthOf(statements), ...notesOfReach(role, gathered.uses, placeholders)])
      notes.add(note)
    if (role !== null && isOpenRole(role))
      notes.add(
        "nobody knows the input 'role-to-assume' beforehand, which is taken for one role: if it may be several, one a line, write their lines into the workflow.",
      )
    const { trust, told } = trustOf(role, gathered)
    const permissions = {
      Version: '2012-10-17',
      Statement: withoutCovered(statements.map(asPatterns)),
    } as const
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

  /** Whether a role is an expression and nothing else: what stands for it is of the partition aws. */
  function isOpenRole(role: string): boolean {
    return /^\$\{\{[^}]*\}\}$/.test(placeholders.asWritten(role))
  }

  /** The partitions that a role may be of: those of what it is used for, if it does not say its own. */
  function partitionsOf(role: string, asked: readonly string[] = []): string[] {
    if (!isOpenRole(role)) return [/^arn:([\w-]+):/.exec(role)?.[1] ?? 'aws']
    const found = (roles.byRole.get(role)?.uses ?? []).flatMap((use) => {
      if (use.role === undefined) return /^arn:([\w-]+):/.exec(use.repository)?.[1] ?? []
      return asked.includes(use.role) ? [] : partitionsOf(use.role, [...asked, role])
    })
    return found.length === 0 ? ['aws'] : [...new Set(found)]
  }

  /** What is wide in the statements, with why. */
  function widthOf(statements: readonly Statement[]): string[] {
    const resources = statements.flatMap(({ Resource }) => [Resource].flat())
    const conditions = statements.map(({ Condition = {} }) => JSON.stringify(Condition))
    const open = new Set([...resources, ...conditions].flatMap((one) => placeholders.in(one)))
    const isOfKey = ({ Action }: Statement) => [Action].flat().some((one) => /^kms:|^signer:/.test(one))
    const has = 'the permissions policy has'
    return [
      open.size > 0 &&
        `${has} * for what nobody knows beforehand: ${[...open].join(', ')}. Put the names there that it may have.`,
      resources.some((one) => /^arn:[\w-]+:ecr:(?:\*:|[^:]*:\*:)/.test(one)) &&
        `${has} * for the region or the account, which the workflow does not say: give the step aws-region, or the command --provider-account.`,
      statements.some((one) => one.Resource === '*' && isOfKey(one)) &&
        `${has} * for the KMS key or the signing profile, of which the workflow does not say the ARN: put it there.`,
      statements.some(({ Condition }) => JSON.stringify(Condition ?? {}).includes(ANY_KEY)) &&
        `${has} every KMS key of an account and region, as nobody knows the input 'kms-key' beforehand: put the ARN of the key there.`,
      resources.some((one) => one.endsWith(':repository/*')) &&
        `${has} every repository of a registry: of one that pull-registries names, as the workflow does not say which of its repositories have base images; or of one in which the Dockerfile or an input names an image whose name, or whose host in part, only the builder or the run knows. Put their names there.`,
    ].filter((note) => note !== false)
  }

  function asPatterns({ Effect, Action, Resource, Condition = {} }: Statement): Statement {
    const ofRoles = (one: string) =>
      isOpenRole(one) ? partitionsOf(one).map((of) => one.replace(/^arn:aws:/, `arn:${of}:`)) : [one]
    const all = [Resource].flat().flatMap(ofRoles)
    const resources = [...new Set(all.map((one) => placeholders.asPattern(one)))]
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
      if (from.includes('${{'))
        told.push(
          `nobody knows the role ${from} beforehand, with whose credentials this one is taken: fill it in in the trust policy, which takes no pattern there.`,
        )
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
    const id = /^arn:[\w-]+:iam::(\d{12}):/.exec(role)?.[1] ?? ''
    const isKnown = placeholders.in(id).length === 0
    const owner = isKnown ? id : (account ?? 'ACCOUNT_ID')
    if (owner === 'ACCOUNT_ID')
      told.push(
        'nobody knows the account of the role beforehand: --provider-account says it, which has to have the identity provider too.',
      )
    return partitionsOf(role).flatMap((partition) => {
      if (partition !== 'aws' && trusted.some(({ audience }) => audience === 'sts.amazonaws.com'))
        told.push(
          `the step asks for a token for the audience sts.amazonaws.com in ${partition} too: the identity provider in that account needs it among its audiences, or the step another one in its input audience.`,
        )
      const provider = `arn:${partition}:iam::${owner}:oidc-provider/${options.issuer}`
      return trustInGitHub(trusted, { provider, issuer: options.issuer })
    })
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
