import type { HeldImage } from '../ecr/types.ts'
import { layerHistory } from '../oci/history.ts'
import { isIndex } from '../oci/media-types.ts'
import { platformNames } from '../oci/platform-names.ts'
import { isAttestation, type Manifest, type Platform } from '../oci/types.ts'
import type { Registry } from '../registry/client.ts'
import type { Layer, PlatformSize } from '../report/facts.ts'
import { LIMITS } from '../shared/limits.ts'
import { sleep } from '../shared/time.ts'
import type { World } from '../world.ts'
import { type OpenRepository, pathOf } from './destination.ts'

/** Images of an index that are measured; each costs a request. */
const MEASURED = 16

/**
 * What tags name before a push, for the comparison with what they name after it.
 * @param known what was asked for another reason
 * @returns null if it is not known: the role may not ask, or ECR did not answer in time
 */
export async function tagsBefore(
  { ecr, name }: Pick<OpenRepository, 'ecr' | 'name'>,
  tags: readonly string[],
  known: ReadonlyMap<string, HeldImage>,
  log: (line: string) => void,
): Promise<ReadonlyMap<string, HeldImage> | null> {
  const unknown = tags.filter((tag) => !known.has(tag))
  if (unknown.length === 0) return known
  const asking = ecr.findImages({ name }, unknown).then(
    (found) => new Map([...known, ...found]),
    (error: Error) => {
      log(`The summary compares with no image before: ${error.message}`)
      return null
    },
  )
  return inTime(asking)
}

/** The sizes of one image, or of an index's images. */
type Sizes = readonly Omit<PlatformSize, 'before'>[]

/**
 * The size of an image by platform, and of the image that its tag held before.
 * @param manifest of the image, if it was read already
 * @param platform of an image that is no index; null if it is not known
 * @param before the digest that is compared with; null if there is none
 * @returns nothing if the registry does not let one read it
 */
export async function measure(
  { session, uri }: Pick<OpenRepository, 'session' | 'uri'>,
  digest: string,
  known: { readonly manifest: Manifest | null; readonly platform: Platform | null },
  before: string | null,
  world: Pick<World, 'openRegistry' | 'log'>,
): Promise<readonly PlatformSize[]> {
  const path = pathOf({ uri })
  const measuring = async () => {
    const registry = await world.openRegistry(session)
    const read = async (wanted: string) =>
      sizesOf(registry, path, await registry.manifest(path, wanted), null)
    const [now, then] = await Promise.all([
      known.manifest === null
        ? registry
            .manifest(path, digest)
            .then((manifest) => sizesOf(registry, path, manifest, known.platform))
        : sizesOf(registry, path, known.manifest, known.platform),
      before === null || before === digest ? null : read(before).catch(() => null),
    ])
    return now.map((size) => ({ ...size, before: counterpart(size, now, before === digest ? now : then) }))
  }
  const sizes = await inTime(
    measuring().catch((error: Error) => {
      world.log(`The summary has no sizes by platform: ${error.message}`)
      return null
    }),
  )
  return sizes ?? []
}

/** The image for the same platform before; of two single images, the platform of neither need be known. */
function counterpart(size: Sizes[number], now: Sizes, before: Sizes | null): Sizes[number] | null {
  if (before === null) return null
  const same = before.find(({ platform }) => platform !== null && platform === size.platform)
  if (same !== undefined) return same
  const [only] = before
  const alone = now.length === 1 && before.length === 1 && only !== undefined
  return alone && (only.platform === null || size.platform === null) ? only : null
}

async function sizesOf(
  registry: Registry,
  path: string,
  manifest: Manifest,
  platform: Platform | null,
): Promise<Sizes> {
  if (!isIndex(manifest.mediaType)) {
    const name = platform === null ? null : (platformNames([platform])[0] ?? null)
    return [await sizeOf(registry, path, manifest, name)]
  }
  // Of what an index has more than these, nobody is to read that it was all.
  const images = (manifest.content.manifests ?? []).filter(
    (child) => !isAttestation(child) && !isIndex(child.mediaType),
  )
  if (images.length > MEASURED) return []
  const known = images.flatMap((child) => child.platform ?? [])
  const names = known.length === images.length ? platformNames(known) : []
  return Promise.all(
    images.map(async ({ digest }, at) =>
      sizeOf(registry, path, await registry.manifest(path, digest), names[at] ?? null),
    ),
  )
}

async function sizeOf(
  registry: Registry,
  path: string,
  { digest, content }: Manifest,
  platform: string | null,
): Promise<Sizes[number]> {
  const { config, layers: descriptors = [] } = content
  // What it tells of the layers is a help; without it, their sizes are as true.
  const history = await (config === undefined ? null : registry.readBlob(path, config).catch(() => null))
  const lines = history === null ? [] : layerHistory(history, descriptors.length)
  const layers: readonly Layer[] = descriptors.map((layer, at) => ({
    digest: layer.digest,
    bytes: layer.size,
    madeBy: lines[at] ?? null,
  }))
  const all = layers.reduce((sum, layer) => sum + layer.bytes, config?.size ?? 0)
  return { platform, digest, bytes: all, layers }
}

/** @returns null once the time is over: the work goes on, and nobody waits for it */
function inTime<T>(work: Promise<T>): Promise<T | null> {
  return Promise.race([work, sleep(LIMITS.summaryMs, { ref: false }).then(() => null)])
}
