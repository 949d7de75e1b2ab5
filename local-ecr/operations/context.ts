import { accessDenied, EcrError } from '../store/errors.ts'
import { allows } from '../store/policy.ts'
import { type Caller, PUBLIC, type Repository, type Store } from '../store/store.ts'

/** What an operation gives back: the SDK's own type, without the SDK's metadata. */
export type Output<T> = Omit<T, '$metadata'>

export const repositoryArn = (region: string, account: string, name: string): string =>
  region === PUBLIC
    ? `arn:aws:ecr-public::${account}:repository/${name}`
    : `arn:aws:ecr:${region}:${account}:repository/${name}`

/** The repository that an input names, if the caller may reach it: another account's needs a policy. */
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

/** What most answers begin with. */
export function named(repository: Repository): { registryId: string; repositoryName: string } {
  return { registryId: repository.account, repositoryName: repository.repository }
}

/** One page of a list; the token is the place to go on from. */
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
