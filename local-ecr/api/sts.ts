import type { AssumeRoleCommandInput, AssumeRoleWithWebIdentityCommandInput } from '@aws-sdk/client-sts'
import { checkInput } from '../operations/conformance.ts'
import { EcrError } from '../store/errors.ts'
import { type Claims, GITHUB_ISSUER } from '../store/id-tokens.ts'
import { checkSessionPolicy, lackingPolicy } from '../store/session-policy.ts'
import type { Store } from '../store/store.ts'
import { GITHUB_PROVIDER, trusts } from '../store/trust.ts'
import type { Caller, Credentials, Role } from '../store/types.ts'
import { structureOf } from './query.ts'

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/'

const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The only operation that is not signed: its OIDC token says who calls. */
export const UNSIGNED = 'AssumeRoleWithWebIdentity'

/**
 * Answers a request to STS in its query protocol: a form in, XML out.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html
 * @param caller null for the unsigned operation
 */
export function sts(store: Store, caller: Caller | null, form: URLSearchParams, requestId: string): string {
  const action = form.get('Action') ?? ''
  const run = Object.hasOwn(stsOperations, action) ? stsOperations[action] : undefined
  if (run === undefined || (caller === null && action !== UNSIGNED))
    throw new EcrError('InvalidAction', `Could not find operation ${action} for version 2011-06-15`)
  const input = structureOf(action, form)
  checkInput('sts', action, input)
  const result = run(store, caller as Caller, input as never)
  return [
    `<${action}Response xmlns="${namespace}">`,
    `<${action}Result>${result}</${action}Result>`,
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`,
    `</${action}Response>`,
  ].join('')
}

/** The input of a request, for the record. The recorder hides the token in it. */
export const stsInput = (form: URLSearchParams): object => structureOf(form.get('Action') ?? '', form)

/** Every operation of STS that the local ECR knows. */
export const stsOperations: Record<string, (store: Store, caller: Caller, input: never) => string> = {
  GetCallerIdentity: getCallerIdentity,
  AssumeRole: assumeRole,
  AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
}

function getCallerIdentity(_store: Store, caller: Caller): string {
  const session = caller.arn.split('/').at(-1)
  return [
    `<Arn>${xml(caller.arn)}</Arn>`,
    `<UserId>AROALOCAL${caller.account}:${session}</UserId>`,
    `<Account>${caller.account}</Account>`,
  ].join('')
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function assumeRole(store: Store, caller: Caller, input: AssumeRoleCommandInput): string {
  const { RoleArn = '', Tags = [] } = input
  const role = store.roles.get(RoleArn)
  const denied = (action: string) =>
    new EcrError(
      'AccessDeniedException',
      `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${RoleArn}`,
      403,
    )
  if (lackingPolicy(caller.policies, 'sts:AssumeRole', RoleArn)) throw denied('sts:AssumeRole')
  if (role === undefined || !letsSession(role, 'sts:AssumeRole', caller, input))
    throw denied('sts:AssumeRole')
  if (Tags.length > 0 && lackingPolicy(caller.policies, 'sts:TagSession', RoleArn))
    throw denied('sts:TagSession')
  if (Tags.length > 0 && !letsSession(role, 'sts:TagSession', caller, input)) throw denied('sts:TagSession')
  if (caller.arn.includes(':assumed-role/') && (input.DurationSeconds ?? 0) > 3600)
    throw new EcrError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    )
  return credentialsOf(store, role, input)
}

/** Whether the role's trust lets a session of another one in, or tag its own. */
function letsSession(
  role: Role,
  action: 'sts:AssumeRole' | 'sts:TagSession',
  { arn: session }: Caller,
  { ExternalId, RoleSessionName, Tags = [] }: AssumeRoleCommandInput,
): boolean {
  const { trust, principals, externalId, tagSession } = role
  if (trust !== null) {
    const tags = Tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value] as const)
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
    const external = action === 'sts:AssumeRole' ? ExternalId : undefined
    const own = { 'sts:ExternalId': external, 'sts:RoleSessionName': RoleSessionName }
    return trusts(role.arn, trust, { action, by: { session }, keys: { ...own, ...Object.fromEntries(tags) } })
  }
  if (action === 'sts:TagSession') return tagSession
  const isNamed = principals.some((principal) => session.startsWith(principal))
  return isNamed && (externalId === null || externalId === ExternalId)
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
function assumeRoleWithWebIdentity(
  store: Store,
  _caller: Caller,
  input: AssumeRoleWithWebIdentityCommandInput,
): string {
  const { RoleArn = '', WebIdentityToken = '' } = input
  const claims = store.idTokens.read(WebIdentityToken)
  if (claims === null)
    throw new EcrError(
      'InvalidIdentityToken',
      "Couldn't retrieve verification key from your identity provider",
    )
  if (claims.exp * 1000 < store.now().getTime())
    throw new EcrError(
      'ExpiredTokenException',
      'Token expired: current date/time must be before the expiration',
    )
  const role = store.roles.get(RoleArn)
  if (claims.iss !== GITHUB_ISSUER || (role && !role.audiences.includes(claims.aud)))
    throw new EcrError('InvalidIdentityToken', 'Incorrect token audience')
  if (role === undefined || !letsToken(role, claims, input))
    throw new EcrError(
      'AccessDeniedException',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
      403,
    )
  const subject = `<SubjectFromWebIdentityToken>${xml(claims.sub)}</SubjectFromWebIdentityToken>`
  return subject + credentialsOf(store, role, input)
}

/** Whether the role's trust lets one of GitHub's tokens in. */
function letsToken(
  { arn, trust, subjects }: Role,
  claims: Claims,
  { RoleSessionName }: AssumeRoleWithWebIdentityCommandInput,
): boolean {
  if (trust === null) return subjects.includes(claims.sub)
  const texts = Object.entries(claims).map(([name, value]) => [`${GITHUB_PROVIDER}:${name}`, String(value)])
  return trusts(arn, trust, {
    action: 'sts:AssumeRoleWithWebIdentity',
    by: { provider: GITHUB_PROVIDER },
    keys: { ...Object.fromEntries(texts), 'sts:RoleSessionName': RoleSessionName },
  })
}

function credentialsOf(
  store: Store,
  role: Role,
  input: Pick<AssumeRoleCommandInput, 'DurationSeconds' | 'Policy'> & {
    RoleSessionName?: string | undefined
  },
): string {
  const { RoleSessionName: session = '', DurationSeconds: seconds = 3600, Policy: policy } = input
  if (!/^[\w+=,.@-]{2,64}$/.test(session))
    throw new EcrError(
      'ValidationError',
      `1 validation error detected: Value '${session}' at 'roleSessionName' failed to satisfy constraint`,
    )
  if (seconds > role.maxSeconds)
    throw new EcrError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  if (policy !== undefined) checkSessionPolicy(policy)
  const expires = new Date(store.now().getTime() + seconds * 1000)
  const [, account = '', name = ''] = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(role.arn) ?? []
  const issued = store.issueCredentials(account, {
    role: name,
    session,
    expires,
    policies: { identity: role.policy ?? undefined, session: policy },
  })
  return `${credentialsXml(issued)}<AssumedRoleUser><Arn>${xml(issued.arn)}</Arn><AssumedRoleId>AROALOCAL${account}:${xml(session)}</AssumedRoleId></AssumedRoleUser>`
}

function credentialsXml({ accessKeyId, secretAccessKey, sessionToken = '', expires }: Credentials): string {
  return [
    '<Credentials>',
    `<AccessKeyId>${accessKeyId}</AccessKeyId>`,
    `<SecretAccessKey>${xml(secretAccessKey)}</SecretAccessKey>`,
    `<SessionToken>${xml(sessionToken)}</SessionToken>`,
    `<Expiration>${expires?.toISOString()}</Expiration>`,
    '</Credentials>',
  ].join('')
}

/** STS's names for errors that the JSON services name differently. */
const names: Record<string, [name: string, status: number]> = {
  UnrecognizedClientException: ['InvalidClientTokenId', 403],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  ExpiredTokenException: ['ExpiredToken', 403],
  AccessDeniedException: ['AccessDenied', 403],
  ThrottlingException: ['Throttling', 400],
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
export function stsError(error: EcrError, requestId: string): { status: number; body: string } {
  const [code, status] = names[error.name] ?? [error.name, error.status]
  const fault = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${xml(error.message)}</Message></Error>`
  return {
    status,
    body: `<ErrorResponse xmlns="${namespace}">${fault}<RequestId>${requestId}</RequestId></ErrorResponse>`,
  }
}
