import type { OpenRepository } from '../../delivery/destination.ts'
import type { ProvenanceInputs } from '../../inputs/provenance.ts'
import { code } from '../../report/escaping.ts'
import type { Check } from '../../report/facts.ts'
import { ActionError, messageOf } from '../../shared/errors.ts'
import { policyInWords } from '../../sigstore/policy.ts'
import { PROVENANCE_TYPE } from '../../sigstore/provenance.ts'
import type { Trust } from './roots.ts'
import type { FoundProvenance } from './search.ts'

/** The output `provenance`: what was accepted, one for each image. */
export function provenanceOutput(found: readonly FoundProvenance[]): string {
  return JSON.stringify(
    found.flatMap(({ subject, accepted }) =>
      accepted === null
        ? []
        : [
            {
              subject,
              referrer: accepted.referrer,
              predicateType: PROVENANCE_TYPE,
              ...accepted.signer,
              logIndex: accepted.logIndex,
            },
          ],
    ),
  )
}

/** The row of the summary. */
export function provenanceCheck(found: readonly FoundProvenance[]): Check {
  const refused = found.filter(({ accepted }) => accepted === null)
  if (refused.length > 0) {
    const of = found.length === 1 ? '' : ` of ${refused.length} of ${found.length} images`
    // The error has the reasons, and stands above.
    return { outcome: 'failed', line: `Provenance${of}: none is accepted.`, detail: null }
  }
  const [one] = found
  const signers = [...new Set(found.map(({ accepted }) => accepted?.signer.identity ?? ''))]
  const several = found.length === 1 ? '' : ` of ${found.length} images`
  const { commit = null, ref = null } = (found.length === 1 && one?.accepted?.signer) || {}
  const built =
    commit === null ? '' : `, from the commit ${code(commit)}${ref === null ? '' : ` of ${code(ref)}`}`
  return {
    outcome: 'passed',
    line: `Provenance${several}: signed by ${signers.map(code).join(', ')}${built}; verified.`,
    detail: null,
  }
}

/** More bundles than these, of all images together, are in the debug log alone; one of each image is told. */
const MOST_TOLD = 20

/**
 * Why an image is refused: a line for each bundle.
 * @param images how many are refused
 */
function reasonsOf({ refused, archived, listed }: FoundProvenance, images: number): string[] {
  const most = Math.max(1, Math.floor(MOST_TOLD / images))
  const more = refused.length - most
  const others = listed - archived.length - refused.length
  return [
    ...refused.slice(0, most).map(({ referrer, why }) => `- ${referrer}: ${why}`),
    ...(more > 0 ? [`- … and ${more} more; with debug logging, the log has all of them`] : []),
    ...archived.slice(0, most).map((referrer) => `- ${referrer}: it is archived, and cannot be read`),
    ...(refused.length === 0 && others > 0
      ? [`- ${others} of another kind than an attestation of Sigstore's`]
      : []),
    ...(listed === 0 ? ['- nothing is beside it: nobody has attested it in this repository'] : []),
  ]
}

/** The error of images that have no provenance that is accepted. */
export function refusedProvenance(
  refused: readonly FoundProvenance[],
  { uri }: Pick<OpenRepository, 'uri'>,
  { policy, eachPlatform }: ProvenanceInputs,
  { missing }: Trust,
): ActionError {
  const lines = refused.flatMap((one) => [
    `${uri}@${one.subject} has no provenance that is accepted. Required: ${policyInWords(policy)}.`,
    ...reasonsOf(one, refused.length),
  ])
  return new ActionError(
    ['require-provenance:', ...lines, ...missing.map(messageOf)].join('\n').replace(':\n', ': '),
    remedyFor(refused, missing, eachPlatform),
    { page: 'trust.md#what-is-required' },
  )
}

function remedyFor(
  refused: readonly FoundProvenance[],
  missing: readonly unknown[],
  eachPlatform: boolean,
): string {
  const every = (is: (found: FoundProvenance) => boolean) => refused.every(is)
  if (missing.length > 0) {
    return 'see to it that the runner reaches the trust roots, or give the one that counts with sigstore-trusted-root; then see what is said of each attestation.'
  }
  if (every(({ listed }) => listed === 0)) {
    const parts = eachPlatform
      ? ''
      : ' If it is an index whose images are attested one by one, add the line platforms=each to require-provenance.'
    return `let the run that builds the image attest it (attest: provenance), and take it from where it was attested, or with its attestations (promote copies them).${parts}`
  }
  if (every(({ archived }) => archived.length > 0)) {
    return every(({ archived, listed }) => archived.length === listed)
      ? 'restore the attestation in ECR first.'
      : 'restore in ECR what is archived, as it may be the attestation that is looked for; if it is not, take an image that the required workflow has built, or correct require-provenance.'
  }
  // What was not looked at may be what is wanted.
  if (every(({ unread }) => unread === 'time')) {
    return 'run the job again, as what was not looked at may be the attestation that is looked for; if it stays, see in the debug log how long ECR takes for each of them.'
  }
  if (every(({ unread }) => unread !== null)) {
    return 'remove from ECR what else is beside the image, as what was not looked at may be the attestation that is looked for: the debug log names each of them. Then run the job again.'
  }
  return 'take an image that the required workflow has built, or correct require-provenance.'
}
