import type { Subject } from './events.ts'
import type { Parts } from './expressions.ts'
import { iamLets } from './filters.ts'

/** A document of IAM. */
export interface TrustPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly TrustStatement[]
}

export interface TrustStatement {
  readonly Effect: 'Allow'
  readonly Principal: { readonly Federated: string } | { readonly AWS: string }
  readonly Action: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

/** Who may take a role: the jobs of one subject. */
export interface Trusted extends Subject {
  /** `OWNER/NAME`, as `sub` has it. */
  readonly repository: string
  readonly audience: string
  /** The values that `job_workflow_ref` may have; null: it is not asked for. */
  readonly calledBy: readonly string[] | null
}

/**
 * The subjects of a job: its environment's if it has one, else its event's. If nobody knows whether it has one, both.
 * @param event that of the event; null if GitHub documents none
 * @param pattern an expression that is not known, as IAM has it
 */
export function subjectsOf(environment: Parts, event: Subject | null, pattern: string): Subject[] {
  const ofEvent = event === null ? [] : [event]
  if (environment.length === 0) return ofEvent
  const isKnown = environment.every((part) => typeof part === 'string')
  const like = environment
    .map((part) => (typeof part === 'string' ? literal(part.replaceAll(':', '%3A')) : pattern))
    .join('')
  const subject: Subject = { like: `environment:${like}`, isPattern: !isKnown, notLike: [] }
  // Not if it falls back to a text: inputs.environment || 'staging'.
  const mayBeEmpty = environment.every(
    (part) => typeof part !== 'string' && !/\|\|\s*'[^']+'\s*$/.test(part.expression),
  )
  return mayBeEmpty ? [subject, ...ofEvent] : [subject]
}

/**
 * A text in a condition of IAM, where it is not a pattern and not a variable.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars
 */
const literal = (text: string): string => text.replace(/\$(?=\{)|[*?]/g, (one) => `\${${one}}`)

/** Subjects that are trusted on the same conditions. */
interface Group extends Pick<Trusted, 'isPattern' | 'audience'> {
  readonly subjects: readonly string[]
  readonly notLike: readonly string[]
  readonly calledBy: readonly string[] | null
}

/** @param options the ARN of the identity provider, and how conditions name it: its address without https:// */
export function trustInGitHub(
  trusted: readonly Trusted[],
  { provider, issuer }: { readonly provider: string; readonly issuer: string },
): TrustStatement[] {
  const alone = trusted.filter((one) => !trusted.some((other) => covers(other, one)))
  const groups = alone.map((one): Group => {
    const whole = (subject: string) => `repo:${one.repository}:${subject}`
    return { ...one, subjects: [whole(one.like)], notLike: one.notLike.map(whole) }
  })
  // First the subjects of one workflow, then the workflows of the same subjects.
  const bySubject = joined(groups, 'subjects')
  return joined(bySubject, 'calledBy').map((group) => ({
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: conditionOf(group, issuer),
  }))
}

/** Puts groups together that differ in one list only; what asks for nothing stays apart from what does. */
function joined(groups: readonly Group[], list: 'subjects' | 'calledBy'): Group[] {
  const made = new Map<string, Group>()
  for (const { isPattern, audience, notLike, subjects, calledBy } of groups) {
    const one = { isPattern, audience, notLike, subjects, calledBy }
    const key = JSON.stringify({ ...one, [list]: one[list] === null })
    const before = made.get(key)?.[list] ?? []
    const all = [...new Set([...before, ...(one[list] ?? [])])].sort()
    made.set(key, { ...one, [list]: one[list] === null ? null : all })
  }
  return [...made.values()]
}

/** Whether a pattern lets all that another subject lets through, and more. */
function covers(pattern: Trusted, one: Trusted): boolean {
  const asks = ({ repository, audience, calledBy }: Trusted) =>
    JSON.stringify([repository, audience, calledBy])
  if (!pattern.isPattern || asks(pattern) !== asks(one)) return false
  if (!iamLets(pattern.like, one.like)) return false
  if (!one.isPattern) return !pattern.notLike.some((text) => iamLets(text, one.like))
  return pattern.like !== one.like && pattern.notLike.every((text) => one.notLike.includes(text))
}

function conditionOf({ isPattern, audience, subjects, notLike, calledBy }: Group, issuer: string) {
  const condition: Record<string, Record<string, string | readonly string[]>> = {}
  const ask = (operator: string, claim: string, values: readonly string[]) => {
    const value = values.length === 1 ? (values[0] as string) : values
    condition[operator] = { ...condition[operator], [`${issuer}:${claim}`]: value }
  }
  ask('StringEquals', 'aud', [audience])
  ask(isPattern ? 'StringLike' : 'StringEquals', 'sub', subjects)
  if (notLike.length > 0) ask('StringNotLike', 'sub', notLike)
  if (calledBy !== null) {
    const anyRef = calledBy.some((text) => text.endsWith('@*'))
    ask(anyRef ? 'StringLike' : 'StringEquals', 'job_workflow_ref', calledBy)
  }
  return condition
}

/**
 * The trust of a role that is taken with another role's credentials.
 * @param externalIds what is sent, each time one of these; none: maybe nothing. Tags are a call's own action, which knows none
 */
export function trustInRole(role: string, externalIds: readonly string[]): TrustStatement[] {
  const common = { Effect: 'Allow', Principal: { AWS: role } } as const
  const [only, ...more] = externalIds
  if (only === undefined) return [{ ...common, Action: ['sts:AssumeRole', 'sts:TagSession'] }]
  const Condition = { StringEquals: { 'sts:ExternalId': more.length === 0 ? only : externalIds } }
  return [
    { ...common, Action: 'sts:AssumeRole', Condition },
    { ...common, Action: 'sts:TagSession' },
  ]
}

/** How conditions of IAM name GitHub's identity provider, by the host of GitHub. */
export function issuerOf(host: string): string {
  if (host === 'github.com') return 'token.actions.githubusercontent.com'
  // https://docs.github.com/enterprise-cloud@latest/admin/data-residency: each enterprise has a subdomain of its own.
  if (host.endsWith('.ghe.com')) return `token.actions.${host}`
  return `${host}/_services/token`
}
