import type { OpenRepository } from '../../delivery/destination.ts'
import { explaining } from '../../delivery/explaining.ts'
import { isAttestation } from '../../oci/types.ts'
import { createIndex } from '../../registry/create-index.ts'
import { RegistryError } from '../../registry/errors.ts'
import { type IndexPart, readIndexPart } from '../../registry/index-part.ts'
import type { PlatformSbom } from '../../registry/sboms.ts'
import { ActionError } from '../../shared/errors.ts'
import { together } from '../../shared/together.ts'
import { refuseArchived } from '../siblings/find-image.ts'
import type { FinishWorld } from '../work.ts'
import { type DigestItem, refuseOtherRegistries } from './digests.ts'
import type { MergeInputs } from './inputs.ts'
import { refusePlatforms } from './platforms.ts'

/** Reads every part, and puts them together; nothing is written yet. */
export async function makeIndexOf(source: OpenRepository, inputs: MergeInputs, world: FinishWorld) {
  refuseOtherRegistries(inputs.digests, source.uri)
  const parts = await readParts(source, inputs.digests, world)
  refusePlatforms(parts, inputs.platforms)
  if (inputs.attest.sbom?.from !== 'build') {
    return { source, parts, index: createIndex(parts, inputs.indexAnnotations), sboms: [] }
  }
  const sboms = await readSboms(source, parts, world)
  const images = parts.map((part) => ({
    ...part,
    descriptors: part.descriptors.filter((descriptor) => !isAttestation(descriptor)),
  }))
  return { source, parts, index: createIndex(images, inputs.indexAnnotations), sboms }
}

/**
 * The SBOMs that BuildKit made of the parts' images.
 * @throws ActionError if one of them could not be signed
 */
async function readSboms(
  { session, name, uri }: OpenRepository,
  parts: readonly IndexPart[],
  world: FinishWorld,
): Promise<PlatformSbom[]> {
  const [registry, { sbomsIn }, { refuseUnsignable }] = await Promise.all([
    world.openRegistry(session),
    import('../../registry/sboms.ts'),
    import('../attest/sboms.ts'),
  ])
  const all = await together(
    parts.map(({ descriptors, digest }) =>
      explaining(`Reading the SBOM of ${uri}@${digest}`, () =>
        sbomsIn({ registry, repository: name }, descriptors, digest),
      ),
    ),
  )
  refuseUnsignable(all.flat())
  return all.flat()
}

async function readParts(
  source: OpenRepository,
  digests: readonly DigestItem[],
  world: FinishWorld,
): Promise<IndexPart[]> {
  const { session, name, uri } = source
  const registry = await world.openRegistry(session)
  return together(
    digests.map(({ digest }) =>
      explaining(`Reading ${uri}@${digest}`, () =>
        readIndexPart(registry, name, digest).catch(async (error) => {
          if (!(error instanceof RegistryError) || error.status !== 404) throw error
          await refuseArchived(source, digest, world)
          throw new ActionError(
            `${uri} does not have ${digest}.`,
            'give the digests that push-by-digest put out for this repository and registry, in this run; a lifecycle rule for untagged images may have deleted an older one.',
            { cause: error, page: 'many-places.md#several-runners-one-image' },
          )
        }),
      ),
    ),
  )
}
