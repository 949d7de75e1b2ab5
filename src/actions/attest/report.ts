import type { Attestable } from '../../inputs/attest.ts'
import { code, escapeMarkdown } from '../../report/escaping.ts'
import type { Check } from '../../report/facts.ts'
import type { Outputs } from '../../report/outputs.ts'
import { duration } from '../../shared/duration.ts'
import type { AttestedImage } from './attester.ts'
import type { FoundAttestation, SigningSetup } from './existing.ts'

/** An attestation beside an image, in the first registry at least. */
export interface PlacedAttestation extends FoundAttestation {
  readonly what: Attestable
  /** The digest that it is about. */
  readonly subject: string
  /** Its page in GitHub's own store; null if that has none of this run. */
  readonly url: string | null
}

/** One thing that has to be beside an image, and what came of it. */
export interface AttestPart {
  readonly what: Attestable
  /** The digest that it is about. */
  readonly subject: string
  /** Null if it is not beside the image in the first registry. */
  readonly placed: PlacedAttestation | null
  /** Why it is not everywhere; null if it is, or if nothing failed and it was not there. */
  readonly failure: unknown
  /** Whether one is there that says something else. */
  readonly saysOther: boolean
}

export const placedIn = (parts: readonly AttestPart[]) =>
  parts.flatMap(({ placed }) => (placed === null ? [] : [placed]))

/**
 * The outputs about what is beside the image.
 * @param complete whether it is all that was asked for
 * @param verifyCommands of each
 */
export function attestationOutputs(
  placed: readonly PlacedAttestation[],
  complete: boolean,
  verifyCommands: readonly string[],
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
    'verify-commands': verifyCommands.join('\n'),
  }
}

const KIND_NAMES = { provenance: 'provenance', sbom: 'SBOM' } as const

/**
 * The stage's line of the log: `Attested in 0.4 s: provenance, SBOM of 2 images; signed by https://github.com/…`.
 * @param pushed whether it was to be signed, and not only read
 */
export function attestationLine(
  placed: readonly PlacedAttestation[],
  {
    complete,
    failed,
    pushed,
    seconds,
  }: {
    readonly complete: boolean
    readonly failed: boolean
    readonly pushed: boolean
    readonly seconds: number
  },
): string {
  const took = duration(seconds)
  if (failed || !complete) {
    return failed
      ? `The attestation failed after ${took}`
      : `Read what is beside the image in ${took}: not all that attest asks for`
  }
  const kinds = [...new Set(placed.map(({ what }) => what))].map((what) =>
    counted(
      what,
      placed.filter((one) => one.what === what),
    ),
  )
  const signers = [...new Set(placed.map(({ verified }) => verified.identity))].join(' and ')
  const done = pushed ? `Attested in ${took}` : `Read what is beside the image in ${took}`
  return `${done}: ${kinds.join(', ')}; signed by ${signers}, and verified`
}

/**
 * The rows of the summary: one for each kind, which says nothing of the other.
 * @param failed whether it is not known what came of them, as something before failed
 */
export function attestationChecks(
  parts: readonly AttestPart[],
  { inputs, services }: Pick<SigningSetup, 'inputs' | 'services'>,
  failed: boolean,
): Check[] {
  return inputs.what.map((what): Check => {
    const own = parts.filter((part) => part.what === what)
    const all = placedIn(own)
    const [one] = all
    const lacking = [
      ...lack(own, 'missing', (part) => part.placed === null),
      ...lack(own, 'missing in a registry', (part) => part.placed !== null && part.failure !== null),
    ].join(', and ')
    if (one === undefined || lacking !== '') {
      const hasFailed = failed || own.some((part) => part.failure !== null)
      const kind = own.length > 1 ? `${KIND_NAMES[what]}s:` : KIND_NAMES[what]
      return {
        outcome: hasFailed ? 'failed' : 'unknown',
        line: `Attestation: ${kind} ${lacking || 'is missing'}.`,
        detail: null,
      }
    }
    const { logIndex, identity } = one.verified
    const log = logIndex === null ? ', in no public log' : `, entry ${logIndex} of the transparency log`
    const who =
      services.instance === 'custom'
        ? ` through Sigstore at ${escapeMarkdown(services.certificates.host)}`
        : ''
    const signed = `${counted(what, all)}, signed by ${code(identity)}${who}${all.length === 1 ? log : ''}`
    return {
      outcome: 'passed',
      line: `Attestation: ${signed}; verified, and beside the image.`,
      detail: null,
    }
  })
}

function lack(
  own: readonly AttestPart[],
  how: 'missing' | 'missing in a registry',
  lacks: (part: AttestPart) => boolean,
): string[] {
  const count = own.filter(lacks).length
  if (count === 0) return []
  return [`${own.length === 1 ? '' : `${count} of ${own.length} `}is ${how}`]
}

/** An image has several if its build had more than the image scanned. */
function counted(what: Attestable, all: readonly PlacedAttestation[]): string {
  if (all.length === 1) return KIND_NAMES[what]
  const images = new Set(all.map(({ subject }) => subject)).size
  const ofImages = images === 1 ? 'one image' : `${images} images`
  return images === all.length
    ? `${KIND_NAMES[what]} of ${ofImages}`
    : `${all.length} ${KIND_NAMES[what]}s of ${ofImages}`
}

/** For an image that another run pushed, and nobody attested, or not as this run would. */
export function unattestedWarning(
  { digest, holders: [first] }: AttestedImage,
  parts: readonly AttestPart[],
  { inputs }: Pick<SigningSetup, 'inputs'>,
): string {
  const lacking = parts.filter(({ placed }) => placed === null)
  const others = lacking.filter(({ saysOther }) => saysOther)
  const some = lacking.length === parts.length ? '' : ` for all of ${inputs.what.join(', ')}`
  const another = 'a valid attestation of another SBOM than that of sbom-file'
  const what = [
    ...(others.length < lacking.length ? [`no valid attestation${some}`] : []),
    ...(others.length > 0 ? [another] : []),
  ]
  return `${first.uri}@${digest} has ${what.join(', and ')}, and this attempt did not build it (if-image-exists: skip), so that it is not signed for. A run that builds and pushes it attests it: set if-image-exists to push, or change its tags`
}
