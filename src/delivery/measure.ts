import type { TagsBefore } from '../ecr/image-before.ts'
import type { HeldImage } from '../ecr/types.ts'
import { layerHistory } from '../oci/history.ts'
import { isImageConfig, platformOfConfig } from '../oci/image-config.ts'
import { isIndex } from '../oci/media-types.ts'
import { canonicalPlatformName, platformNames } from '../oci/platform-names.ts'
import { isAttestation, type Manifest, type Platform, platformName } from '../oci/types.ts'
import type { Registry } from '../registry/client.ts'
import type { BuildStep, Layer, PlatformSize } from '../report/facts.ts'
import { LIMITS } from '../shared/limits.ts'
import { sleep } from '../shared/time.ts'
import type { World } from '../world.ts'
import { type OpenRepository, pathOf } from './destination.ts'

/** Images of an index that are measured; each costs a request. */
const MEASURED = 16

/**
 * What tags name before a push, for the comparison with what they name after it.
 * @param known what was asked for another reason
 * @param failed gets the reason if ECR does not say it
 * @returns null if it is not known: the role may not ask, or ECR did not answer in time
 */
export async function tagsBefore(
  { ecr, name }: Pick<OpenRepository, 'ecr' | 'name'>,
  tags: readonly string[],
  known: ReadonlyMap<string, HeldImage>,
  failed: (error: Error) => void,
): Promise<TagsBefore> {
  const unknown = tags.filter((tag) => !known.has(tag))
  if (unknown.length === 0) return known
  const asking = ecr.findImages({ name }, unknown).then(
    (found) => new Map([...known, ...found]),
    (error: Error) => {
      failed(error)
      return null
    },
  )
  return inTime(asking)
}

/** The sizes of one image, or of an index's images. */
type Sizes = readonly Omit<PlatformSize, 'before'>[]

/** What the registry tells of an image. */
export interface Measured {
  readonly sizes: readonly PlatformSize[]
  /** The platforms that what is compared with was for, and the image is not; none if that is not known. */
  readonly gone: readonly string[]
}

const NOT_MEASURED: Measured = { sizes: [], gone: [] }

/**
 * The size of an image by platform, and of the image that its tag held before.
 * @param known what was read already: its manifest, the platform of an image that is no index, and how it was built
 * @param before what is compared with, which may be in another repository; null if there is nothing
 * @returns nothing if the registry does not let one read it
 */
export async function measure(
  { session, uri }: Pick<OpenRepository, 'session' | 'uri'>,
  digest: string,
  known: {
    readonly manifest: Manifest | null
    readonly platform: Platform | null
    readonly steps: readonly BuildStep[]
  },
  before: { readonly digest: string; readonly at: Pick<OpenRepository, 'session' | 'uri'> } | null,
  world: Pick<World, 'openRegistry' | 'log'>,
): Promise<Measured> {
  const path = pathOf({ uri })
  const measuring = async () => {
    const registry = await world.openRegistry(session)
    const readBefore = async ({ digest: wanted, at }: NonNullable<typeof before>) => {
      const [there, pathThere] = [await world.openRegistry(at.session), pathOf(at)]
      return sizesOf(there, pathThere, await there.manifest(pathThere, wanted), null, [])
    }
    const names = known.steps.map(({ name }) => name)
    const readNow = async () =>
      sizesOf(
        registry,
        path,
        known.manifest ?? (await registry.manifest(path, digest)),
        known.platform,
        names,
      )
    const [now, then] = await Promise.all([
      readNow(),
      before === null || before.digest === digest ? null : readBefore(before).catch(() => null),
    ])
    const old = before?.digest === digest ? now : then
    return {
      sizes: now.map((size) => ({ ...size, before: counterpart(size, now, old) })),
      gone: gone(now, old),
    }
  }
  const measured = await inTime(
    measuring().catch((error: Error) => {
      world.log(`The summary has no sizes by platform: ${error.message}`)
      return null
    }),
  )
  return measured ?? NOT_MEASURED
}

/** The image for the same platform before; of two single images, the platform of neither need be known. */
function counterpart(size: Sizes[number], now: Sizes, before: Sizes | null): Sizes[number] | null {
  if (before === null) return null
  const same = before.find(({ platform }) => isSamePlatform(platform, size.platform))
  if (same !== undefined) return same
  const [only] = before
  const alone = now.length === 1 && before.length === 1 && only !== undefined
  return alone && (only.platform === null || size.platform === null) ? only : null
}

/** The platforms of an image that another one, all of whose platforms are known, is not for. */
function gone(now: Sizes, before: Sizes | null): string[] {
  if (now.length === 0 || now.some(({ platform }) => platform === null)) return []
  return (before ?? []).flatMap(({ platform }) =>
    platform === null || now.some((size) => isSamePlatform(size.platform, platform)) ? [] : [platform],
  )
}

const isSamePlatform = (one: string | null, other: string | null) =>
  one !== null && other !== null && canonicalPlatformName(one) === canonicalPlatformName(other)

async function sizesOf(
  registry: Registry,
  path: string,
  manifest: Manifest,
  platform: Platform | null,
  steps: readonly string[],
): Promise<Sizes> {
  if (!isIndex(manifest.mediaType)) {
    return [await sizeOf(registry, path, manifest, platform === null ? null : platformName(platform), steps)]
  }
  // Of what an index has more than these, nobody is to read that it was all.
  const images = (manifest.content.manifests ?? []).filter((child) => !isAttestation(child))
  if (images.length > MEASURED || images.some(({ mediaType }) => isIndex(mediaType))) return []
  const known = images.flatMap((child) => child.platform ?? [])
  const names = known.length === images.length ? platformNames(known) : []
  return Promise.all(
    images.map(async ({ digest }, at) =>
      sizeOf(registry, path, await registry.manifest(path, digest), names[at] ?? null, steps),
    ),
  )
}

async function sizeOf(
  registry: Registry,
  path: string,
  { digest, content }: Manifest,
  named: string | null,
  steps: readonly string[],
): Promise<Sizes[number]> {
  const { config, layers: descriptors = [] } = content
  // What it tells of the platform and the layers is a help; without it, their sizes are as true.
  const told =
    config !== undefined && isImageConfig(config)
      ? await registry.readBlob(path, config).catch(() => null)
      : null
  const lines = told === null ? [] : layerHistory(told, descriptors.length, steps)
  const own = told === null ? null : platformOfConfig(told)
  const platform = named ?? (own === null || isAttestation({ platform: own }) ? null : platformName(own))
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
