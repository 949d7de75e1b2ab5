import type { TagsBefore } from '../ecr/image-before.ts'
import type { HeldImage } from '../ecr/types.ts'
import { layerHistory } from '../oci/history.ts'
import { isImageConfig, platformOfConfig } from '../oci/image-config.ts'
import { imagesOfIndex } from '../oci/index-images.ts'
import { isIndex } from '../oci/media-types.ts'
import { canonicalPlatformName, platformNames } from '../oci/platform-names.ts'
import { isAttestation, type Manifest, type Platform, platformName } from '../oci/types.ts'
import type { Registry } from '../registry/client.ts'
import type { BuildStep, Layer, PlatformSize } from '../report/facts.ts'
import { duration } from '../shared/duration.ts'
import { LIMITS } from '../shared/limits.ts'
import { inTime } from '../shared/time.ts'
import type { World } from '../world.ts'
import { type OpenRepository, pathOf } from './destination.ts'
import type { ReadConfig, ReadManifest } from './manifest-reader.ts'

/** Images of an index that are measured if nothing depends on it; each costs a request. */
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
  return inTime(asking, LIMITS.summaryMs)
}

/** The sizes of one image, or of an index's images. */
type Sizes = readonly Omit<PlatformSize, 'before'>[]

/** What the registry tells of an image. */
export interface Measured {
  /** Empty if it is not known of each image in it. */
  readonly sizes: readonly PlatformSize[]
  /** How large what is compared with was, for its largest platform; null if there is nothing, or that is not known. */
  readonly bytesBefore: number | null
  /** The platforms that what is compared with was for, and the image is not; none if that is not known. */
  readonly gone: readonly string[]
}

const NOT_MEASURED: Measured = { sizes: [], bytesBefore: null, gone: [] }

/** How much is read of an image, and how long it is waited for. */
export interface Measuring {
  /** Whether its configuration is read too, which says the platform of an image alone, and what made each layer. */
  readonly explains: boolean
  /** Whether something depends on it: then all images of an index are measured, and waited for longer. */
  readonly isJudged: boolean
}

/**
 * The size of an image by platform, and of the image that its tag held before.
 * @param known how its manifest and its configurations are read, the platform of an image that is no index, and how it
 * was built
 * @param before what is compared with, which may be in another repository; null if there is nothing
 * @returns nothing if the registry does not let one read it, or not in time; the log says so then
 */
export async function measure(
  { session, uri }: Pick<OpenRepository, 'session' | 'uri'>,
  digest: string,
  known: {
    readonly manifest: ReadManifest
    readonly config: ReadConfig
    readonly platform: Platform | null
    readonly steps: readonly BuildStep[]
  },
  before: { readonly digest: string; readonly at: Pick<OpenRepository, 'session' | 'uri'> } | null,
  { explains, isJudged }: Measuring,
  world: Pick<World, 'openRegistry' | 'log'>,
): Promise<Measured> {
  const path = pathOf({ uri })
  const limitMs = isJudged ? LIMITS.sizeReadMs : LIMITS.summaryMs
  const measuring = async () => {
    const registry = await world.openRegistry(session)
    const readBefore = async ({ digest: wanted, at }: NonNullable<typeof before>) => {
      const [there, pathThere] = [await world.openRegistry(at.session), pathOf(at)]
      return sizesOf(there, pathThere, await there.manifest(pathThere, wanted), null, {
        steps: explains ? [] : null,
        most: MEASURED,
        config: (config) => there.readBlob(pathThere, config),
      })
    }
    const names = explains ? known.steps.map(({ name }) => name) : null
    const readNow = async () =>
      sizesOf(registry, path, await known.manifest(), known.platform, {
        steps: names,
        most: isJudged ? LIMITS.indexImages : MEASURED,
        config: known.config,
      })
    const [now, then] = await Promise.all([
      readNow(),
      before === null || before.digest === digest
        ? null
        : inTime(
            readBefore(before).catch(() => null),
            LIMITS.summaryMs,
          ),
    ])
    const old = before?.digest === digest ? now : then
    return {
      sizes: now.map((size) => ({ ...size, before: counterpart(size, now, old) })),
      bytesBefore: largest(old ?? []),
      gone: gone(now, old),
    }
  }
  const unknown = (why: string) => world.log(`The sizes of the image by platform are not known: ${why}`)
  let over = false
  const measured = await inTime(
    measuring().catch((error: Error) => {
      if (!over) unknown(error.message)
      return NOT_MEASURED
    }),
    limitMs,
  )
  over = true
  if (measured === null) unknown(`the registry did not tell them within ${duration(limitMs / 1000)}.`)
  return measured ?? NOT_MEASURED
}

/**
 * The size of what has several: that of the largest, which is what ECR says of an index too.
 * @returns null if none is known
 */
export function largest(sizes: readonly Pick<PlatformSize, 'bytes'>[]): number | null {
  return sizes.length === 0 ? null : Math.max(...sizes.map(({ bytes }) => bytes))
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

/** What is read of an image. */
interface Wanted {
  /** Those of the build; null if no configuration is to be read. */
  readonly steps: readonly string[] | null
  /** The most images that an index may have to be measured. */
  readonly most: number
  readonly config: ReadConfig
}

/** @returns nothing if it is not known of each of them */
async function sizesOf(
  registry: Registry,
  path: string,
  manifest: Manifest,
  platform: Platform | null,
  wanted: Wanted,
): Promise<Sizes> {
  if (!isIndex(manifest.mediaType)) {
    const named = platform === null ? null : platformName(platform)
    return allKnown([await sizeOf(manifest, named, wanted)])
  }
  // Of what an index has more than these, nobody is to read that it was all.
  const images = await imagesOfIndex(
    manifest,
    async (inner) => (await registry.manifest(path, inner)).content,
  )
  if (images.length > wanted.most) return []
  const known = images.flatMap((child) => child.platform ?? [])
  const names = known.length === images.length ? platformNames(known) : []
  return allKnown(
    await Promise.all(
      images.map(async ({ digest }, at) =>
        sizeOf(await registry.manifest(path, digest), names[at] ?? null, wanted),
      ),
    ),
  )
}

/** A manifest of another form says no sizes: it is not that it had none. */
const allKnown = (sizes: Sizes): Sizes =>
  sizes.every(({ bytes }) => Number.isSafeInteger(bytes) && bytes > 0) ? sizes : []

/** Its bytes are what a pull of it fetches at most: configuration and layers, each once. */
async function sizeOf(
  { digest, content }: Manifest,
  named: string | null,
  { steps, config: readConfig }: Wanted,
): Promise<Sizes[number]> {
  const { config, layers: descriptors = [] } = content
  // What it tells of the platform and the layers is a help; without it, their sizes are as true.
  const told =
    steps !== null && config !== undefined && isImageConfig(config)
      ? await readConfig(config).catch(() => null)
      : null
  const lines = told === null ? [] : layerHistory(told, descriptors.length, steps ?? [])
  const own = told === null ? null : platformOfConfig(told)
  const platform = named ?? (own === null || isAttestation({ platform: own }) ? null : platformName(own))
  const layers = new Map<string, Layer>()
  descriptors.forEach((layer, at) => {
    if (layers.has(layer.digest)) return
    layers.set(layer.digest, { digest: layer.digest, bytes: layer.size, madeBy: lines[at] ?? null })
  })
  const bytes = new Map([...layers].map(([layer, { bytes: size }]) => [layer, size]))
  if (config !== undefined) bytes.set(config.digest, config.size)
  return {
    platform,
    digest,
    bytes: [...bytes.values()].reduce((sum, size) => sum + size, 0),
    layers: [...layers.values()],
  }
}
