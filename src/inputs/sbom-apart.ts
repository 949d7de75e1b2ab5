import type { Attestation, BuildInputs } from '../docker/port.ts'
import { isEnabled } from '../docker/syntax/attestations.ts'
import { attribute, splitCsv } from '../shared/csv.ts'
import type { AttestInputs } from './attest.ts'
import { refuseOtherPush } from './exporters.ts'
import type { Reader } from './reader.ts'

/**
 * Has the builder make the SBOM that is to be signed. It is taken out of the index that BuildKit makes of it, so that no
 * name is given to that index; an image that is pushed by its digest keeps it, for merge/.
 * @returns the build with what it needs for that
 */
export function withSbom(
  reader: Reader,
  build: BuildInputs,
  { sbom }: AttestInputs,
  pushByDigest: boolean,
): BuildInputs {
  if (sbom?.from !== 'build') return build
  const isSbom = ({ value }: Attestation) => attribute(splitCsv(value), 'type') === 'sbom'
  const own = build.attests.find(isSbom)
  if (own !== undefined && !isEnabled(own)) {
    reader.problem(own.input, own.given, 'turns off the SBOM that attest: sbom signs; leave it out')
  }
  if (!pushByDigest) {
    for (const { input, given } of build.attests.filter((one) => isEnabled(one) && !isSbom(one))) {
      reader.problem(
        input,
        given,
        'makes an index of the image, which attest: sbom takes the SBOM out of; attest: provenance signs provenance beside the image',
      )
    }
    refuseOtherPush(reader, build.outputs, 'attest: sbom')
  }
  const made: Attestation = { input: 'attest', given: 'sbom', value: 'type=sbom' }
  return own === undefined ? { ...build, attests: [...build.attests, made] } : build
}

/** Whether the SBOM is taken out of what the builder makes: the image goes without it, and is signed for. */
export function isSbomApart({
  push,
  pushByDigest,
  attest: { sbom },
}: {
  readonly push: boolean
  readonly pushByDigest: boolean
  readonly attest: Pick<AttestInputs, 'sbom'>
}): boolean {
  return push && !pushByDigest && sbom?.from === 'build'
}

/** What this run signs: an SBOM that goes along with a push by digest is for merge/ to sign. */
export function signedNow({
  pushByDigest,
  attest,
}: {
  readonly pushByDigest: boolean
  readonly attest: AttestInputs
}): { readonly attest: AttestInputs } {
  if (!pushByDigest || attest.sbom?.from !== 'build') return { attest }
  return { attest: { ...attest, what: attest.what.filter((one) => one !== 'sbom'), sbom: null } }
}
