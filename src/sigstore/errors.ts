import { clip } from '../shared/clip.ts'
import { ActionError } from '../shared/errors.ts'
import { withoutControls } from '../shared/log-line.ts'
import { inAttempts } from '../shared/retry.ts'
import type { SigstoreInstance } from './instance.ts'

/** A service of Sigstore, by what it does. */
export type SigstoreService = 'certificates' | 'log' | 'timestamps' | 'trust-root'

const NAMES: Readonly<Record<SigstoreService, string>> = {
  certificates: 'Fulcio',
  log: 'Rekor',
  timestamps: 'the timestamp authority',
  'trust-root': 'the TUF repository',
}

/** A call of a service of Sigstore that failed, or an answer that cannot be right. It holds no token. */
export class SigstoreError extends Error {
  override readonly name = 'SigstoreError'
  readonly service: SigstoreService
  /** Without a path or a query: `https://fulcio.sigstore.dev`. */
  readonly origin: string
  /** Null if there was no answer, or one that cannot be right. */
  readonly status: number | null
  /** Whether the same call can succeed later. */
  readonly transient: boolean
  /** How long the service asks us to wait before the next call, in milliseconds; null if it does not say. */
  readonly retryAfterMs: number | null
  /** How often the call was made. */
  attempts = 1

  constructor(
    { service, url }: { readonly service: SigstoreService; readonly url: URL },
    reason: string,
    about: {
      readonly status?: number
      readonly transient?: boolean
      readonly retryAfterMs?: number | null
    } = {},
    options?: ErrorOptions,
  ) {
    super(reason, options)
    this.service = service
    this.origin = url.origin
    this.status = about.status ?? null
    this.transient = about.transient ?? false
    this.retryAfterMs = about.retryAfterMs ?? null
  }
}

/** How many characters a reason for which something is not accepted has at most. */
export const LONGEST_REASON = 1000

/**
 * Why something that others put beside an image is not accepted, as a part of a line. They may have written parts of it,
 * signed or not: it is one line, and of a length that lets others be read too.
 */
export function reasonText(why: string): string {
  return clip(withoutControls(why), LONGEST_REASON - CUT_LENGTH)
}

/** What is written in the place of the rest is no longer than this. */
const CUT_LENGTH = 40

/** A bundle that does not prove what it has to prove. Its message is one line of limited length. */
export class InvalidBundle extends Error {
  override readonly name = 'InvalidBundle'

  constructor(why: string, options?: ErrorOptions) {
    super(reasonText(why), options)
  }
}

/** A bundle whose certificate is another job's. */
export class OtherSigner extends InvalidBundle {}

/**
 * Turns an error of signing into one that says what to do. An ActionError is returned as it is.
 * @param doing `The provenance of HOST/NAME@sha256:…`
 * @param error anything that was thrown
 */
export function explainSigstoreError(doing: string, instance: SigstoreInstance, error: unknown): ActionError {
  if (error instanceof ActionError) return error
  const said = error instanceof Error ? error.message : String(error)
  if (error instanceof InvalidBundle) {
    return new ActionError(
      `${doing} was signed, but the signature does not verify, so it was not pushed: ${said}`,
      instance !== 'custom'
        ? 'run the job again; if it fails the same way, report this.'
        : error instanceof OtherSigner
          ? 'look at how the Fulcio in sigstore-signing-config names the workflows of this issuer; the address in its names has to be that of this GitHub.'
          : 'check that sigstore-trusted-root is the trust root of the services in sigstore-signing-config.',
      { cause: error },
    )
  }
  if (!(error instanceof SigstoreError)) {
    return new ActionError(
      `${doing} could not be signed: ${said}`,
      'run the job again; if it fails the same way, report this.',
      { cause: error },
    )
  }
  const who = `${NAMES[error.service]} (${error.origin})`
  return new ActionError(
    `${doing} could not be signed${inAttempts(error.attempts)}: ${who}: ${said}`,
    sigstoreRemedy(error, instance),
    { cause: error, page: 'attest.md#what-can-go-wrong' },
  )
}

/** What a Fulcio may have against a token that it refuses in each run. */
const AGAIN: Readonly<Record<SigstoreInstance, string>> = {
  github:
    "If it fails the same way in another run, the plan may be one reason: GitHub's own instance signs for a repository that is not public only in a plan with artifact attestations (GitHub Enterprise Cloud). Without one, set sigstore to custom, or take attest out; sigstore: public-good would tell the repository's name to everybody.",
  'public-good':
    'If it fails the same way in another run, look at https://status.sigstore.dev/, which tells of outages.',
  custom:
    "If it fails the same way in another run, check that this Fulcio accepts the OIDC tokens of the workflow's issuer with the audience sigstore.",
}

function sigstoreRemedy(
  { service, status, transient, origin, message }: SigstoreError,
  instance: SigstoreInstance,
): string {
  const refused = status !== null && [400, 401, 403, 404].includes(status)
  if (refused && service === 'certificates') {
    // The token is valid for minutes, and each attempt of a job gets a fresh one.
    if (status === 401 || /\bexpired?\b/i.test(message))
      return `run the job again, which gets a fresh token. ${AGAIN[instance]}`
    return `read what Fulcio says above. ${AGAIN[instance]}`
  }
  if (transient || status === null) {
    const status = instance === 'public-good' ? ' https://status.sigstore.dev/ tells of outages.' : ''
    return `run the job again; if it keeps failing, check the way from the runner to ${origin} (its proxy, its firewall).${status}`
  }
  return 'read what the service says above; if it fails the same way in another run, report this.'
}
