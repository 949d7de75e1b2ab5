import type { Ecr } from '../ecr/port.ts'
import type { Repository } from '../ecr/types.ts'
import type { Inputs } from '../inputs/index.ts'
import type { World } from '../world.ts'
import type { After } from './index.ts'

/** Prepares what follows the push. Its code is loaded only if the inputs ask for some of it; null if they do not. */
export async function expectAfter(
  ecr: Ecr,
  repository: Repository | null,
  { after }: Pick<Inputs, 'after'>,
  world: Omit<World, 'docker'>,
): Promise<After | null> {
  if (repository === null || (after.failOnSeverity === null && !after.waitForReplication)) return null
  const { prepareAfter } = await import('./index.ts')
  return prepareAfter(after, ecr, repository, world)
}
