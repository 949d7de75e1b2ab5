import type { RoleUse } from '../../src/actions/uses.ts'
import { neededActions, type Statement } from '../../src/aws/policy.ts'
import { textOf } from './expressions.ts'
import type { Step } from './follow.ts'
import { Placeholders } from './placeholders.ts'
import { subjectsOf, type Trusted, type TrustPolicy, trustInRole, trustPolicy } from './trust.ts'
import { ambientRole, usesOfStep } from './uses-of-step.ts'

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

class Gathered {
  readonly uses: RoleUse[] = []
  readonly trusted: Trusted[] = []
  readonly takenBy = new Map<string, Set<string>>()
  readonly notes = new Set<string>()
  through: string | null = null
}

/** What the steps of workflows need, by role. */
export function documentsOf(steps: readonly Step[], options: Options): RoleDocuments[] {
  const placeholders = new Placeholders()
  const roles = new Map<string | null, Gathered>()
  const at = (role: string | null) => {
    const gathered = roles.get(role) ?? new Gathered()
    roles.set(role, gathered)
    return gathered
  }
  for (const step of steps) {
    const plain = options.repository.replace(/@\d+/g, '')
    const understood = usesOfStep(step, {
      cwd: options.root,
      repository: plain,
      account: options.account,
      placeholders,
    })
    for (const role of new Set(understood.uses.map(({ as }) => as))) {
      const gathered = at(role)
      gathered.uses.push(...understood.uses.filter(({ as }) => as === role))
      const jobs = gathered.takenBy.get(`${step.where} (job ${step.job})`) ?? new Set()
      gathered.takenBy.set(`${step.where} (job ${step.job})`, jobs.add(step.run.name))
      for (const note of understood.notes) gathered.notes.add(note)
      takeRole(step, role, gathered, understood.audience)
    }
  }
  return [...roles].map(([role, gathered]) => documentOf(role, gathered))

  function takeRole(step: Step, role: string | null, gathered: Gathered, audience: string): void {
    const { where, job, run } = step
    const tell = (note: string) => gathered.notes.add(`${where} (job ${job}): ${note}`)
    if (role === null) {
      tell('the step has no role-to-assume, and takes whatever AWS credentials the job has.')
      return
    }
    const ambient = ambientRole(step, placeholders)
    // What the environment has comes first, and GitHub's token after it.
    if (ambient !== '' && ambient !== role) {
      gathered.through = ambient
      const { where: before } = step.ambient ?? {}
      tell(
        `the role is taken with the credentials of ${placeholders.asWritten(ambient)}, which ${before} has put into the job, and not with GitHub's token.`,
      )
      return
    }
    if (!step.hasToken)
      tell(
        'GitHub gives the job no token: it needs permissions with id-token: write, and so does each job that calls it.',
      )
    for (const note of run.notes) if (step.environment.length === 0 || run.isCall) tell(note)
    const repository = run.isCall ? 'CALLING_OWNER/CALLING_REPOSITORY' : options.repository
    const subjects = subjectsOf(step.environment, run.subject, '*')
    for (const { like } of subjects)
      if (run.notes.length === 0 && /^ref:refs\/(?:heads|tags)\/\*$/.test(like))
        tell(`the trust policy has every ${like.includes('heads') ? 'branch' : 'tag'}, as ${run.name} has.`)
    const { environment } = step
    if (environment.some((part) => typeof part !== 'string'))
      tell(
        `nobody knows the environment ${textOf(environment)} beforehand: the trust policy has a pattern for it.`,
      )
    if (audience.includes('${{')) tell(`nobody knows the audience ${audience} beforehand: fill it in.`)
    for (const subject of subjects)
      gathered.trusted.push({ ...subject, repository, audience, calledBy: step.calledBy })
  }

  function documentOf(role: string | null, gathered: Gathered): RoleDocuments {
    const statements = neededActions(gathered.uses)
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

  function asPatterns({ Effect, Action, Resource }: Statement): Statement {
    const resources = [...new Set([Resource].flat().map((one) => placeholders.asPattern(one)))]
    return { Effect, Action, Resource: resources.length === 1 ? (resources[0] as string) : resources }
  }

  function trustOf(
    role: string | null,
    { trusted, through }: Gathered,
  ): { trust: TrustPolicy | null; told: string[] } {
    if (role === null) return { trust: null, told: [] }
    if (through !== null) return { trust: trustInRole(placeholders.asWritten(through)), told: [] }
    if (trusted.length === 0) return { trust: null, told: [] }
    const [, partition = 'aws', id = ''] = /^arn:([\w-]+):iam::(\d{12}):/.exec(role) ?? []
    const known = placeholders.in(id).length === 0
    const account = known ? id : (options.account ?? 'ACCOUNT_ID')
    const told: string[] = []
    if (account === 'ACCOUNT_ID')
      told.push(
        'nobody knows the account of the role beforehand: --provider-account says it, which has to have the identity provider too.',
      )
    if (partition !== 'aws' && trusted.some(({ audience }) => audience === 'sts.amazonaws.com'))
      told.push(
        `the step asks for a token for the audience sts.amazonaws.com in ${partition} too: the identity provider in that account needs it among its audiences, or the step another one in its input audience.`,
      )
    const provider = `arn:${partition}:iam::${account}:oidc-provider/${options.issuer}`
    return { trust: trustPolicy(trusted, { provider, issuer: options.issuer }), told }
  }
}

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
