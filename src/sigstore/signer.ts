import type { JobClaims } from './claims.ts'

/** Whose certificate a bundle has to have. */
export interface ExpectedSigner {
  /** The issuer of the OIDC token, exactly. */
  readonly issuer: string
  /**
   * The subject alternative name, exactly, but for the way in which a URL is encoded:
   * `https://github.com/OWNER/NAME/.github/workflows/build.yml@REF`.
   */
  readonly identity: string
  /** By OID; what the certificate has of these has to be the same. */
  readonly extensions: Readonly<Record<string, string>>
}

/** https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
const FULCIO = '1.3.6.1.4.1.57264.1'
/** The extension of a certificate that names the repository: `https://github.com/OWNER/NAME`. */
export const SOURCE_REPOSITORY = `${FULCIO}.12`
/** The extension of a certificate with the number of the repository, which outlives its name. */
export const SOURCE_REPOSITORY_ID = `${FULCIO}.15`
/** The extension of a certificate with the number of the repository's owner. */
export const SOURCE_OWNER_ID = `${FULCIO}.17`
/** The extension of a certificate that names the run: `https://github.com/OWNER/NAME/actions/runs/1/attempts/1`. */
export const RUN_INVOCATION = `${FULCIO}.21`
/** The extension of a certificate with the kind of runner: `github-hosted` or `self-hosted`. */
export const RUNNER_ENVIRONMENT = `${FULCIO}.11`
/** The extensions of a certificate with the commit and the ref that the run was started for. */
export const SOURCE_COMMIT = `${FULCIO}.13`
export const SOURCE_REF = `${FULCIO}.14`
/** The extension of a certificate with the event that started the run: `push`. */
export const TRIGGER = `${FULCIO}.20`

/**
 * The signer that the certificate for a job has to name, field by field as Fulcio makes it of the token's claims.
 * https://github.com/sigstore/fulcio/blob/main/pkg/identity/github/principal.go
 * @param serverUrl GITHUB_SERVER_URL
 */
export function signerOf(claims: JobClaims, serverUrl: string): ExpectedSigner {
  const identity = `${serverUrl}/${claims.job_workflow_ref}`
  return {
    issuer: claims.iss,
    identity,
    extensions: {
      [`${FULCIO}.9`]: identity,
      [RUNNER_ENVIRONMENT]: claims.runner_environment,
      [SOURCE_REPOSITORY]: `${serverUrl}/${claims.repository}`,
      [SOURCE_COMMIT]: claims.sha,
      [SOURCE_REF]: claims.ref,
      [SOURCE_REPOSITORY_ID]: claims.repository_id,
      [SOURCE_OWNER_ID]: claims.repository_owner_id,
      [`${FULCIO}.18`]: `${serverUrl}/${claims.workflow_ref}`,
      [TRIGGER]: claims.event_name,
      [RUN_INVOCATION]: `${serverUrl}/${claims.repository}/actions/runs/${claims.run_id}/attempts/${claims.run_attempt}`,
    },
  }
}

/**
 * The same job, whatever the attempt of its run: what a rerun accepts of the attempts before it.
 * @returns whether a certificate with these extensions was made for the run of these claims
 */
export function isOfRun(
  extensions: ReadonlyMap<string, string>,
  claims: JobClaims,
  serverUrl: string,
): boolean {
  const run = `${serverUrl}/${claims.repository}/actions/runs/${claims.run_id}/attempts/`
  return extensions.get(RUN_INVOCATION)?.startsWith(run) === true
}

/** Whether a certificate with these extensions was made for this very attempt of the run of these claims. */
export function isOfAttempt(
  extensions: ReadonlyMap<string, string>,
  claims: JobClaims,
  serverUrl: string,
): boolean {
  return extensions.get(RUN_INVOCATION) === signerOf(claims, serverUrl).extensions[RUN_INVOCATION]
}

/** The signer of this job, whatever the attempt of its run. */
export function anyAttempt({ extensions, ...signer }: ExpectedSigner): ExpectedSigner {
  const { [RUN_INVOCATION]: _, ...others } = extensions
  return { ...signer, extensions: others }
}
