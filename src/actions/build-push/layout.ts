import { placeOf } from '../../delivery/deliver.ts'
import type { Destination } from '../../delivery/destination.ts'
import { explaining } from '../../delivery/explaining.ts'
import type { Recording } from '../../delivery/push-record.ts'
import type { Built } from '../../docker/port.ts'
import type { PlatformSbom } from '../../registry/sboms.ts'
import type { World } from '../../world.ts'

/** Pushes what docker left in a folder, because its builder knows no push by digest. */
export async function pushLayout(
  folder: string,
  digest: string,
  destination: Destination,
  world: Pick<World, 'openRegistry'> & Recording,
): Promise<void> {
  const { from, to, copyImage } = await openLayout(folder, destination, world)
  world.pushed.begun(destination.uri)
  await explaining(`The push of ${digest} to ${destination.uri}`, () =>
    copyImage(from, to, digest, { targetIsEmpty: destination.created !== 'no' }),
  )
  world.pushed.arrived(destination.uri, digest, true)
}

/** What a build came to whose SBOMs are signed, and no part of the image. */
export interface PushedApart extends Pick<Built, 'imageId' | 'metadata' | 'platform'> {
  /** Of what was pushed. */
  readonly digest: string
  readonly sboms: readonly PlatformSbom[]
}

/**
 * Pushes the platforms' images that docker left in a folder, without what BuildKit attests of them; of several, an index
 * of nothing else.
 * @param built what docker said of the image as it made it
 * @throws ActionError if there is no SBOM of an image, or one that cannot be signed; nothing is pushed then
 */
export async function pushWithoutSboms(
  folder: string,
  whole: string,
  built: Pick<Built, 'imageId' | 'metadata'>,
  loads: boolean,
  destination: Destination,
  world: Pick<World, 'openRegistry'> & Recording,
): Promise<PushedApart> {
  const { from, to, copyImage } = await openLayout(folder, destination, world)
  const [{ splitImage }, { refuseUnsignable }] = await Promise.all([
    import('../../registry/sboms.ts'),
    import('../attest/sboms.ts'),
  ])
  const doing = `The push of ${whole} to ${destination.uri}, without its SBOM,`
  return explaining(doing, async () => {
    const { digest, images, index, sboms } = await splitImage(from, whole)
    refuseUnsignable(sboms)
    const targetIsEmpty = destination.created !== 'no'
    world.pushed.begun(destination.uri)
    for (const image of images) await copyImage(from, to, image.digest, { targetIsEmpty })
    if (index !== null) await to.registry.putManifest(to.repository, digest, index)
    world.pushed.arrived(destination.uri, digest, true)
    const config =
      index === null ? (await from.registry.manifest(from.repository, digest)).content.config : undefined
    const { 'containerimage.descriptor': _, ...metadata } = built.metadata
    return {
      digest,
      sboms,
      platform: index === null ? (images[0]?.platform ?? null) : null,
      // That of an image that is loaded too is the engine's own.
      imageId: loads ? built.imageId : (config?.digest ?? digest),
      metadata: {
        ...metadata,
        'containerimage.digest': digest,
        ...(config === undefined ? {} : { 'containerimage.config.digest': config.digest }),
      },
    }
  })
}

async function openLayout(folder: string, destination: Destination, world: Pick<World, 'openRegistry'>) {
  const [to, { OciLayout }, { copyImage }] = await Promise.all([
    placeOf(destination, world),
    import('../../registry/oci-layout.ts'),
    import('../../registry/copy.ts'),
  ])
  return { from: { registry: new OciLayout(folder), repository: '' }, to, copyImage }
}
