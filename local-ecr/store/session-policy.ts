import { EcrError } from './errors.ts'
import { like, list } from './policy.ts'
import type { Policies } from './types.ts'

/** The parts of a statement that are read here. */
interface Statement {
  Effect?: string
  Action?: string | string[]
  NotAction?: string | string[]
  Resource?: string | string[]
  NotResource?: string | string[]
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (Policy) */
const longest = 2048

/**
 * Which policy does not let a caller do an action: that of its role, or that of its session, which gives no right that
 * the role has not. Conditions are not read.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 * @returns null if both allow it, or there are none
 */
export function lackingPolicy(
  policies: Policies | undefined,
  action: string,
  resource: string,
): 'identity-based' | 'session' | null {
  const { identity, session } = policies ?? {}
  if (identity !== undefined && !isAllowed(identity, action, resource)) return 'identity-based'
  return session === undefined || isAllowed(session, action, resource) ? null : 'session'
}

function isAllowed(policy: string, action: string, resource: string): boolean {
  const matching = statementsOf(policy).filter(
    (statement) =>
      covers(statement.Action, statement.NotAction, action, 'i') &&
      covers(statement.Resource, statement.NotResource, resource, ''),
  )
  return (
    matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny')
  )
}

function statementsOf(policy: string): Statement[] {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] }
  return Array.isArray(Statement) ? Statement : [Statement]
}

function covers(
  some: string | string[] | undefined,
  others: string | string[] | undefined,
  asked: string,
  flags: '' | 'i',
): boolean {
  if (some !== undefined) return list(some).some((one) => like(asked, one, flags))
  return others !== undefined && !list(others).some((one) => like(asked, one, flags))
}

/**
 * Checks a session policy as STS does before it gives a session.
 * @throws EcrError for what is too long, or no policy of an identity
 */
export function checkSessionPolicy(policy: string): void {
  if (policy.length > longest)
    throw new EcrError(
      'ValidationError',
      `1 validation error detected: Value '${policy}' at 'policy' failed to satisfy constraint: Member must have length less than or equal to ${longest}`,
    )
  let statements: Statement[]
  try {
    statements = statementsOf(policy)
  } catch {
    throw new EcrError('MalformedPolicyDocument', 'This policy contains invalid Json')
  }
  if (statements.length === 0) throw new EcrError('MalformedPolicyDocument', 'Syntax errors in policy.')
  for (const statement of statements) {
    const { Effect, Action, NotAction, Resource, NotResource } = statement
    if ('Principal' in statement)
      throw new EcrError('MalformedPolicyDocument', 'Policy document should not specify a principal.')
    if (!Action === !NotAction || !/^(?:Allow|Deny)$/.test(Effect ?? ''))
      throw new EcrError('MalformedPolicyDocument', 'Syntax errors in policy.')
    if (!Resource === !NotResource)
      throw new EcrError('MalformedPolicyDocument', 'Policy statement must contain resources.')
  }
}
