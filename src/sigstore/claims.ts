import { ActionError } from '../shared/errors.ts'
import { isObject } from '../shared/is-object.ts'

/** The audience of the OIDC token that Fulcio takes. */
export const SIGSTORE_AUDIENCE = 'sigstore'

/**
 * The claims of GitHub's OIDC token without which there is no provenance, as in actions/attest.
 * https://docs.github.com/actions/reference/security/oidc
 */
const REQUIRED = [
  'iss',
  'sub',
  'ref',
  'sha',
  'repository',
  'event_name',
  'job_workflow_ref',
  'workflow_ref',
  'repository_id',
  'repository_owner_id',
  'runner_environment',
  'run_id',
  'run_attempt',
] as const

/** What GitHub's OIDC token says of the job; all values as text. */
export interface JobClaims extends Readonly<Record<(typeof REQUIRED)[number], string>> {
  /** `public`, `private` or `internal`; null if the token does not say. */
  readonly repository_visibility: string | null
}

/**
 * Reads the claims of an OIDC token of GitHub's. They are not verified here: Fulcio verifies the token, and the
 * certificate that it makes of it is compared with these claims.
 * @param token never part of an error
 * @throws ActionError if it is no token, or lacks a claim
 */
export function readClaims(token: string): JobClaims {
  const claims = payloadOf(token)
  if (claims === null) {
    throw new ActionError('GitHub gave an OIDC token that cannot be read.', RUN_AGAIN)
  }
  const missing = REQUIRED.filter((name) => !isText(claims[name]))
  if (missing.length > 0) {
    throw new ActionError(
      `GitHub's OIDC token does not say what provenance is made of: ${missing.join(', ')} missing.`,
      'run the step in a workflow of GitHub Actions; tokens of other issuers have other claims.',
    )
  }
  const visibility = claims['repository_visibility']
  return {
    ...(Object.fromEntries(REQUIRED.map((name) => [name, claims[name]])) as Record<
      (typeof REQUIRED)[number],
      string
    >),
    repository_visibility: isText(visibility) ? visibility : null,
  }
}

const RUN_AGAIN = 'run the job again; if it fails the same way, report this.'

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** https://www.rfc-editor.org/rfc/rfc7519#section-7.2 */
function payloadOf(token: string): Record<string, unknown> | null {
  const [, payload = '', signature] = token.split('.')
  if (signature === undefined) return null
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return isObject(claims) ? claims : null
  } catch {
    return null
  }
}
