import { type OpenRepository, pathOf } from '../../delivery/destination.ts'
import { explaining } from '../../delivery/explaining.ts'
import { ActionError } from '../../shared/errors.ts'
import type { World } from '../../world.ts'
import type { SourceImage } from './source.ts'

/**
 * Finds an image by its tag, or makes sure that its digest is there.
 * @param input the input that names it, for the remedy: `'source'`
 * @returns its digest
 * @throws ActionError if there is none, or it is archived
 */
export async function findImage(
  { ecr, name, uri, session }: OpenRepository,
  { tag, digest }: Pick<SourceImage, 'tag' | 'digest'>,
  input: string,
  world: Pick<World, 'openRegistry'>,
): Promise<string> {
  const missing = (what: string) =>
    new ActionError(
      `${uri} has no image ${what}.`,
      `correct ${input}, or push the image first; a lifecycle rule may have deleted it.`,
    )
  if (digest !== null) {
    const held = await explaining(`Reading ${uri}@${digest}`, async () =>
      (await world.openRegistry(session)).head(pathOf({ uri }), digest),
    )
    if (held === null) throw missing(digest)
    return digest
  }
  const held = (await ecr.findImages({ name }, [tag as string])).get(tag as string)
  if (held === undefined) throw missing(`under the tag ${tag}`)
  if (!held.active) {
    throw new ActionError(
      `${uri}:${tag} (${held.digest}) is archived, and cannot be read.`,
      'restore it in ECR first.',
    )
  }
  return held.digest
}
