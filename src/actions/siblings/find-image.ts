import { type OpenRepository, pathOf } from '../../delivery/destination.ts'
import { explaining } from '../../delivery/explaining.ts'
import { ActionError, messageOf } from '../../shared/errors.ts'
import type { World } from '../../world.ts'
import type { SourceImage } from './source.ts'

/**
 * Finds an image by its tag, or makes sure that its digest is there.
 * @param input the input that names it, for the remedy: `'source'`
 * @returns its digest
 * @throws ActionError if there is none, or it is archived
 */
export async function findImage(
  source: OpenRepository,
  { tag, digest }: Pick<SourceImage, 'tag' | 'digest'>,
  input: string,
  world: Pick<World, 'openRegistry' | 'debug'>,
): Promise<string> {
  const { ecr, name, uri, session } = source
  const missing = (what: string) =>
    new ActionError(
      `${uri} has no image ${what}.`,
      `correct ${input}, or push the image first; a lifecycle rule may have deleted it.`,
    )
  if (digest !== null) {
    const held = await explaining(`Reading ${uri}@${digest}`, async () =>
      (await world.openRegistry(session)).head(pathOf({ uri }), digest),
    )
    if (held !== null) return digest
    await refuseArchived(source, digest, world)
    throw missing(digest)
  }
  const held = (await ecr.findImages({ name }, [tag as string])).get(tag as string)
  if (held === undefined) throw missing(`under the tag ${tag}`)
  if (!held.active) {
    throw archived(`${uri}:${tag} (${held.digest})`)
  }
  return held.digest
}

/**
 * Tells what is archived apart from what is not there: the registry answers 404 for either.
 * @throws ActionError if ECR says that the image is archived; not if ECR cannot be asked
 */
export async function refuseArchived(
  { ecr, name, uri }: OpenRepository,
  digest: string,
  { debug }: Pick<World, 'debug'>,
): Promise<void> {
  const isArchived = await ecr.isArchived?.({ name }, digest).catch((error: unknown) => {
    debug(`Whether ${uri}@${digest} is archived is not known: ${messageOf(error)}`)
    return false
  })
  if (isArchived) throw archived(`${uri}@${digest}`)
}

const archived = (image: string) =>
  new ActionError(`${image} is archived, and cannot be read.`, 'restore it in ECR first.')
