import { pathOf } from '../../delivery/destination.ts'
import type { Attestable, AttestInputs } from '../../inputs/attest.ts'
import { isIndex } from '../../oci/media-types.ts'
import { isAttestation } from '../../oci/types.ts'
import { PROVENANCE_TYPE, provenanceOf } from '../../sigstore/provenance.ts'
import { SBOM_TYPES, sbomPredicate } from '../../sigstore/sbom.ts'
import type { Predicate } from '../../sigstore/statement.ts'
import type { AttestedImage, AttestWorld } from './attester.ts'
import type { JobIdentity } from './identity.ts'
import { predicateOf } from './sboms.ts'

/** One thing that is to be said of an image, and signed. */
export interface Saying {
  readonly what: Attestable
  /** The digest that it is said of: the image's, or that of one platform's image in it. */
  readonly subject: string
  readonly predicate: Predicate
}

/** One thing that has to be beside an image, in one of several forms. */
export interface ExpectedAttestation {
  readonly what: Attestable
  readonly subject: string
  readonly predicateTypes: readonly string[]
  /** What it has to say; undefined for whatever it is. */
  readonly content: unknown
}

/** What is to be said of an image that this run has pushed, whose SBOMs were looked at before. */
export function sayingsOf(
  { what, sbom }: AttestInputs,
  { digest, sboms }: AttestedImage,
  { claims }: Pick<JobIdentity, 'claims'>,
  serverUrl: string,
): Saying[] {
  const said = sbom?.from === 'file' ? [{ image: digest, content: sbom.content }] : sboms
  return [
    ...(what.includes('provenance')
      ? [{ what: 'provenance' as const, subject: digest, predicate: provenanceOf(claims, serverUrl) }]
      : []),
    ...(what.includes('sbom')
      ? said.map((one) => ({ what: 'sbom' as const, subject: one.image, predicate: predicateOf(one) }))
      : []),
  ]
}

/** What has to be beside an image that another run has pushed; BuildKit's SBOMs are beside each platform's image. */
export async function expectedOf(
  { what, sbom }: AttestInputs,
  { digest, holders: [first] }: AttestedImage,
  world: Pick<AttestWorld, 'openRegistry'>,
): Promise<ExpectedAttestation[]> {
  const own = sbom?.from === 'file' ? sbomPredicate(sbom.content) : null
  const expected: ExpectedAttestation[] = what.includes('provenance')
    ? [{ what: 'provenance', subject: digest, predicateTypes: [PROVENANCE_TYPE], content: undefined }]
    : []
  if (!what.includes('sbom')) return expected
  if (own !== null) {
    const { type, content } = own
    return [...expected, { what: 'sbom', subject: digest, predicateTypes: [type], content }]
  }
  const registry = await world.openRegistry(first.session)
  const { mediaType, content } = await registry.manifest(pathOf(first), digest)
  const images = isIndex(mediaType)
    ? (content.manifests ?? []).filter((entry) => !isAttestation(entry)).map((entry) => entry.digest)
    : [digest]
  return [
    ...expected,
    ...images.map((subject) => ({
      what: 'sbom' as const,
      subject,
      predicateTypes: SBOM_TYPES,
      content: undefined,
    })),
  ]
}
