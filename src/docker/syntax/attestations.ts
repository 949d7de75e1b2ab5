import { parseBoolean } from '../../shared/boolean.ts'
import { attribute, splitCsv } from '../../shared/csv.ts'

/** Whether a value of `--attest` adds an attestation to the image, which makes an index of it. */
export function isEnabled({ value }: { readonly value: string }): boolean {
  return parseBoolean(attribute(splitCsv(value), 'disabled') ?? 'false') !== true
}
