import type { HeldImage } from '../ecr/types.ts'
import type { Check } from '../report/facts.ts'
import type { SetOutputs } from '../report/outputs.ts'
import type { Clock } from '../shared/time.ts'
import type { Signature } from './signing.ts'

/** The parts of the world that are touched here. */
export interface AfterWorld extends Clock {
  readonly setOutputs: SetOutputs
  readonly log: (line: string) => void
  readonly warn: (line: string) => void
}

/** How one of the checks ended. */
export interface CheckResult {
  readonly check: Check
  /** Why the step fails; null if it does not. */
  readonly failure: unknown
  /** How far ECR's signatures are; absent if they were not asked for. */
  readonly signatures?: readonly Signature[]
}

/** A check that is prepared. */
export interface PreparedCheck {
  /** For the job summary, if it fails without a result. */
  readonly what: string
  /**
   * @param pushed whether this run has pushed the image to the repository
   * @param named whether a tag that the image is to get names it already
   */
  readonly verify: (held: HeldImage, pushed: boolean, named: boolean) => Promise<CheckResult>
}
