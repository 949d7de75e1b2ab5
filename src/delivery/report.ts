import type { ImageMetadata } from '../metadata/index.ts'
import { isIndex } from '../oci/media-types.ts'
import type { Manifest, Platform } from '../oci/types.ts'
import { imageOutputs, imageUris } from '../report/outputs.ts'
import type { World } from '../world.ts'
import type { Delivered, Held } from './deliver.ts'
import { type Destination, type OpenRepository, pathOf } from './destination.ts'
import { configReader, type ReadConfig, type ReadManifest } from './manifest-reader.ts'
import type { Recording } from './push-record.ts'

/** What is where it should be, as far as it came there. */
export interface Report extends Pick<Held, 'image' | 'written'> {
  readonly uris: readonly string[]
  readonly holders: readonly Holding[]
}

/** A destination that has the image now, and what this run did there. */
export interface Holding extends Omit<Held, 'image'> {
  readonly destination: Destination
}

/**
 * Sets outputs of what is where it should be: that stays true if another registry has failed. If none has, the log says
 * it too; else the end of the step does, of whatever has been put.
 * @returns null if the image is not in the first destination, which the outputs are about
 */
export function reportDelivered(
  { outcomes, failure }: Delivered,
  image: Pick<ImageMetadata, 'version'>,
  world: Pick<World, 'setOutputs' | 'log'> & Recording,
): Report | null {
  const [first] = outcomes
  if (first === undefined || !first.ok) return null
  const { digest } = first.value.image
  const { name, tags } = first.item
  const holders = outcomes.flatMap((outcome) => (outcome.ok ? [outcome] : []))
  const written = holders.some(({ value }) => value.written)
  world.setOutputs({
    ...imageOutputs(
      holders.map(({ item }) => item),
      digest,
    ),
    'image-name': tags[0] === undefined ? `${name}@${digest}` : `${name}:${tags[0]}`,
    tags: tags.join('\n'),
    version: image.version,
    pushed: String(written),
  })
  if (failure === null) world.pushed.tell(world.log)
  return {
    image: first.value.image,
    written,
    uris: holders.flatMap(({ item }) => imageUris(item, digest)),
    holders: holders.map(({ item, value: { image: _, ...done } }) => ({ destination: item, ...done })),
  }
}

/**
 * Sets the outputs, and tells, of an image that is in the first destination by its digest, and gets its tags later or
 * never.
 * @param tagging what there is to say of its tags, as the end of the log's line
 */
export function reportArrived(
  { item: { uri }, value: { written } }: { readonly item: Destination; readonly value: Held },
  digest: string,
  tagging: string,
  world: Pick<World, 'setOutputs' | 'log'>,
): void {
  const named = `${uri}@${digest}`
  world.setOutputs({ digest, 'digest-uri': named, pushed: String(written) })
  const news = written ? `Pushed ${named}` : `${named} exists already`
  world.log(`${news}; ${tagging}`)
}

/**
 * The digests by platform are worth an output, and no failure: a role made for pushes may not read.
 * @param readConfig how a configuration is read, if others read it as well
 * @returns the image's manifest, and the platform of one that is no index; null what could not be read
 */
export async function reportPlatforms(
  { session, uri }: Pick<OpenRepository, 'session' | 'uri'>,
  read: ReadManifest,
  world: Pick<World, 'openRegistry' | 'setOutputs' | 'log'>,
  readConfig: ReadConfig = configReader({ session, uri }, world),
): Promise<{ readonly manifest: Manifest | null; readonly platform: Platform | null }> {
  let manifest: Manifest | null = null
  let platform: Platform | null = null
  try {
    const registry = await world.openRegistry(session)
    const path = pathOf({ uri })
    manifest = await read()
    const { platformDigests, platformImages } = await import('../registry/platforms.ts')
    const images = await platformImages(registry, path, manifest, readConfig)
    if (!isIndex(manifest.mediaType)) platform = images[0]?.platform ?? null
    world.setOutputs({ 'platform-digests': JSON.stringify(platformDigests(images)) })
  } catch (error) {
    world.log(`The output platform-digests stays empty: ${(error as Error).message}`)
  }
  return { manifest, platform }
}
