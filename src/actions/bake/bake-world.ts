import type { ContentPlace, ContentTag } from '../../docker/bake/content/tags.ts'
import type { BakePlan } from '../../docker/bake/plan.ts'
import type { BakeDocker } from '../../docker/bake/port.ts'
import type { BakedFacts } from '../../report/facts.ts'
import type { World } from '../../world.ts'

/** Everything outside of this process that bake touches. */
export interface BakeWorld extends World {
  readonly docker: BakeDocker
  /** Makes the content tags of a plan from what is on the disk and what is committed of it. */
  readonly readContent: (
    plan: BakePlan,
    more: Pick<ContentPlace, 'platform' | 'also'>,
  ) => Promise<ReadonlyMap<string, ContentTag>>
  readonly summarizeBake: (facts: BakedFacts) => Promise<void>
}
