import type { WantedTags } from '../ecr/image-before.ts'
import type { Ecr } from '../ecr/port.ts'
import type { Repository } from '../ecr/types.ts'
import type { Inputs } from '../inputs/index.ts'
import { asksForScan } from '../inputs/scan.ts'
import type { After, AfterWorld } from './index.ts'

/**
 * Prepares what follows the push. Its code is loaded only if the inputs ask for some of it.
 * @param repository null if it does not exist yet: then what the registry's rules say of it is checked
 * @param wanted the tags that the image is to get; null if this run makes the repository, so that they name no other image
 * @returns null if the inputs ask for nothing, or it can be prepared only once the repository exists
 * @throws ActionError if what the inputs ask for cannot come
 */
export async function expectAfter(
  ecr: Ecr,
  repository: Repository | null,
  {
    after,
    repository: { name, registryId, uri = name },
  }: Pick<Inputs, 'after'> & {
    readonly repository: {
      readonly name: string
      readonly registryId: string | null
      /** For people; the name stands for it if it is not known yet. */
      readonly uri?: string
    }
  },
  wanted: WantedTags | null,
  world: AfterWorld,
): Promise<After | null> {
  if (!followsPush(after)) return null
  const { prepareAfter, refuseImpossible } = await import('./index.ts')
  if (repository !== null) return prepareAfter(after, ecr, repository, wanted, world)
  await refuseImpossible(after, ecr, { name, uri, registryId, exists: false })
  return null
}

/** Whether anything is to be checked once the image is in ECR. */
export function followsPush(after: Inputs['after']): boolean {
  return asksForScan(after) || after.waitForReplication || after.waitForSigning
}
