import type { Attestable } from '../../inputs/attest.ts'
import { code, escapeMarkdown } from '../../report/escaping.ts'
import type { Check } from '../../report/facts.ts'
import type { Outputs } from '../../report/outputs.ts'
import type { AttestedImage } from './attester.ts'
import type { FoundAttestation, SigningSetup } from './existing.ts'
import { verifyCommands } from './verify-commands.ts'

/** An attestation beside an image, in the first registry at least. */
export interface PlacedAttestation extends FoundAttestation {
  readonly what: Attestable
  /** The digest that it is about. */
  readonly subject: string
  /** Its page in GitHub's own store; null if that has none of this run. */
  readonly url: string | null
}

/** The outputs about what is beside the image. @param complete whether it is all that was asked for */
export function attestationOutputs(
  placed: readonly PlacedAttestation[],
  complete: boolean,
  image: AttestedImage,
  setup: SigningSetup,
): Pick<Outputs, 'attested' | 'attestations' | 'verify-commands'> {
  return {
    attested: String(complete),
    attestations: JSON.stringify(
      placed.map(({ predicateType, subject, referrer, verified, url }) => ({
        predicateType,
        subject,
        referrer,
        logIndex: verified.logIndex,
        url,
      })),
    ),
    'verify-commands': placed.flatMap((one) => verifyCommands(one, image, setup)).join('\n'),
  }
}

const KIND_NAMES = { provenance: 'provenance', sbom: 'SBOM' } as const

/** The rows of the summary: one for each kind. */
export function attestationChecks(
  placed: readonly PlacedAttestation[],
  { inputs, services }: Pick<SigningSetup, 'inputs' | 'services'>,
  { complete, failed }: { readonly complete: boolean; readonly failed: boolean },
): Check[] {
  return inputs.what.map((what): Check => {
    const own = placed.filter((one) => one.what === what)
    const [one] = own
    if (one === undefined || (!complete && failed)) {
      const line = `Attestation: ${KIND_NAMES[what]} ${own.length === 0 ? 'is not there' : 'is not everywhere'}.`
      return { outcome: failed ? 'failed' : 'unknown', line, detail: null }
    }
    const { logIndex, identity } = one.verified
    const log = logIndex === null ? ', in no public log' : `, entry ${logIndex} of the transparency log`
    const who = services.instance === 'custom' ? ` (${escapeMarkdown(services.certificates.host)})` : ''
    const several = own.length === 1 ? '' : ` of ${own.length} images`
    const signed = `${KIND_NAMES[what]}${several}, signed by ${code(identity)}${who}${own.length === 1 ? log : ''}`
    return {
      outcome: 'passed',
      line: `Attestation: ${signed}; verified, and beside the image.`,
      detail: null,
    }
  })
}

/** For an image that another run pushed, and nobody attested. */
export function unattestedWarning(
  { digest, holders: [first] }: AttestedImage,
  placed: readonly PlacedAttestation[],
  { inputs }: Pick<SigningSetup, 'inputs'>,
): string {
  const some = placed.length === 0 ? '' : ` for all of ${inputs.what.join(', ')}`
  return `${first.uri}@${digest} has no valid attestation${some}, and this run did not build it (if-image-exists: skip), so that it is not signed for. A run that builds and pushes it attests it: set if-image-exists to push, or change its tags`
}
