import { EcrError } from './errors.ts'
import type { Caller } from './store.ts'

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/'

const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/**
 * STS, in its query protocol: a form in, XML out.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export function sts(caller: Caller, form: URLSearchParams, requestId: string): string {
  const action = form.get('Action') ?? ''
  if (action !== 'GetCallerIdentity')
    throw new EcrError('InvalidAction', `Could not find operation ${action} for version 2011-06-15`)
  const session = caller.arn.split('/').at(-1)
  return [
    `<GetCallerIdentityResponse xmlns="${namespace}">`,
    '<GetCallerIdentityResult>',
    `<Arn>${xml(caller.arn)}</Arn>`,
    `<UserId>AROALOCAL${caller.account}:${session}</UserId>`,
    `<Account>${caller.account}</Account>`,
    '</GetCallerIdentityResult>',
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`,
    '</GetCallerIdentityResponse>',
  ].join('')
}

/** The names that STS has for what the JSON services call otherwise. */
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
