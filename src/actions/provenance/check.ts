import type { Verdict } from '../../after-push/index.ts'
import type { OpenRepository } from '../../delivery/destination.ts'
import type { World } from '../../world.ts'

/** The parts of the world that verifying touches. */
export type ProvenanceWorld = Pick<World, 'job' | 'openRegistry' | 'setOutputs' | 'log' | 'warn' | 'debug'>

/** Looks for the provenance that the inputs require. */
export interface ProvenanceCheck {
  /**
   * Looks for it beside each image, and sets the output if all of them have it.
   * @returns the rows of the summary, and why the step fails if an image has none that is accepted
   * @throws ActionError if it cannot be looked for
   */
  verify(source: OpenRepository, digests: readonly string[]): Promise<Verdict>
}
