import type { Destination } from '../../delivery/destination.ts'
import type { Recording } from '../../delivery/push-record.ts'
import { FailedAfterPush } from '../../docker/failures/failed-after-push.ts'
import type { Built, Engine } from '../../docker/port.ts'
import { repositoryOutputs } from '../../report/outputs.ts'
import type { World } from '../../world.ts'
import { digestInEcr, MovedTag, refuseOtherImage } from './own-image.ts'

// What docker has pushed, as it says itself, and as the registry confirms it.

/**
 * What docker says that it has pushed, or left to be pushed.
 * @returns the digest
 * @throws ActionError if that is another image than the one that was built, or not known
 */
export async function pushedImage(
  built: Built,
  {
    pushedTags,
    ...place
  }: {
    readonly engine: Engine
    readonly first: Destination
    readonly pushedTags: readonly string[]
    readonly isSigned: boolean
  },
  world: Pick<World, 'docker' | 'openRegistry' | 'debug'> & Recording,
): Promise<string> {
  try {
    const digest = built.digest ?? (await digestInEcr(place.first, pushedTags[0]))
    await refuseOtherImage(built, digest, place, world)
    return digest
  } catch (error) {
    if (error instanceof MovedTag) world.pushed.lost(place.first.uri, pushedTags)
    throw error
  }
}

/**
 * Notes what docker had pushed before the build failed.
 * @throws the error of the build, in any case
 */
export async function notePushed(
  failure: unknown,
  { uri, name, created, ecr }: Destination,
  tags: readonly string[],
  world: Pick<World, 'setOutputs'> & Recording,
): Promise<never> {
  if (!(failure instanceof FailedAfterPush)) throw failure
  world.pushed.arrived(uri, failure.digest, true)
  world.pushed.put(uri, tags)
  if (created === 'on push') {
    const repository = await ecr.findRepository(name).catch(() => null)
    if (repository !== null) world.setOutputs(repositoryOutputs(repository, true))
  }
  throw failure
}
