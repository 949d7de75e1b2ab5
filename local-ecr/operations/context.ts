import { accessDenied, EcrError } from '../store/errors.ts'
import { allows } from '../store/policy.ts'
import type { Store } from '../store/store.ts'
import type { Caller, Repository } from '../store/types.ts'

/** An operation's output: the SDK's own type, without the SDK's metadata. */
export type Output<T> = Omit<T, '$metadata'>

/**
 * The repository that an input names.
 * @throws EcrError if it does not exist, or is another account's and no policy allows the operation
 */
export function repositoryFor(
  store: Store,
  caller: Caller,
  input: { registryId?: string | undefined; repositoryName: string | undefined },
  operation: string,
): Repository {
  const account = input.registryId ?? caller.account
  const repository = store.get({ account, region: caller.region, repository: input.repositoryName ?? '' })
  if (account !== caller.account && !allows(repository.policy, caller, `ecr:${operation}`))
    throw accessDenied(caller.arn, `ecr:${operation}`, repository.arn, 'resource-based')
  return repository
}

/** The members that most outputs begin with. */
export function named(repository: Repository): { registryId: string; repositoryName: string } {
  return { registryId: repository.account, repositoryName: repository.repository }
}

/** One page of a list. The token says where the next page begins. */
export function page<T>(
  items: readonly T[],
  input: { nextToken?: string | undefined; maxResults?: number | undefined },
): { items: T[]; nextToken?: string } {
  const from = input.nextToken ? Number(Buffer.from(input.nextToken, 'base64url').toString()) : 0
  if (!Number.isInteger(from))
    throw new EcrError('InvalidParameterException', "Invalid parameter at 'nextToken'")
  const to = from + (input.maxResults ?? 100)
  const rest = to < items.length ? { nextToken: Buffer.from(String(to)).toString('base64url') } : {}
  return { items: items.slice(from, to), ...rest }
}
