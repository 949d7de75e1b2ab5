import type { BakeDocker } from '../../docker/bake/port.ts'
import type { BakedFacts } from '../../report/facts.ts'
import type { World } from '../../world.ts'

/** Everything outside of this process that bake touches. */
export interface BakeWorld extends World {
  readonly docker: BakeDocker
  readonly summarizeBake: (facts: BakedFacts) => Promise<void>
}
