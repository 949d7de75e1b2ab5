import type { Feature } from './features.ts'
import type { Need, PermissionRow } from './permission-row.ts'
import { PRIVATE, PUBLIC } from './permissions.ts'

/** One statement of an IAM policy, as its JSON has it. */
export interface Statement {
  readonly Effect: 'Allow'
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
  /** Each operator, with what the keys have to be. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** What is done with one repository. */
export interface Use {
  readonly registry: 'private' | 'public'
  /** Its ARN, or a pattern of ARNs. */
  readonly repository: string
  readonly features: readonly Feature[]
  /** The ARN of the KMS key that encrypts it, or a pattern of ARNs, for the feature `kms-key`; any key if it is not known. */
  readonly key?: string
  /** The alias of that key, such as `alias/images`, if the inputs name the key by it. */
  readonly keyAlias?: string
  /** The ARN of the signing profile, for the feature `wait-for-signing`; any profile if it is not known. */
  readonly profile?: string
  /** The ARN of the role, for the feature `chained-role`; any role if it is not known. */
  readonly role?: string
}

/** How much a permission is needed. */
export type Necessity =
  /** Without it, the step fails. */
  | 'required'
  /** Without it, the step does what `without` of the need says. */
  | 'optional'
  | 'none'

/** @returns how much these features need an action, given by its row in the table */
export function necessityOf({ needs }: PermissionRow, features: readonly Feature[]): Necessity {
  const met = needs.filter((need) => applies(need, features))
  if (met.length === 0) return 'none'
  return met.some(({ without }) => without === undefined) ? 'required' : 'optional'
}

/** Whether the features are a reason for the call. */
function applies({ any }: Need, features: readonly Feature[]): boolean {
  return any.some((together) => [together].flat().every((feature) => features.includes(feature)))
}

/**
 * The smallest policy for what is done: no action that the features do not need, and as resources the ARNs of the
 * uses, with `*` if AWS takes nothing else.
 * @param uses of each repository; the same repository may come more than once
 * @param options `optional: false` leaves out what a run can do without
 * @returns the statements, those for `*` first; actions in the order of the table, none of them twice for a resource
 */
export function neededActions(
  uses: readonly Use[],
  { optional = true }: { readonly optional?: boolean } = {},
): Statement[] {
  // By resource and condition.
  const actions = new Map<string, Set<string>>([[JSON.stringify(['*', null]), new Set()]])
  for (const use of uses) {
    for (const row of use.registry === 'private' ? PRIVATE : PUBLIC) {
      const necessity = necessityOf(row, use.features)
      if (necessity === 'none' || (necessity === 'optional' && !optional)) continue
      const place = JSON.stringify([resourceOf(row, use), conditionOf(row, use)])
      actions.set(place, (actions.get(place) ?? new Set()).add(row.action))
    }
  }
  const order = [...PRIVATE, ...PUBLIC].map(({ action }) => action)
  const sorted = [...actions].map(([place, some]): [string, string[]] => [
    place,
    order.filter((action) => some.has(action)),
  ])
  // Repositories that need the same share a statement: a session policy has a limit.
  const byActions = new Map<string, { Action: string[]; Resource: string[]; condition: Condition | null }>()
  for (const [place, Action] of sorted) {
    if (Action.length === 0) continue
    const [resource, condition] = JSON.parse(place) as [string, Condition | null]
    const same = JSON.stringify([Action, condition])
    const statement = byActions.get(same) ?? { Action, Resource: [], condition }
    statement.Resource.push(resource)
    byActions.set(same, statement)
  }
  return [...byActions.values()].map(({ Action, Resource, condition }) => ({
    Effect: 'Allow',
    Action: oneOrAll(Action),
    Resource: oneOrAll(Resource),
    ...(condition === null ? {} : { Condition: condition }),
  }))
}

type Condition = NonNullable<Statement['Condition']>

/**
 * An alias is no resource of a policy: the keys are those that have it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
function conditionOf({ on }: PermissionRow, { keyAlias }: Use): Condition | null {
  if (on !== 'key' || keyAlias === undefined) return null
  return { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': keyAlias } }
}

function resourceOf({ on }: PermissionRow, { repository, key, role, profile }: Use): string {
  if (on === 'repository') return repository
  if (on === 'key') return key ?? '*'
  if (on === 'profile') return profile ?? '*'
  return on === 'role' ? (role ?? '*') : '*'
}

/** One item by itself, more as a list, as policies have both. */
export const oneOrAll = (items: readonly string[]) => (items.length === 1 ? (items[0] as string) : items)

/** Where a repository is. */
export interface RepositoryPlace {
  /** Such as `aws` or `aws-cn`. */
  readonly partition: string
  readonly region: string
  readonly account: string
  /** The repository's name, or a pattern of names. */
  readonly name: string
}

/**
 * @returns the ARN of a repository; public repositories have no region in theirs
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 */
export function repositoryArn(
  registry: Use['registry'],
  { partition, region, account, name }: RepositoryPlace,
): string {
  return registry === 'private'
    ? `arn:${partition}:ecr:${region}:${account}:repository/${name}`
    : `arn:${partition}:ecr-public::${account}:repository/${name}`
}
