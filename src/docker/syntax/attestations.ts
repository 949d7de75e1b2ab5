import { attribute, splitCsv } from '../../shared/csv.ts'
import { parseDockerBoolean } from './booleans.ts'

/** Whether a value of `--attest` adds an attestation to the image, which makes an index of it. */
export function isEnabled({ value }: { readonly value: string }): boolean {
  return parseDockerBoolean(attribute(splitCsv(value), 'disabled') ?? 'false') !== true
}
