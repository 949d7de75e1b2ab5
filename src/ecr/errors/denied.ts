import { partitionOf } from '../hosts.ts'
import type { Call, Remedy } from './call.ts'

/**
 * The smallest statement that allows the call, as JSON to paste into the role's policy. A refusal that names its
 * action is believed: behind one call there may be another permission, such as one of KMS.
 * @param said the message of AWS
 */
export function statementFor(call: Call, said = ''): string {
  const action = /not authorized to perform: ([a-z0-9-]+:\w+)/.exec(said)?.[1] ?? call.action
  return JSON.stringify({ Effect: 'Allow', Action: action, Resource: resourceArn(call, said) })
}

/**
 * What to do about a denied call. A further statement in the identity's own policy helps only if no other policy
 * denies the call, or fails to allow it: AWS says which one did.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export const denied: Remedy = (call, said) => {
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
  if (silent === 'session') {
    return `the policy of the session must allow it too, which is role-session-policy, or that of the step that got the credentials; add this statement there: ${statement}`
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

/** The resource as AWS itself named it in a refusal, which knows the account and the partition; else by the call. */
export function resourceArn(call: Call, said: string): string {
  const named = /on resource: (arn:\S+)/.exec(said)?.[1]
  if (named !== undefined) return named
  if (call.resource !== undefined) return call.resource
  if (call.repository === null) return '*'
  const account = call.registryId ?? '*'
  if (call.action.startsWith('ecr-public:')) {
    return `arn:aws:ecr-public::${account}:repository/${call.repository}`
  }
  return `arn:${partitionOf(call.region)}:ecr:${call.region}:${account}:repository/${call.repository}`
}

/** The role behind the session that AWS names in a refusal: what a policy's Principal takes. */
function principalIn(said: string): string {
  const [, partition, account, role] = /arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/\s]+)/.exec(said) ?? []
  if (role !== undefined) return `arn:${partition}:iam::${account}:role/${role}`
  return /User: (arn:\S+)/.exec(said)?.[1] ?? 'ARN_OF_THE_ROLE'
}

/** Whether ECR refused the call for want of a permission; what STS refuses is no identity at all, and not meant. */
export function lacksPermission(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.name === 'AccessDeniedException' || lacksPermission(error.cause)
}
