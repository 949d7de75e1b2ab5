import type { BuildInputs } from '../docker/port.ts'
import { isEnabled } from '../docker/syntax/attestations.ts'
import { parseDockerBoolean } from '../docker/syntax/booleans.ts'
import { takesCompression } from '../docker/syntax/compression.ts'
import { attribute, splitCsv } from '../shared/csv.ts'
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

/** Whether a build leaves an image without a push that is made so. */
export function reproducesWithoutPush({ outputs, call }: Pick<BuildInputs, 'outputs' | 'call'>): boolean {
  return call === null && outputs.some(takesCompression)
}
