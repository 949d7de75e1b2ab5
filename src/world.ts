import type { Docker } from './docker/port.ts'
import type { Ecr } from './ecr/port.ts'
import type { Inputs } from './inputs/index.ts'
import type { GitHub } from './metadata/describe.ts'
import type { RegistrySession } from './oci/registry-session.ts'
import type { Registry } from './registry/client.ts'
import type { AnyFacts } from './report/facts.ts'
import type { SetOutputs } from './report/outputs.ts'
import type { SigningJob } from './sigstore/job.ts'

/** Everything outside of this process that a run touches. */
export interface World {
  /** Called for a push, and without one only if the build refers to ECR: otherwise there is no AWS. */
  readonly connectEcr: (
    inputs: Pick<Inputs, 'repository' | 'role'> & Partial<Pick<Inputs, 'allowedAccounts'>>,
  ) => Promise<Ecr>
  /** Speaks to a registry itself, without an engine. */
  readonly openRegistry: (session: RegistrySession) => Promise<Registry>
  readonly docker: Docker
  readonly github: GitHub
  readonly job: SigningJob
  readonly setOutputs: SetOutputs
  readonly summarize: (facts: AnyFacts) => Promise<void>
  readonly log: (line: string) => void
  /** Tells, with debug logging alone, what was decided and from what; never a secret. */
  readonly debug: (line: string) => void
  /** Tells of something that the user did not ask for, in the log and on the run's page. */
  readonly notice: (line: string) => void
  /** Tells of something that is less than the user asked for, in both places too. */
  readonly warn: (line: string) => void
  /** Milliseconds since some point in time. */
  readonly clock: () => number
  /** The moment, on that clock, at which the step's process began: what it loads first is a part of its time. */
  readonly began: number
  readonly sleep: (milliseconds: number) => Promise<void>
}
