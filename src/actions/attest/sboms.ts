import { type PlatformSbom, unsignable } from '../../registry/sboms.ts'
import { sbomPredicate } from '../../sigstore/sbom.ts'
import type { Predicate } from '../../sigstore/statement.ts'

/**
 * An SBOM of BuildKit's as it is signed.
 * @throws ActionError if it is of a format that is not known
 */
export function predicateOf({ image, content }: PlatformSbom): Predicate {
  const predicate = sbomPredicate(content)
  if (predicate === null) throw unsignable(image, 'is neither SPDX 2 nor CycloneDX')
  return predicate
}

/**
 * Looks at SBOMs before the image that they are of gets a name.
 * @throws ActionError if one of them could not be signed
 */
export function refuseUnsignable(sboms: readonly PlatformSbom[]): void {
  for (const sbom of sboms) predicateOf(sbom)
}
