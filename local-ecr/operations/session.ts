import { accessDenied } from '../store/errors.ts'
import { PUBLIC } from '../store/names.ts'
import { lackingPolicy } from '../store/session-policy.ts'
import type { Caller } from '../store/types.ts'

/** What IAM wants to be allowed. */
interface Permission {
  readonly action: string
  readonly resource: string
}

/**
 * Checks a call against the policies of the caller's role and session, as far as they have any.
 * @param resource what the call is about, as IAM names it
 * @throws EcrError if one of the policies does not allow all that the call takes
 */
export function refuseBeyondSession(
  caller: Caller,
  operation: string,
  input: Record<string, unknown>,
  resource: string,
): void {
  if (caller.policies === undefined) return
  for (const { action, resource: about } of permissionsOf(caller, operation, input, resource)) {
    const lacking = lackingPolicy(caller.policies, action, about)
    if (lacking !== null) throw accessDenied(caller.arn, action, about, lacking)
  }
}

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistrypublic.html
 */
function permissionsOf(
  { region, account }: Caller,
  operation: string,
  input: Record<string, unknown>,
  resource: string,
): Permission[] {
  const service = region === PUBLIC ? 'ecr-public' : 'ecr'
  // The calls about tags name the repository by its ARN.
  const about = typeof input.resourceArn === 'string' ? input.resourceArn : resource
  const own = { action: `${service}:${operation}`, resource: about }
  // By its reference, that of reading manifests counts too.
  // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImageReferrers.html
  if (operation === 'ListImageReferrers') return [own, { ...own, action: 'ecr:BatchGetImage' }]
  // https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html
  if (service === 'ecr-public' && operation === 'GetAuthorizationToken')
    return [own, { action: 'sts:GetServiceBearerToken', resource: '*' }]
  if (operation !== 'CreateRepository') return [own]
  const tagged = Array.isArray(input.tags) && input.tags.length > 0
  const { kmsKey } = (input.encryptionConfiguration ?? {}) as { kmsKey?: unknown }
  return [
    own,
    ...(tagged ? [{ ...own, action: `${service}:TagResource` }] : []),
    ...(typeof kmsKey === 'string' ? keyPermissions(kmsKey, region, account) : []),
  ]
}

/**
 * ECR uses the key as the identity that creates the repository. The resource is the key, also if it was given by an
 * alias: which one that stands for is not known here.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
 */
function keyPermissions(key: string, region: string, account: string): Permission[] {
  const id = /alias\//.test(key) ? 'of-an-alias' : key
  const resource = /:key\//.test(key) ? key : `arn:aws:kms:${region}:${account}:key/${id}`
  return ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant'].map((action) => ({ action, resource }))
}
