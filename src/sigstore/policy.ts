import { clip } from '../shared/clip.ts'
import { afterStartOfUrl, isUrlOf } from './go-url.ts'
import {
  RUN_INVOCATION,
  RUNNER_ENVIRONMENT,
  SOURCE_COMMIT,
  SOURCE_OWNER_ID,
  SOURCE_REF,
  SOURCE_REPOSITORY,
  SOURCE_REPOSITORY_ID,
  TRIGGER,
} from './signer.ts'
import type { Verified } from './verify.ts'

/** Whose provenance is accepted. What is null is not asked for. */
export interface SignerPolicy {
  /** GITHUB_SERVER_URL, of the repository and the workflow. */
  readonly serverUrl: string
  /** `OWNER/NAME`: whose run it was. */
  readonly repository: string
  /** The numbers of the repository and its owner: a name that was given up can be another's by now. */
  readonly repositoryId: string | null
  readonly ownerId: string | null
  /** The workflow that signed, without a ref: `OWNER/NAME/.github/workflows/build.yml`. */
  readonly workflow: string | null
  /** The ref, or the commit, at which that workflow was taken. */
  readonly workflowRef: string | null
  /** `refs/heads/main` */
  readonly ref: string | null
  readonly commit: string | null
  readonly event: string | null
  readonly runner: 'github-hosted' | 'self-hosted' | null
}

/** What the certificate of an accepted provenance says. What it does not say is null. */
export interface ProvenanceSigner {
  readonly identity: string
  readonly issuer: string
  readonly repository: string | null
  readonly ref: string | null
  readonly commit: string | null
  readonly event: string | null
  readonly runner: string | null
  readonly run: string | null
}

/** Longer values of a certificate are cut in messages. */
const LONGEST_SHOWN = 300

/** Reads the certificate alone: the predicate is whatever the signer wrote. */
export function signerIn({ identity, issuer, extensions }: Verified, serverUrl: string): ProvenanceSigner {
  const text = (oid: string) => extensions.get(oid) ?? null
  const repository = text(SOURCE_REPOSITORY)
  return {
    identity,
    issuer,
    repository: repository?.startsWith(`${serverUrl}/`) ? repository.slice(serverUrl.length + 1) : repository,
    ref: text(SOURCE_REF),
    commit: text(SOURCE_COMMIT),
    event: text(TRIGGER),
    runner: text(RUNNER_ENVIRONMENT),
    run: text(RUN_INVOCATION),
  }
}

/**
 * What of a verified signer is not as the policy wants it, each as a part of a sentence: `signed by …, wanted …`. A
 * certificate that does not say what is asked for does not fit. Everything is compared whole, and with its case.
 * @returns nothing if it is accepted
 */
export function misfitsOf(verified: Verified, policy: SignerPolicy): string[] {
  const { extensions, identity, issuer } = verified
  const { serverUrl } = policy
  const wrong = (what: string, is: string | undefined, wanted: string) =>
    `${what} ${is === undefined ? 'that it does not say' : clip(is, LONGEST_SHOWN)}, wanted ${wanted}`
  const extension = (what: string, oid: string, wanted: string | null) => {
    const is = extensions.get(oid)
    return wanted === null || is === wanted ? [] : [wrong(what, is, wanted)]
  }
  return [
    ...(isIssuerOf(serverUrl, issuer)
      ? []
      : [wrong('with a token of', issuer, `GitHub Actions of ${serverUrl}`)]),
    ...(isSignedBy(identity, policy) ? [] : [wrong('signed by', identity, workflowIn(policy))]),
    ...extension('for the repository', SOURCE_REPOSITORY, `${serverUrl}/${policy.repository}`),
    ...extension('for the repository number', SOURCE_REPOSITORY_ID, policy.repositoryId),
    ...extension('for the owner number', SOURCE_OWNER_ID, policy.ownerId),
    ...extension('of the ref', SOURCE_REF, policy.ref),
    ...extension('of the commit', SOURCE_COMMIT, policy.commit),
    ...extension('after the event', TRIGGER, policy.event),
    ...extension('on a runner that is', RUNNER_ENVIRONMENT, policy.runner),
  ]
}

/** The policy in words: `provenance of octo-org/demo, signed by …, ref refs/heads/main`. */
export function policyInWords(policy: SignerPolicy): string {
  const { repository, workflow, ref, commit, event, runner } = policy
  return [
    `provenance of ${repository}`,
    ...(workflow === null ? [] : [`signed by ${workflowIn(policy)}`]),
    ...(ref === null ? [] : [`ref ${ref}`]),
    ...(commit === null ? [] : [`commit ${commit}`]),
    ...(event === null ? [] : [`event ${event}`]),
    ...(runner === null ? [] : [`runner ${runner}`]),
  ].join(', ')
}

function workflowIn({ serverUrl, workflow, workflowRef }: SignerPolicy): string {
  return `${serverUrl}/${workflow}${workflowRef === null ? '' : `@${workflowRef}`}`
}

/**
 * Whether the certificate's name is that of the workflow. The name of a file may hold an `@`: what follows that of the
 * workflow has to be a ref or a commit.
 */
function isSignedBy(identity: string, { serverUrl, workflow, workflowRef }: SignerPolicy): boolean {
  if (workflow === null) return true
  const file = `${serverUrl}/${workflow}@`
  if (workflowRef !== null) return isUrlOf(identity, `${file}${workflowRef}`)
  const ref = afterStartOfUrl(identity, file)
  return ref !== null && /^(?:refs\/.+|[0-9a-f]{40}|[0-9a-f]{64})$/s.test(ref)
}

/**
 * Whether an issuer is that of the OIDC tokens of Actions on a server. An enterprise may have an issuer of its own there.
 * https://docs.github.com/actions/reference/security/oidc
 */
function isIssuerOf(serverUrl: string, issuer: string): boolean {
  const { host } = new URL(serverUrl)
  if (host === 'github.com') {
    return /^https:\/\/token\.actions\.githubusercontent\.com(?:\/[A-Za-z0-9_.-]+)?$/.test(issuer)
  }
  if (/^[a-z0-9-]+\.ghe\.com$/.test(host)) {
    return issuer === `https://token.actions.${host}` || issuer.startsWith(`https://token.actions.${host}/`)
  }
  return issuer === `${serverUrl}/_services/token`
}
