import type { HeldImage } from '../ecr/types.ts'
import { ActionError } from '../shared/errors.ts'
import type { World } from '../world.ts'
import { type Destination, pathOf } from './destination.ts'
import { explaining } from './explaining.ts'

/**
 * What ECR itself holds after the push: the only digest that is worth an output.
 * @throws ActionError if a tag is absent, or names another image
 */
export async function readBack(
  { ecr, name, uri, session, tags }: Destination,
  digest: string,
  world: Pick<World, 'openRegistry'>,
): Promise<HeldImage> {
  if (tags.length === 0) {
    const held = await explaining(`The check of ${digest} in ${uri}`, async () =>
      (await world.openRegistry(session)).head(pathOf({ uri }), digest),
    )
    if (held !== null) return { ...held, sizeInBytes: null, active: true }
    throw notHeld(uri, digest, 'its digest is absent')
  }
  const images = await ecr.findImages({ name }, tags)
  const wrong = tags.filter((tag) => images.get(tag)?.digest !== digest)
  const first = images.get(tags[0] as string)
  if (first !== undefined && wrong.length === 0) return first
  throw notHeld(
    uri,
    digest,
    wrong.map((tag) => `${tag} is ${images.get(tag)?.digest ?? 'absent'}`).join(', '),
  )
}

function notHeld(uri: string, digest: string, found: string): ActionError {
  return new ActionError(
    `After the push, ECR does not hold ${digest} under every tag of ${uri}: ${found}.`,
    'another job has pushed the same tag at the same time, or a lifecycle rule or a person has deleted it: use tags of one commit only, or let the jobs wait for each other (concurrency).',
  )
}
