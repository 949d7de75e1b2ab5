import type { PullAttempt, PullLogin } from '../../docker/port.ts'
import type { Inputs } from '../../inputs/index.ts'
import type { RegistrySession } from '../../oci/registry-session.ts'
import type { World } from '../../world.ts'

/** What of the inputs says which registries of ECR's a build reads from, and as whom. */
export type PullInputs = Pick<
  Inputs,
  'build' | 'buildArgValues' | 'repository' | 'role' | 'registries' | 'pullRegistries' | 'allowedAccounts'
>
export type PullWorld = Pick<World, 'connectEcr' | 'clock' | 'log' | 'debug'>

/** What else is known of the run, by and by. */
export interface PullsOf {
  /** With the registry that is pushed to, which docker is logged in to anyway; null if nothing is pushed. */
  readonly own: Promise<RegistrySession | null> | null
  /** Whether docker builds without BuildKit, and then more stages. */
  readonly legacy: () => Promise<boolean>
}

/** The step's logins to registries of ECR's that a build reads from. */
export interface Pulls {
  /** With tokens that are still valid. */
  readonly logins: () => Promise<readonly PullLogin[]>
  readonly attempts: readonly PullAttempt[]
}
