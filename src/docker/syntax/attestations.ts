import { parseBoolean } from '../../shared/boolean.ts'
import { attribute, splitCsv } from '../../shared/csv.ts'

/** Whether a value of `--attest` adds an attestation to the image, which makes an index of it. */
export function isEnabled(attest: string): boolean {
  return parseBoolean(attribute(splitCsv(attest), 'disabled') ?? 'false') !== true
}
