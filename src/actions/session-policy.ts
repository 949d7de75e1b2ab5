import { neededActions, type Statement } from '../aws/policy.ts'
import { sessionPolicyTexts } from '../aws/session-policy.ts'
import { type RoleInput, SESSION_POLICY_LENGTH } from '../aws/workflow.ts'
import type { RegistryTarget } from '../inputs/registries.ts'
import { ActionError } from '../shared/errors.ts'
import type { World } from '../world.ts'
import type { Home, RoleUse } from './uses.ts'

/** Inputs with the roles that they name. */
export interface WithRoles {
  readonly role: RoleInput | null
  readonly registries?: readonly RegistryTarget[]
  readonly pullRegistries?: readonly RegistryTarget[]
}

/**
 * Writes the session policy of each role that is to have a minimal one: of the role of the inputs, and of those of the
 * further registries.
 * @param usesOf what the run does with which repository, and as whom
 * @returns the inputs, with roles that can be assumed; as they are if no policy is to be written
 * @throws ActionError if a policy would be too long for AWS
 */
export async function withSessionPolicies<T extends WithRoles>(
  inputs: T,
  usesOf: (home: Home) => RoleUse[] | Promise<RoleUse[]>,
  world: Pick<World, 'log'>,
): Promise<T> {
  const { role } = inputs
  if (role?.sessionPolicy?.kind !== 'minimal') return inputs
  const [, partition = '', account = ''] = /^arn:([^:]+):iam::(\d{12}):/.exec(role.arn) ?? []
  // What is in no known region may be in any: the SDK finds it out.
  const uses = await usesOf({ partition, account, region: role.sessionPolicy.region ?? '*' })
  const written = new Map<string, RoleInput>()
  const withPolicy = (one: RoleInput | null): RoleInput | null => {
    if (one?.sessionPolicy?.kind !== 'minimal') return one
    const known = written.get(one.arn) ?? { ...one, sessionPolicy: writtenPolicy(one, uses, world) }
    written.set(one.arn, known)
    return known
  }
  const ready = (targets: readonly RegistryTarget[]) =>
    targets.map((target) => ({ ...target, role: withPolicy(target.role) }))
  const { registries, pullRegistries } = inputs
  return {
    ...inputs,
    role: withPolicy(role),
    ...(registries === undefined ? {} : { registries: ready(registries) }),
    ...(pullRegistries === undefined ? {} : { pullRegistries: ready(pullRegistries) }),
  }
}

/**
 * Of a role that does nothing in this run, should it be assumed all the same: AWS takes no policy without a statement,
 * and this call is everybody's.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
const NO_ACTION: readonly Statement[] = [{ Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' }]

function writtenPolicy({ arn }: RoleInput, uses: readonly RoleUse[], { log }: Pick<World, 'log'>) {
  const own = uses.filter(({ as }) => as === arn)
  const needed = neededActions(own)
  const { texts, exactLength, patterns } = sessionPolicyTexts(needed.length === 0 ? NO_ACTION : needed)
  const tooLong = `The session policy for ${arn} would have ${exactLength} characters, of which AWS takes ${SESSION_POLICY_LENGTH}`
  if (texts.length === 0) {
    throw new ActionError(
      `${tooLong}, also with patterns in place of repositories (role-session-policy: minimal).`,
      'give fewer registries or caches of other accounts to this step, or roles of their own in registries; or leave role-session-policy out, and let the policy of the role allow no more than this run needs.',
      { page: 'iam.md#a-session-that-may-do-no-more-than-the-step-needs' },
    )
  }
  if (patterns.length > 0) log(`${tooLong}: it allows ${patterns.join(', ')} in place of each repository`)
  return { kind: 'written', texts, byStep: true } as const
}
