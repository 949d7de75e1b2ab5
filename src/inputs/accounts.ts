import type { RoleInput } from '../aws/workflow.ts'
import { ACCOUNT_ID } from '../ecr/hosts.ts'
import type { Reader } from './reader.ts'
import type { RegistryTarget } from './registries.ts'
import type { RepositoryInput } from './repository.ts'
import { accountOfRole } from './role.ts'

const ALLOWED = 'allowed-account-ids'

/** What a run uses that is of an account. */
interface Used {
  readonly role: RoleInput | null
  /** With the input that names it. */
  readonly repositories: readonly (readonly [input: string, repository: RepositoryInput])[]
  readonly registries?: readonly RegistryTarget[]
}

/**
 * The input `allowed-account-ids`: of these accounts the credentials and the registries have to be. What the inputs say
 * of it is checked here; whose credentials the job has by itself, before the first call of ECR (`aws/account.ts`).
 * Roles on the way to the last one, and registries that are only pulled from, may be of any account.
 * @returns none if the input is empty: then any account will do
 */
export function readAllowedAccounts(reader: Reader, { role, repositories, registries = [] }: Used): string[] {
  const allowed = [
    ...new Set(
      reader.matchingList(ALLOWED, 'words', ACCOUNT_ID, 'an AWS account id is 12 digits; quote it in YAML'),
    ),
  ]
  const given = reader.text(ALLOWED)
  if (given === '') return []
  // Of comments alone, it would let any account pass.
  if (allowed.length === 0) reader.problem(ALLOWED, given, 'has no account id')
  const named = [
    [role && accountOfRole(role.arn), 'the account of the role that is assumed (role-to-assume)'],
    ...repositories.map(([input, { registryId }]) => [registryId, `the account of ${input}`]),
    ...registries.flatMap((target) => [
      [target.registryId, 'an account of registries'],
      [target.role && accountOfRole(target.role.arn), 'the account of a role in registries'],
    ]),
  ] as [string | null, string][]
  const told = new Set<string>()
  for (const [account, what] of named) {
    if (account === null || allowed.includes(account) || told.has(account)) continue
    told.add(account)
    reader.problem(ALLOWED, allowed.join(', '), `does not have ${account}, ${what}`)
  }
  return allowed
}
