import { ActionError } from '../../shared/errors.ts'
import type { Call, Remedy } from './call.ts'
import { EXCEPTIONS } from './exceptions.ts'

/** More than AWS has to say; what is longer comes from elsewhere. */
const LONGEST = 4000

/**
 * Turns what the SDK threw into an error that says what to do. Names are matched on `error.name`: throttling,
 * denied access and expired tokens are in no model.
 * @param error what the SDK threw
 * @param call what was being called
 */
export function explainEcrError(error: unknown, call: Call): ActionError {
  if (error instanceof ActionError) return error
  const name = errorName(error)
  const said = saidBy(error).slice(0, LONGEST)
  const failed = `${call.action} failed for ${subject(call)}`
  const as = (what: string, remedy: string) => new ActionError(what, remedy, { cause: error })
  const known = [REMEDIES, EXCEPTIONS].find((table) => Object.hasOwn(table, name))?.[name]
  if (known !== undefined) return as(`${failed}: ${said} (${name})`, known(call, said))
  if (
    /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|TimeoutError)$/.test(codeOf(error) ?? name)
  ) {
    return as(
      `${failed}: the ECR API in ${call.region} cannot be reached: ${said}`,
      `check that '${call.region}' is the region meant and that the runner reaches it (proxy: HTTPS_PROXY and NO_PROXY; in a VPC: the endpoint com.amazonaws.${call.region}.ecr.api).`,
    )
  }
  if (/region is missing/i.test(said)) {
    return as(
      'No AWS region.',
      "set the input 'aws-region', or AWS_REGION in the job's env, or give 'repository' as a URI.",
    )
  }
  return as(
    `${failed}: ${said} (${name})`,
    `read the message of AWS above; the call was made in ${call.region} for ${resourceArn(call, said)}.`,
  )
}

/**
 * The smallest statement that allows the call, as JSON to paste into the role's policy. A refusal that names its
 * action is believed: behind one call there may be another permission, such as one of KMS.
 */
export function statementFor(call: Call, said = ''): string {
  const action = /not authorized to perform: ([a-z0-9-]+:\w+)/.exec(said)?.[1] ?? call.action
  return JSON.stringify({ Effect: 'Allow', Action: action, Resource: resourceArn(call, said) })
}

/**
 * A statement of one's own helps only where it is the identity's own policy that is silent.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
const denied: Remedy = (call, said) => {
  const statement = statementFor(call, said)
  const explicit = /with an explicit deny in (an? .*?(?:policy|boundary))/.exec(said)?.[1]
  if (explicit !== undefined) {
    return `a Deny in ${explicit} forbids it, and no further Allow helps: let whoever keeps it except this identity and resource: ${statement}`
  }
  const silent = /because no (service control|session|VPC endpoint|resource-based) policy allows/.exec(
    said,
  )?.[1]
  if (silent === 'resource-based') {
    return `the repository's own policy, in the account ${call.registryId ?? 'that it belongs to'}, must allow it to the identity in use: {"Effect":"Allow","Principal":{"AWS":"${principalIn(said)}"},"Action":${JSON.stringify(JSON.parse(statement).Action)}}`
  }
  if (silent !== undefined)
    return `the ${silent} policy must allow it too; add this statement there: ${statement}`
  if (/because no permissions boundary allows/.test(said)) {
    return `the role's permissions boundary must allow it too; add this statement there: ${statement}`
  }
  const across =
    call.registryId === null
      ? ''
      : ` For a registry of another account (${call.registryId}), the repository's own policy there must allow it too.`
  return `add this statement to the policy of the identity in use: ${statement}${across}`
}

/** The role behind the session that AWS names in a refusal: what a policy's Principal takes. */
function principalIn(said: string): string {
  const [, partition, account, role] = /arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/\s]+)/.exec(said) ?? []
  if (role !== undefined) return `arn:${partition}:iam::${account}:role/${role}`
  return /User: (arn:\S+)/.exec(said)?.[1] ?? 'ARN_OF_THE_ROLE'
}

/** What a call was about, in words. */
function subject(call: Call): string {
  return call.repository === null
    ? `the registry in ${where(call)}`
    : `'${call.repository}' in ${where(call)}`
}

const invalidCredentials: Remedy = () =>
  'the credentials are not valid: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN in the job, or the step that sets them (aws-actions/configure-aws-credentials).'

const expired: Remedy = () =>
  "the credentials have expired: let the step that sets them run just before this one, or ask it for a longer session (up to the role's maximum)."

const noCredentials: Remedy = () =>
  'give the job credentials: role-to-assume (with permissions: id-token: write), a step with aws-actions/configure-aws-credentials before this one, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in its env, or a role on the self-hosted runner. To build without AWS, set push: false.'

const throttled: Remedy = (call) =>
  `AWS refused because of too many requests, and still did after retries: run fewer of these jobs at once, or raise the rate quota of ${call.action} in ${call.region} (Service Quotas, Amazon ECR).`

const passing: Remedy = () =>
  'the fault is on the side of AWS and lasted through the retries: run the job again.'

const REMEDIES: Readonly<Record<string, Remedy>> = {
  AccessDeniedException: denied,
  AccessDenied: denied,
  UnauthorizedOperation: denied,
  CredentialsProviderError: noCredentials,
  UnrecognizedClientException: invalidCredentials,
  InvalidClientTokenId: invalidCredentials,
  InvalidSignatureException: (call, said) =>
    /expired|not yet current/i.test(said)
      ? "the runner's clock differs from the time of AWS: set it."
      : invalidCredentials(call, said),
  IncompleteSignature: invalidCredentials,
  ExpiredTokenException: expired,
  ExpiredToken: expired,
  RequestExpired: expired,
  ThrottlingException: throttled,
  Throttling: throttled,
  TooManyRequestsException: throttled,
  RequestLimitExceeded: throttled,
  ServerException: passing,
  InternalFailure: passing,
  InternalServerError: passing,
  ServiceUnavailable: passing,
  ServiceUnavailableException: passing,
  RepositoryNotFoundException: (call) =>
    `there is no repository '${call.repository ?? ''}' in ${where(call)}: set create-repository: true, or correct 'repository', 'aws-region' or 'registry-id'.`,
  LimitExceededException: (call) =>
    `a quota of ECR in ${where(call)} is used up: delete what is not needed, or raise it (Service Quotas, Amazon ECR).`,
  InvalidParameterException: () =>
    'ECR refuses a value that it was given: correct the input that the message names.',
  KmsException: () =>
    'ECR cannot use the KMS key: the identity in use needs kms:CreateGrant, kms:DescribeKey and kms:RetireGrant on it, and the key must be enabled.',
}

function where(call: Call): string {
  return call.registryId === null ? call.region : `${call.region} of account ${call.registryId}`
}

/** The resource as AWS itself named it in a refusal, which knows the account and the partition; else by the call. */
function resourceArn(call: Call, said: string): string {
  const named = /on resource: (arn:\S+)/.exec(said)?.[1]
  if (named !== undefined) return named
  if (call.repository === null) return '*'
  const account = call.registryId ?? '*'
  if (call.action.startsWith('ecr-public:')) {
    return `arn:aws:ecr-public::${account}:repository/${call.repository}`
  }
  return `arn:${partitionOf(call.region)}:ecr:${call.region}:${account}:repository/${call.repository}`
}

/** By the prefixes of regions: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const PARTITIONS: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['us-iso-', 'aws-iso'],
  ['eu-isoe-', 'aws-iso-e'],
]

function partitionOf(region: string): string {
  return PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws'
}

function errorName(error: unknown): string {
  return error instanceof Error && typeof error.name === 'string' ? error.name : 'Error'
}

/** The SDK takes the message from the answer, in which it need not be text. */
export function saidBy(error: unknown): string {
  const message: unknown = error instanceof Error ? error.message : error
  return typeof message === 'string' ? message : 'no message'
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}
