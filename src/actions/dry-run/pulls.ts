import { parsePublicUri } from '../../ecr/hosts.ts'
import type { Inputs } from '../../inputs/index.ts'
import type { PlannedLogin } from '../../report/plan.ts'
import { ActionError } from '../../shared/errors.ts'
import type { World } from '../../world.ts'
import { openPulls } from '../build-push/open-pulls.ts'
import type { PullsOf } from '../build-push/pull-logins.ts'
import type { Findings } from './findings.ts'

/**
 * Asks every registry of ECR's for a token that a run would log docker in with for what the build reads. One that gives
 * none stops no run, which builds without that login: how the build then ends is not known, and is noted.
 * @returns the logins that a run would have
 */
export async function findPulls(
  inputs: Inputs,
  of: PullsOf,
  findings: Findings,
  world: Pick<World, 'connectEcr' | 'clock' | 'log' | 'debug'>,
): Promise<PlannedLogin[]> {
  const pulls = await findings.attempt(openPulls(inputs, of, world))
  const logins: PlannedLogin[] = []
  for (const { registry, as, refused } of pulls?.attempts ?? []) {
    if (refused === null) logins.push({ registry, role: as })
    // From there, everybody may pull.
    else if (parsePublicUri(registry) === null) findings.noteUnknown(withoutLogin(registry, as, refused))
  }
  return logins
}

const withoutLogin = (registry: string, role: string | null, refused: string) =>
  new ActionError(
    `Docker would not be logged in to ${registry}${role === null ? '' : ` as ${role}`}: ${refused}`,
    'a run goes on without, and fails if its build reads from there: see to what is refused, or take the registry out of pull-registries.',
    { page: 'build.md#base-images-from-ecr' },
  )
