import { isObject } from '../shared/is-object.ts'
import type { Predicate } from './statement.ts'

const CYCLONEDX_TYPE = 'https://cyclonedx.org/bom'
/** From SPDX 3 on, a document has neither of the members that are asked for below. */
const SPDX_VERSIONS = ['2.3', '2.2', '2.1', '2.0']

/**
 * The predicate of an SBOM, whose type names its format, as actions/attest has it.
 * https://github.com/actions/attest/blob/main/src/sbom.ts
 * @param content of a JSON document
 * @returns null if it is neither SPDX 2 nor CycloneDX
 */
export function sbomPredicate(content: unknown): Predicate | null {
  if (!isObject(content)) return null
  const { spdxVersion, SPDXID, bomFormat, specVersion } = content
  const version = typeof spdxVersion === 'string' ? /^SPDX-(\d+\.\d+)$/.exec(spdxVersion)?.[1] : undefined
  if (version !== undefined && SPDX_VERSIONS.includes(version) && typeof SPDXID === 'string')
    return { type: spdxType(version), content }
  if (bomFormat === 'CycloneDX' && typeof specVersion === 'string') return { type: CYCLONEDX_TYPE, content }
  return null
}

/** The types of SBOMs that what others attested is looked for by. */
export const SBOM_TYPES: readonly string[] = [...SPDX_VERSIONS.map(spdxType), CYCLONEDX_TYPE]

function spdxType(version: string): string {
  return `https://spdx.dev/Document/v${version}`
}
