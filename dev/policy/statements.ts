import { oneOrAll, type Statement } from '../../src/aws/policy.ts'

const listOf = (one: string | readonly string[]): readonly string[] => [one].flat()

/** Whether a pattern of resources has all that another has, whose own `*` only a `*` stands for. */
function covers(pattern: string, other: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(other)
}

/**
 * Leaves out what other statements allow as well, such as what a dry run reads beside a push with the same role.
 * @returns the statements that are left, each with the actions that no other allows for all of its resources
 */
export function withoutCovered(statements: readonly Statement[]): Statement[] {
  const left = [...statements]
  // The last first: what comes before it stays, if both allow the same.
  for (let at = left.length - 1; at >= 0; at--) {
    const statement = left[at] as Statement
    const others = left.filter((one, index) => index !== at && isAtLeastAsOpen(one, statement))
    const allowed = (action: string, resource: string) =>
      others.some(
        (one) =>
          listOf(one.Action).includes(action) &&
          listOf(one.Resource).some((pattern) => covers(pattern, resource)),
      )
    const resources = listOf(statement.Resource)
    const needed = listOf(statement.Action).filter(
      (action) => !resources.every((resource) => allowed(action, resource)),
    )
    if (needed.length === 0) left.splice(at, 1)
    else left[at] = { ...statement, Action: oneOrAll(needed) }
  }
  return left
}

/** Whether a statement has no condition that the other has not. */
const isAtLeastAsOpen = ({ Condition }: Statement, other: Statement): boolean =>
  Condition === undefined || JSON.stringify(Condition) === JSON.stringify(other.Condition)
