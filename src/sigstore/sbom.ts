import { isObject } from '../shared/is-object.ts'
import { MAX_NESTING } from '../shared/nesting.ts'
import type { Predicate } from './statement.ts'

/** How deep an SBOM may be nested: the statement around it is one level more, and has to stay readable itself. */
export const MAX_SBOM_NESTING = MAX_NESTING / 2

const CYCLONEDX_TYPE = 'https://cyclonedx.org/bom'

/**
 * The predicate of an SBOM, whose type names its format, as actions/attest has it.
 * https://github.com/actions/attest/blob/main/src/sbom.ts
 * @param content of a JSON document
 * @returns null if it is neither SPDX nor CycloneDX
 */
export function sbomPredicate(content: unknown): Predicate | null {
  if (!isObject(content)) return null
  const { spdxVersion, SPDXID, bomFormat, specVersion } = content
  const version = typeof spdxVersion === 'string' ? /^SPDX-(\d+\.\d+)$/.exec(spdxVersion)?.[1] : undefined
  if (version !== undefined && typeof SPDXID === 'string') return { type: spdxType(version), content }
  if (bomFormat === 'CycloneDX' && typeof specVersion === 'string') return { type: CYCLONEDX_TYPE, content }
  return null
}

/** The types of SBOMs that what others attested is looked for by. */
export const SBOM_TYPES: readonly string[] = [spdxType('2.3'), spdxType('2.2'), CYCLONEDX_TYPE]

function spdxType(version: string): string {
  return `https://spdx.dev/Document/v${version}`
}
