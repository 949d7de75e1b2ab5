import type { Layer, PlatformSize, SummaryFacts } from './facts.ts'
import type { Outputs } from './outputs.ts'

/**
 * The outputs of an image's size, in bytes.
 * @param now null if it is not known
 * @param before that of the image that it is compared with; null if there is none, or it is not known
 * @returns nothing of what is not known
 */
export function sizeOutputs(
  now: number | null,
  before: number | null,
): Partial<Pick<Outputs, 'size' | 'size-diff'>> {
  // No image has no bytes: 0 is not known either.
  if (!now) return {}
  return { size: String(now), ...(before ? { 'size-diff': String(now - before) } : {}) }
}

/** What the output `json` tells of sizes: by platform, and what they are compared with. */
export function sizesInJson({ sizes, compared }: Pick<SummaryFacts, 'sizes' | 'compared'>): object {
  return {
    ...(sizes.length === 0 ? {} : { sizes: sizes.map(platformInJson) }),
    ...(compared === null ? {} : { 'size-compared-with': { tag: compared.tag, digest: compared.digest } }),
  }
}

function platformInJson({ platform, digest, bytes, layers, before }: PlatformSize): object {
  const known = new Set(before?.layers.map((layer) => layer.digest))
  const reused = layers.filter((layer) => known.has(layer.digest))
  const count = (some: readonly Layer[]) => (before === null ? null : some.length)
  return {
    platform,
    digest,
    size: bytes,
    'size-diff': before === null ? null : bytes - before.bytes,
    layers: layers.length,
    'layers-new': count(layers.filter((layer) => !known.has(layer.digest))),
    'layers-reused': count(reused),
  }
}
