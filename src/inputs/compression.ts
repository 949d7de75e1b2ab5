import type { BuildInputs, Compression } from '../docker/port.ts'
import { parseDockerBoolean } from '../docker/syntax/booleans.ts'
import { COMPRESSION_FIELDS, cacheTakesCompression, takesCompression } from '../docker/syntax/compression.ts'
import { attribute } from '../shared/csv.ts'
import type { Reader } from './reader.ts'
import { readFields } from './records.ts'

/** https://github.com/moby/buildkit/blob/v0.26.2/README.md#imageregistry; what is not compressed has no level. */
const HIGHEST_LEVEL = { gzip: 9, estargz: 9, zstd: 22, uncompressed: null } as const

/**
 * The inputs `compression` and `compression-level`.
 * @param outputs that may say the same of themselves
 */
export function readCompression(reader: Reader, outputs: readonly string[]): Compression | null {
  const type = reader.choice('compression', ['gzip', 'zstd', 'estargz', 'uncompressed'])
  const given = reader.text('compression-level')
  if (type === null) {
    if (given !== '' && reader.text('compression') === '')
      reader.problem('compression-level', given, 'needs compression: gzip, zstd or estargz')
    return null
  }
  for (const output of outputs) refuseOther(reader, output)
  const highest = HIGHEST_LEVEL[type]
  if (given === '') return { type, level: null }
  if (highest === null) {
    reader.problem('compression-level', given, `goes with gzip, zstd or estargz; ${type} has no level`)
    return { type, level: null }
  }
  const level = /^\d{1,3}$/.test(given) && Number(given) <= highest ? Number(given) : null
  if (level === null)
    reader.problem('compression-level', given, `of ${type} must be a whole number from 0 to ${highest}`)
  return { type, level }
}

/** One place says it. */
function refuseOther(reader: Reader, output: string): void {
  if (!takesCompression(output)) return
  const fields = readFields(reader, 'outputs', output) ?? []
  const own = COMPRESSION_FIELDS.find((key) => attribute(fields, key) !== undefined)
  if (own !== undefined)
    reader.problem('outputs', output, `says ${own}, beside the input compression; leave out one of the two`)
  if (parseDockerBoolean(attribute(fields, 'oci-mediatypes') ?? 'true') === false)
    reader.problem('outputs', output, 'has oci-mediatypes=false, which the input compression excludes')
}

/** Whether anything that a build leaves without a push has layers that it compresses. */
export function compressesWithoutPush({
  outputs,
  cacheTo,
  call,
}: Pick<BuildInputs, 'outputs' | 'cacheTo' | 'call'>): boolean {
  return call === null && (outputs.some(takesCompression) || cacheTo.some(cacheTakesCompression))
}
