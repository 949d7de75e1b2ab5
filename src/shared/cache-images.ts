import { attribute, splitCsv } from './csv.ts'

/**
 * The images that hold a cache in a registry.
 * https://docs.docker.com/build/cache/backends/registry/,
 * https://github.com/docker/buildx/blob/v0.29.1/util/buildflags/cache.go (isRefOnlyFormat)
 * @param cache a value of `cache-from` or `cache-to`
 * @returns none if it is no cache in a registry; several if it is the names of images alone
 */
export function cacheImages(cache: string): string[] {
  const fields = splitCsv(cache)
  if (!cache.includes('=')) return fields
  const ref = attribute(fields, 'ref')
  return attribute(fields, 'type') === 'registry' && ref !== undefined ? [ref] : []
}
