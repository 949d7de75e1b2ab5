import type { HeldImage } from '../ecr/types.ts'
import { imageOutputs, imageUris } from '../report/outputs.ts'
import type { World } from '../world.ts'
import type { Delivered } from './deliver.ts'
import { type Destination, pathOf } from './destination.ts'

/** Sets outputs for what came where it should: they stay where another registry has failed. */
export function reportDelivered(
  { outcomes }: Delivered,
  world: Pick<World, 'setOutputs' | 'log'>,
): { held: HeldImage; uris: string[] } | null {
  const [first] = outcomes
  if (first === undefined || !first.ok) return null
  const { digest } = first.value
  const holders = outcomes.filter(({ ok }) => ok).map(({ item }) => item)
  const { name, tags } = first.item
  const named = tags.length === 0 ? { 'image-name': `${name}@${digest}` } : {}
  world.setOutputs({ ...imageOutputs(holders, digest), ...named, pushed: 'true' })
  const uris = holders.flatMap((holder) => imageUris(holder, digest))
  for (const uri of uris) world.log(`Pushed ${uri}`)
  world.log(`Digest ${first.item.uri}@${digest}`)
  return { held: first.value, uris }
}

/** The digests by platform are worth an output, and no failure: a role made for pushes may not read. */
export async function reportPlatforms(
  { session, uri }: Destination,
  digest: string,
  world: Omit<World, 'docker'>,
): Promise<void> {
  try {
    const registry = await world.openRegistry(session)
    const path = pathOf({ uri })
    const { platformDigests, platformImages } = await import('../registry/platforms.ts')
    const images = await platformImages(registry, path, await registry.manifest(path, digest))
    world.setOutputs({ 'platform-digests': JSON.stringify(platformDigests(images)) })
  } catch (error) {
    world.log(`The output platform-digests stays empty: ${(error as Error).message}`)
  }
}
