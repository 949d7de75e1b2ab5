import { oneOrAll, type Statement } from './policy.ts'
import { SESSION_POLICY_LENGTH } from './workflow.ts'

/** Session policies for the same, the exact one first as far as AWS takes it. */
export interface SessionPolicyTexts {
  /** As JSON, each shorter and wider than the one before; none if even the widest is too long. */
  readonly texts: readonly string[]
  /** How long the exact one is, in characters. */
  readonly exactLength: number
  /** The patterns of repositories that the first of the texts has in place of their names. */
  readonly patterns: readonly string[]
}

/**
 * Writes statements as a session policy. If it is longer than AWS takes, repositories of one account become patterns,
 * in steps from the narrowest: what their names have in common in one registry, then the same name in every region,
 * then both. An account is never a pattern.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
export function sessionPolicyTexts(statements: readonly Statement[]): SessionPolicyTexts {
  const exact = policyText(statements)
  const versions = [
    { text: exact, patterns: [] as readonly string[] },
    ...WIDENINGS.map((widen) => widened(statements, widen)),
  ]
  const fitting = versions.filter(({ text }) => text.length <= SESSION_POLICY_LENGTH)
  // The packed size, which only AWS knows, may still be too large: then the shortest one is the last resort.
  const shortest = fitting.toSorted((one, other) => one.text.length - other.text.length)[0]
  const [first] = fitting
  return {
    texts: first === undefined || shortest === undefined ? [] : [...new Set([first.text, shortest.text])],
    exactLength: exact.length,
    patterns: first?.patterns ?? [],
  }
}

const policyText = (Statement: readonly Statement[]) => JSON.stringify({ Version: '2012-10-17', Statement })

/** A repository's ARN in parts; public ones have no region. */
interface RepositoryParts {
  readonly service: string
  readonly region: string
  readonly account: string
  readonly name: string
}

const REPOSITORY_ARN = /^(arn:[^:]+:ecr(?:-public)?):([^:]*):(\d{12}):repository\/(.+)$/

function repositoryParts(arn: string): RepositoryParts | null {
  const [, service, region, account, name] = REPOSITORY_ARN.exec(arn) ?? []
  return service === undefined || region === undefined || account === undefined || name === undefined
    ? null
    : { service, region, account, name }
}

const arnOf = ({ service, region, account, name }: RepositoryParts) =>
  `${service}:${region}:${account}:repository/${name}`

/** Makes fewer places of those that one statement is about. */
type Widening = (places: readonly RepositoryParts[]) => RepositoryParts[]

/** From the narrowest to the widest. */
const WIDENINGS: readonly Widening[] = [
  (places) =>
    merged(places, ({ service, region, account, name }) => [service, region, account, folderOf(name)]),
  (places) => merged(places, ({ service, account, name }) => [service, account, name]),
  (places) =>
    merged(
      merged(places, ({ service, region, account }) => [service, region, account]),
      ({ service, account, name }) => [service, account, name],
    ),
  (places) => merged(places, ({ service, account }) => [service, account]),
]

/** `team/` of `team/app`; the name itself if it has no folder, so that it stays alone. */
const folderOf = (name: string) => (name.includes('/') ? name.slice(0, name.lastIndexOf('/') + 1) : name)

/** Makes one place of all that have the same key. */
function merged(
  places: readonly RepositoryParts[],
  keyOf: (place: RepositoryParts) => readonly string[],
): RepositoryParts[] {
  const groups = Map.groupBy(places, (place) => JSON.stringify(keyOf(place)))
  return [...groups.values()].map((group) => {
    const [first] = group as [RepositoryParts, ...RepositoryParts[]]
    const same = (part: 'region' | 'name') => group.every((place) => place[part] === first[part])
    return {
      ...first,
      region: same('region') ? first.region : '*',
      name: same('name') ? first.name : `${commonStart(group.map(({ name }) => name))}*`,
    }
  })
}

/** What all texts begin with: up to the last slash in it if there is one, so that it is a whole folder. */
function commonStart(texts: readonly string[]): string {
  const [first = '', ...others] = texts
  let length = 0
  while (length < first.length && others.every((text) => text[length] === first[length])) length += 1
  const start = first.slice(0, length)
  return start.includes('/') ? start.slice(0, start.lastIndexOf('/') + 1) : start.replace(/\*$/, '')
}

function widened(
  statements: readonly Statement[],
  widen: Widening,
): { text: string; patterns: readonly string[] } {
  const patterns = new Set<string>()
  const actions = new Map<string, Set<string>>()
  // A condition is about the resources that it stands with.
  const conditional = statements.filter(({ Condition }) => Condition !== undefined)
  for (const { Action, Resource } of statements.filter((one) => !conditional.includes(one))) {
    const resources = [Resource].flat()
    const places = resources.flatMap((arn) => repositoryParts(arn) ?? [])
    const wide = widen(places).map(arnOf)
    for (const arn of wide) if (!resources.includes(arn)) patterns.add(arn)
    for (const resource of [...resources.filter((arn) => repositoryParts(arn) === null), ...wide]) {
      const known = actions.get(resource) ?? new Set()
      for (const action of [Action].flat()) known.add(action)
      actions.set(resource, known)
    }
  }
  // What has the same actions shares a statement, as before.
  const groups = Map.groupBy(actions.keys(), (resource) => [...(actions.get(resource) ?? [])].join())
  const shorter = [...groups.values()].map((resources): Statement => {
    const some = [...(actions.get(resources[0] as string) ?? [])]
    return { Effect: 'Allow', Action: oneOrAll(some), Resource: oneOrAll(resources) }
  })
  return { text: policyText([...shorter, ...conditional]), patterns: [...patterns] }
}
