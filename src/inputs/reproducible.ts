import type { BuildInputs } from '../docker/port.ts'
import { isEnabled } from '../docker/syntax/attestations.ts'
import { parseDockerBoolean } from '../docker/syntax/booleans.ts'
import { fieldsOf, takesCompression } from '../docker/syntax/compression.ts'
import { attribute, splitCsv } from '../shared/csv.ts'
import { variable } from '../shared/variable.ts'
import type { Reader } from './reader.ts'
import { readFields } from './records.ts'

/** The fields of an output that decide about it. */
const TIMESTAMP_FIELDS = ['rewrite-timestamp', 'unpack', 'store']

/**
 * The input `reproducible`.
 * @param outputs that may say the same, or something else, of themselves
 */
export function readReproducible(reader: Reader, outputs: readonly string[]): boolean {
  if (!reader.boolean('reproducible', false)) return false
  for (const output of outputs.filter(takesCompression)) {
    const fields = readFields(reader, 'outputs', output) ?? []
    const own = TIMESTAMP_FIELDS.find((key) => attribute(fields, key) !== undefined)
    if (own !== undefined)
      reader.problem(
        'outputs',
        output,
        `says ${own}, beside the input reproducible; leave out one of the two`,
      )
  }
  return true
}

/** Whether buildx leaves out the provenance that it adds by itself; this step turns it on. */
const NO_DEFAULT = 'BUILDX_NO_DEFAULT_ATTESTATIONS'

/**
 * What BuildKit attests holds the times of the build, and is a part of the image's index.
 * @param sbomApart whether the SBOM that is to be signed is taken out of it
 */
export function refuseTimes(
  reader: Reader,
  { reproducible, attests }: Pick<BuildInputs, 'reproducible' | 'attests'>,
  sbomApart: boolean,
): void {
  if (!reproducible) return
  const variable = reader.source.env[NO_DEFAULT] ?? ''
  const isDecided = attests.some(({ value }) => attribute(splitCsv(value), 'type') === 'provenance')
  if (parseDockerBoolean(variable) === false && !isDecided) {
    reader.problem(
      'reproducible',
      'true',
      `excludes ${NO_DEFAULT}: ${variable} in the environment: buildx's own provenance holds the times of the build; leave the variable out`,
    )
  }
  for (const attestation of attests) {
    if (!isEnabled(attestation) || (sbomApart && attestation.input === 'attest')) continue
    reader.problem(
      attestation.input,
      attestation.given,
      'holds the times of the build, which reproducible excludes; attest signs beside the image, if it is not pushed by its digest',
    )
  }
}

const INLINE = 'BUILDKIT_INLINE_CACHE'

/**
 * A cache inside of the image is a part of its configuration, and holds the times at which its layers were made.
 * https://github.com/moby/buildkit/issues/1876
 */
export function refuseInlineCache(
  reader: Reader,
  { reproducible, cacheTo, buildArgs }: Pick<BuildInputs, 'reproducible' | 'cacheTo' | 'buildArgs'>,
): void {
  if (!reproducible) return
  const isInline = (cache: string) => attribute(fieldsOf(cache), 'type') === 'inline'
  // https://github.com/docker/buildx/blob/v0.29.1/build/opt.go
  const asksFor = (arg: string) => {
    const [, own] = /^BUILDKIT_INLINE_CACHE(?:=(.*))?$/s.exec(arg) ?? [arg, 'false']
    return parseDockerBoolean(own ?? variable(reader.source.env, INLINE) ?? '') === true
  }
  const problem = (input: 'cache-to' | 'build-args', value: string) =>
    reader.problem(
      input,
      value,
      'puts the cache into the image, with the times of the build, which reproducible excludes; use a cache beside the image (cache: ecr or gha)',
    )
  for (const cache of cacheTo.filter(isInline)) problem('cache-to', cache)
  for (const arg of buildArgs.filter(asksFor)) problem('build-args', arg)
}

/** Whether a build leaves an image without a push that is made so. */
export function reproducesWithoutPush({ outputs, call }: Pick<BuildInputs, 'outputs' | 'call'>): boolean {
  return call === null && outputs.some(takesCompression)
}
