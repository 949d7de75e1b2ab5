import { attribute, joinCsv, splitCsv } from '../../shared/csv.ts'
import type { Compression } from '../port.ts'
import { isOn } from './booleans.ts'
import { parseExporter } from './exporters.ts'

// How docker is told of the compression of layers.
// https://github.com/moby/buildkit/blob/v0.26.2/README.md#output (image, oci), #export-cache (registry, local)

/** The fields of an output or a cache that say it. */
export const COMPRESSION_FIELDS = ['compression', 'compression-level', 'force-compression'] as const

/** Whether the layers of an output are compressed anew: a docker archive, and files, have their own form. */
export function takesCompression(output: string): boolean {
  return /^(?:image|registry|oci)$/.test(parseExporter(output)?.type ?? '')
}

/** Whether an output is what a push becomes (`--push`), or a push of its own. */
export function isImageOutput(output: string): boolean {
  return /^(?:image|registry)$/.test(parseExporter(output)?.type ?? '')
}

/**
 * Whether the layers of an exported cache are compressed as the image's, so that both are the same: of the kinds of
 * cache, these two have it.
 */
export function cacheTakesCompression(cache: string): boolean {
  if (!cache.includes('=')) return true
  const fields = fieldsOf(cache)
  if (!/^(?:registry|local)$/.test(attribute(fields, 'type') ?? '')) return false
  // The user's own word counts, and what is to have docker's media types knows gzip alone.
  return (
    !COMPRESSION_FIELDS.some((key) => attribute(fields, key) !== undefined) &&
    isOn(attribute(fields, 'oci-mediatypes') ?? 'true')
  )
}

/** None of what is no record, which is a problem of its own. */
export function fieldsOf(record: string): string[] {
  try {
    return splitCsv(record)
  } catch {
    return []
  }
}

/** The fields that a record gets: none without a wish. `force-compression` takes in the layers of the base image. */
export function compressionFields(compression: Compression | null): string[] {
  if (compression === null) return []
  const { type, level } = compression
  return [
    `compression=${type}`,
    ...(level === null ? [] : [`compression-level=${level}`]),
    'force-compression=true',
    'oci-mediatypes=true',
  ]
}

/** A record with more fields, as docker reads it. */
export function withFields(record: string, fields: readonly string[]): string {
  return fields.length === 0 ? record : `${record},${joinCsv(fields)}`
}

/** The values of `--cache-to`: one that is the names of images alone becomes a record for each. */
export function compressedCaches(caches: readonly string[], compression: Compression | null): string[] {
  const fields = compressionFields(compression)
  return caches.flatMap((cache) => {
    if (fields.length === 0 || !cacheTakesCompression(cache)) return [cache]
    if (cache.includes('=')) return [withFields(cache, fields)]
    return splitCsv(cache).map((image) => joinCsv(['type=registry', `ref=${image}`, ...fields]))
  })
}
