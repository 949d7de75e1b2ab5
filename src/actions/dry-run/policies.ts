import { neededActions, type Statement } from '../../aws/policy.ts'
import type { RoleInput } from '../../aws/workflow.ts'
import { parsePrivateHost, partitionOf } from '../../ecr/hosts.ts'
import type { RepositoryInput } from '../../inputs/repository.ts'
import type { Home, RoleUse } from '../uses.ts'
import type { PlaceFound } from './place.ts'

/** A policy of IAM. */
interface Policy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly Statement[]
}

/** What one identity has to be allowed. */
export interface RolePolicy {
  /** The ARN of the role; null for the job's own credentials. */
  readonly role: string | null
  readonly policy: Policy
}

/** The smallest policies for what a run does: one for each identity. */
export function policiesOf(uses: readonly RoleUse[]): RolePolicy[] {
  const byRole = new Map<string | null, RoleUse[]>()
  for (const use of uses) byRole.set(use.as, [...(byRole.get(use.as) ?? []), use])
  return [...byRole].map(([role, own]) => ({
    role,
    policy: { Version: '2012-10-17', Statement: neededActions(own) },
  }))
}

/** What the policies are called that are not a role's, if there are several. */
const JOB = 'default'

/** The output `iam-policy`: the one policy, or an object with that of each role by its ARN. */
export function policyOutput(policies: readonly RolePolicy[]): string {
  const [only, ...more] = policies
  if (only === undefined || more.length === 0) return JSON.stringify(only?.policy ?? null)
  return JSON.stringify(Object.fromEntries(policies.map(({ role, policy }) => [role ?? JOB, policy])))
}

const ARN_PARTS = /^arn:([\w-]+):[\w-]+:([\w-]*):(\d{12}):/

/**
 * Where the credentials are at home, as far as the repository, its registry, the role or a refusal tell it; `*` for what
 * none of them does, which as a part of an ARN is every account or region.
 */
export function homeOf(
  { repository, role }: { readonly repository: RepositoryInput; readonly role: RoleInput | null },
  found: Pick<PlaceFound, 'repository' | 'host' | 'refusal'> | null,
): Home {
  const [, partitionHere, regionHere, accountHere] = ARN_PARTS.exec(found?.repository?.arn ?? '') ?? []
  const [, partitionOfRole, , accountOfRole] = ARN_PARTS.exec(role?.arn ?? '') ?? []
  const [, accountInRefusal] = /\bUser: arn:[\w-]+:\w+::(\d{12}):/.exec(found?.refusal ?? '') ?? []
  const host = parsePrivateHost(found?.host ?? '')
  const region = repository.region ?? (regionHere || host?.region) ?? '*'
  return {
    region,
    partition: partitionHere ?? partitionOfRole ?? partitionOf(region),
    // What another account's registry is, the input registry-id says.
    account:
      repository.registryId === null
        ? (accountHere ?? host?.registryId ?? accountOfRole ?? accountInRefusal ?? '*')
        : '*',
  }
}
