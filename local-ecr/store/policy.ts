/** The parts of a policy document that are read here. */
interface Statement {
  Effect?: string
  Principal?: '*' | { AWS?: string | string[] }
  Action?: string | string[]
}

/** One value, several or none, as policies have them. */
export const list = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

/** Whether a text fits a pattern of IAM, in which `*` is any characters and `?` is one. */
export function like(text: string, wildcard: string, flags: '' | 'i' = 'i'): boolean {
  const pattern = wildcard
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${pattern}$`, flags).test(text)
}

/**
 * Whether a repository's policy lets another account's caller do an action. Conditions are not read.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
 */
export function allows(
  policy: string | undefined,
  caller: { account: string; arn: string },
  action: string,
): boolean {
  if (!policy) return false
  const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] }
  const matching = (Array.isArray(Statement) ? Statement : [Statement]).filter(
    (statement) => named(statement, caller) && list(statement.Action).some((one) => like(action, one)),
  )
  return (
    matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny')
  )
}

function named({ Principal }: Statement, caller: { account: string; arn: string }): boolean {
  if (Principal === undefined) return false
  const names = Principal === '*' ? ['*'] : list(Principal.AWS)
  const role = caller.arn.replace(':sts:', ':iam:').replace(/:assumed-role\/([^/]+)\/.*/, ':role/$1')
  const own = [caller.account, caller.arn, role, `arn:aws:iam::${caller.account}:root`]
  return names.some((name) => name === '*' || own.includes(name))
}
