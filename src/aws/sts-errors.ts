import { attemptsOf, explainNoAnswer } from '../ecr/errors/answer-errors.ts'
import { saidBy } from '../ecr/errors/explain.ts'
import { ActionError } from '../shared/errors.ts'
import type { Page } from '../shared/pages.ts'
import { inAttempts } from '../shared/retry.ts'
import type { RoleInput } from './workflow.ts'

/** One of the roles that are assumed one after the other. */
export interface Hop {
  readonly arn: string
  /** The role whose credentials it is assumed with; null for the first one. */
  readonly from: string | null
  /** Whether its credentials call ECR. */
  readonly last: boolean
  readonly role: RoleInput
}

/** The lines that give a job an OIDC token. */
const PERMISSION = 'permissions:\n  id-token: write'
const TRUST = 'iam.md#the-roles-trust-in-github'

/** The error if a role is to be assumed and there is no identity to assume it with. */
export function noIdentity({ arn }: Hop, cause: Error): ActionError {
  return new ActionError(
    `${arn} cannot be assumed: GitHub gives this job no OIDC token, and there are no other AWS credentials (${cause.message}).`,
    `let the job have a token, with these two lines in the workflow or the job (and contents: read, if the job checks out):\n${PERMISSION}\nA pull request from a fork never gets one: set push: false there.`,
    { cause, page: TRUST },
  )
}

interface Assumption {
  readonly action: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity'
  readonly hop: Hop
  /** GitHub's OIDC token; null if it was not used. */
  readonly token: string | null
}

/** Turns what STS refuses into an error that says which policy has to change, and how. */
export function explainStsError(error: unknown, { action, hop, token }: Assumption): ActionError {
  if (error instanceof ActionError) return error
  const { role, arn, from, last } = hop
  const message = saidBy(error)
  const name = error instanceof Error ? error.name : 'Error'
  const claims = token === null ? null : claimsOf(token)
  const as = (remedy: string, page?: Page) =>
    new ActionError(
      `${arn} cannot be assumed (${action}${from === null ? '' : ` with the role ${from}`}): ${message} (${name})${inAttempts(attemptsOf(error))}`,
      remedy,
      { cause: error, page },
    )

  const isMinimal = role.sessionPolicy?.kind === 'written' && role.sessionPolicy.byStep
  const noAnswer = explainNoAnswer(error)
  if (noAnswer !== null) {
    const what = `${arn} cannot be assumed (${action}): ${noAnswer.what}`
    return new ActionError(what, noAnswer.remedy, { cause: error })
  }
  if (/^PackedPolicyTooLarge/.test(name)) {
    return as(
      role.sessionPolicy === null
        ? 'the tags of the session are too large for AWS: shorten the names of the workflow and of the branch.'
        : `role-session-policy and the tags of the session are together too large for AWS: ${isMinimal ? 'give fewer registries, caches and base images of ECR to this step, or roles of their own in registries and pull-registries' : 'give a shorter policy'}; or leave role-session-policy out, and let the policy of the role allow no more than this run needs.`,
    )
  }
  if (/^MalformedPolicyDocument/.test(name)) {
    return as(
      isMinimal
        ? 'leave role-session-policy out, or give it the policy as JSON: what AWS does not read is what this step wrote for minimal, which is a fault of the step. Please report it, with the policy that debug logging shows (the secret ACTIONS_STEP_DEBUG set to true).'
        : 'correct role-session-policy: AWS does not read it as a policy.',
    )
  }
  if (/chaining/i.test(message)) {
    return as(
      'leave role-duration-seconds empty, or at most 3600: a role that is assumed from another has one hour.',
    )
  }
  if (/DurationSeconds|MaxSessionDuration/i.test(message)) {
    return as(
      `reduce role-duration-seconds (${role.seconds}), or raise the role's maximum session duration in IAM.`,
    )
  }
  if (/^AccessDenied/.test(name)) {
    if (claims === null) {
      const identity = from === null ? 'the identity in use' : from
      const statement = { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: arn }
      const external = !last
        ? ''
        : ` If that policy asks for an external id (sts:ExternalId), role-external-id has to be it${role.externalId === null ? ', and is not given' : ''}.`
      return as(
        `allow ${identity} ${JSON.stringify(statement)}, and let the role's trust policy name that identity as a principal.${external}`,
        'iam.md#several-roles-one-after-the-other',
      )
    }
    return as(
      `let the role's trust policy allow sts:AssumeRoleWithWebIdentity to this job, whose token has ${claims.text}: ${trustStatement(arn, claims)}`,
      TRUST,
    )
  }
  if (/^InvalidIdentityToken/.test(name)) {
    return as(
      `the account of the role needs an IAM OIDC identity provider for ${claims?.issuer ?? 'the issuer of the token'} with the audience '${role.audience}'.`,
      TRUST,
    )
  }
  if (/^ExpiredToken|^IDPCommunicationError/.test(name)) return as('run the job again.')
  if (/^RegionDisabled/.test(name)) {
    return as('let an administrator activate STS in that region for the account, or set another aws-region.')
  }
  if (/^(?:InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch)/.test(name)) {
    return as(
      'the credentials that the role is assumed from are not valid: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN in the job.',
    )
  }
  return as("check the role's ARN, its trust policy, and that the runner reaches STS (proxy, VPC endpoint).")
}

/** `?` for a claim that the token lacks. */
interface Claims {
  readonly issuer: string
  readonly subject: string
  readonly audience: string
  readonly text: string
}

/** What the token says about the job. Claims are not secret; the signature behind them is. */
function claimsOf(token: string): Claims {
  let claims: { sub?: unknown; aud?: unknown; iss?: unknown } = {}
  try {
    claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
  } catch {
    // What STS says about a token that cannot be read is enough.
  }
  const [subject, audience, issuer] = [claims.sub, claims.aud, claims.iss].map((claim) =>
    String(claim ?? '?'),
  )
  return {
    issuer: issuer as string,
    subject: subject as string,
    audience: audience as string,
    text: `the subject '${subject}' and the audience '${audience}'`,
  }
}

/**
 * The statement that lets a job with these claims assume the role.
 * https://docs.github.com/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
 */
function trustStatement(arn: string, { issuer, subject, audience }: Claims): string {
  const [, partition, account] = /^arn:([^:]+):iam::(\d+):/.exec(arn) ?? []
  const provider = issuer.replace(/^https:\/\//, '')
  return JSON.stringify({
    Effect: 'Allow',
    Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${provider}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${provider}:aud`]: audience, [`${provider}:sub`]: subject } },
  })
}
