import { SESSION_POLICY_LENGTH } from '../aws/workflow.ts'
import { clip } from '../shared/clip.ts'
import { isObject } from '../shared/is-object.ts'
import { readInside } from './workspace.ts'

/**
 * Reads a policy that is given as JSON or as a file's path.
 * @param value the input; JSON if it starts with a brace
 * @param cwd the workspace: a file must be inside of it, also behind symbolic links
 * @returns the policy's JSON without blanks
 */
export function readPolicy(value: string, cwd: string, check: (policy: object) => string | null) {
  const must = 'must be JSON, or the path of a file in the workspace'
  const given = value.startsWith('{') ? { text: value } : readInside(cwd, value, must)
  if ('problem' in given) return given
  let policy: unknown
  try {
    policy = JSON.parse(given.text)
  } catch (error) {
    return { problem: `is not valid JSON: ${(error as Error).message}` }
  }
  if (!isObject(policy)) return { problem: 'must be a JSON object' }
  try {
    // Of two, the last one would count, and nobody would know of the other: of a Deny, for example.
    const twice = repeatedMember(given.text)
    if (twice !== null) return { problem: `has '${clip(twice, 100)}' twice in one object` }
    const problem = check(policy)
    return problem === null ? { text: JSON.stringify(policy) } : { problem }
  } catch (error) {
    // JSON of any depth can be read, but not written back.
    if (!(error instanceof RangeError)) throw error
    return { problem: 'is nested too deeply' }
  }
}

/** @returns the first name that an object of valid JSON has twice, which a parser does not tell; null if there is none */
function repeatedMember(json: string): string | null {
  const around: Set<unknown>[] = []
  for (const [token, text, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g)) {
    if (token === '{') around.push(new Set())
    else if (token === '}') around.pop()
    else if (text !== undefined && colon !== undefined) {
      const name: unknown = JSON.parse(text)
      if (around.at(-1)?.has(name)) return String(name)
      around.at(-1)?.add(name)
    }
  }
  return null
}

/**
 * The shape of a lifecycle policy.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 * @returns what is wrong, or null
 */
export function checkLifecyclePolicy(policy: object): string | null {
  const size = JSON.stringify(policy).length
  const { rules } = policy as { rules?: unknown }
  if (!Array.isArray(rules) || rules.length === 0) return "must have 'rules', a list with at least one rule"
  if (size < 100 || size > 30_720) return `must have 100 to 30720 characters, and has ${size}`
  const priorities = new Set<unknown>()
  for (const [at, rule] of rules.entries()) {
    const problem = isObject(rule) ? checkRule(rule) : 'must be an object'
    if (problem !== null) return `rule ${at + 1}: ${problem}`
    const { rulePriority } = rule as { rulePriority: unknown }
    if (priorities.has(rulePriority)) return `rule ${at + 1}: rulePriority ${rulePriority} is taken already`
    priorities.add(rulePriority)
  }
  return null
}

const COUNT_TYPES = ['imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned']

function checkRule(rule: Record<string, unknown>): string | null {
  const { rulePriority, selection, action } = rule
  if (!isCount(rulePriority)) return 'rulePriority must be a whole number from 1'
  if (!isObject(selection)) return "must have a 'selection'"
  const { tagStatus, tagPrefixList, tagPatternList, countType, countNumber, countUnit } = selection
  if (!['tagged', 'untagged', 'any'].includes(String(tagStatus))) {
    return 'selection.tagStatus must be tagged, untagged or any'
  }
  const lists = [tagPrefixList, tagPatternList].filter((list) => list !== undefined)
  if (tagStatus === 'tagged' && lists.length !== 1) {
    return 'selection needs either tagPatternList or tagPrefixList if tagStatus is tagged'
  }
  if (!COUNT_TYPES.includes(String(countType)))
    return `selection.countType must be one of ${COUNT_TYPES.join(', ')}`
  if (!isCount(countNumber)) return 'selection.countNumber must be a whole number from 1'
  if (String(countType).startsWith('since') && countUnit !== 'days') {
    return `selection.countUnit must be days if countType is ${countType}`
  }
  if (!isObject(action) || !['expire', 'transition'].includes(String(action['type']))) {
    return 'action.type must be expire or transition'
  }
  if (action['type'] === 'transition' && action['targetStorageClass'] === undefined) {
    return 'action.targetStorageClass is required if action.type is transition'
  }
  return null
}

/**
 * The shape of a resource policy, as far as ECR needs it.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
 * @returns what is wrong, or null
 */
export function checkRepositoryPolicy(policy: object): string | null {
  const size = JSON.stringify(policy).length
  if (size > 10_240) return `must have at most 10240 characters, and has ${size}`
  return checkStatements(policy, (statement) =>
    'Principal' in statement || 'NotPrincipal' in statement ? null : 'needs a Principal',
  )
}

/** @param own what else is wrong with a statement of this kind of policy, or null */
function checkStatements(
  policy: object,
  own: (statement: Record<string, unknown>) => string | null,
): string | null {
  const { Statement: given } = policy as { Statement?: unknown }
  const statements = Array.isArray(given) ? given : isObject(given) ? [given] : []
  if (statements.length === 0) return "must have 'Statement', with at least one statement"
  for (const [at, statement] of statements.entries()) {
    const problem = isObject(statement)
      ? (checkEffect(statement) ?? own(statement) ?? checkAction(statement))
      : 'must be an object'
    if (problem !== null) return `statement ${at + 1}: ${problem}`
  }
  return null
}

const checkEffect = ({ Effect }: Record<string, unknown>) =>
  ['Allow', 'Deny'].includes(String(Effect)) ? null : 'Effect must be Allow or Deny'

const checkAction = (statement: Record<string, unknown>) =>
  'Action' in statement || 'NotAction' in statement ? null : 'needs an Action'

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1
}

/**
 * The shape of a session policy. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (Policy)
 * @returns what is wrong, or null
 */
export function checkSessionPolicy(policy: object): string | null {
  const text = JSON.stringify(policy)
  if (text.length > SESSION_POLICY_LENGTH)
    return `must have at most ${SESSION_POLICY_LENGTH} characters, and has ${text.length} without blanks`
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: characters from the space to U+00FF
  if (/[^ -\u00FF]/.test(text)) return 'has a character that AWS takes in no session policy'
  return checkStatements(policy, (statement) => {
    if ('Principal' in statement || 'NotPrincipal' in statement)
      return 'has a Principal, and a session policy is about its session alone'
    return 'Resource' in statement || 'NotResource' in statement ? null : 'needs a Resource'
  })
}
