import type { World } from '../world.ts'
import type { WithRoles } from './session-policy.ts'
import type { Home, RoleUse } from './uses.ts'

/**
 * The inputs with roles that can be assumed: session policies that are to be minimal are written for what the run does.
 * What writes them is loaded only then.
 * @param usesOf what the run does with which repository, and as whom
 * @throws ActionError if a policy would be too long for AWS
 */
export async function withRolesReady<T extends WithRoles>(
  inputs: T,
  usesOf: (known: typeof import('./uses.ts'), home: Home) => RoleUse[] | Promise<RoleUse[]>,
  world: Pick<World, 'log'>,
): Promise<T> {
  if (inputs.role?.sessionPolicy?.kind !== 'minimal') return inputs
  const [{ withSessionPolicies }, known] = await Promise.all([
    import('./session-policy.ts'),
    import('./uses.ts'),
  ])
  return withSessionPolicies(inputs, (home) => usesOf(known, home), world)
}
