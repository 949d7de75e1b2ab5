import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { EcrError } from '../store/errors.ts'
import type { Store } from '../store/store.ts'
import type { Caller } from '../store/types.ts'

/** A request as it came in. */
export interface SignedRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest()

const skewMs = 5 * 60 * 1000

/**
 * Verifies a request's signature (AWS Signature Version 4).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @returns who calls which service
 * @throws EcrError if the signature is missing, wrong or expired
 */
export function verify(
  store: Store,
  request: SignedRequest,
  now = new Date(),
): { caller: Caller; service: string } {
  const header = request.headers.authorization
  if (!header) throw new EcrError('MissingAuthenticationTokenException', 'Missing Authentication Token')
  const { credential, signedHeaders, signature } = partsOf(header)
  const [accessKeyId = '', date = '', region = '', service = '', end] = credential.split('/')
  if (end !== 'aws4_request' || !['ecr', 'ecr-public', 'sts'].includes(service))
    throw new EcrError('InvalidSignatureException', `Credential should be scoped to correct service: 'ecr'.`)
  const known = store.credentials(accessKeyId)
  if (!known || (known.sessionToken ?? '') !== (request.headers['x-amz-security-token'] ?? ''))
    throw new EcrError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    )
  const stamp = request.headers['x-amz-date'] ?? ''
  refuseSkew(stamp, now)
  const payload = sha256(request.body)
  const declared = request.headers['x-amz-content-sha256']
  if (declared && declared !== payload && declared !== 'UNSIGNED-PAYLOAD')
    throw new EcrError(
      'InvalidSignatureException',
      'The value of x-amz-content-sha256 is not that of the body',
    )
  const scope = `${date}/${region}/${service}/aws4_request`
  const text = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical(request, signedHeaders, payload))].join(
    '\n',
  )
  const key = [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${known.secretAccessKey}`, date))
  if (!equal(hmac(key, text).toString('hex'), signature) || !stamp.startsWith(date))
    throw new EcrError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    )
  if (known.expires && known.expires <= store.now())
    throw new EcrError('ExpiredTokenException', 'The security token included in the request is expired')
  const { account, arn, policies } = known
  return { caller: { account, region, arn, policies }, service }
}

function partsOf(header: string): { credential: string; signedHeaders: string[]; signature: string } {
  const part = (name: string) => new RegExp(`${name}=([^,\\s]+)`).exec(header)?.[1]
  const credential = part('Credential')
  const signedHeaders = part('SignedHeaders')
  const signature = part('Signature')
  if (!header.startsWith('AWS4-HMAC-SHA256 ') || !credential || !signedHeaders || !signature)
    throw new EcrError(
      'IncompleteSignatureException',
      "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.",
    )
  return { credential, signedHeaders: signedHeaders.split(';'), signature }
}

function refuseSkew(stamp: string, now: Date): void {
  const at = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(at))
    throw new EcrError(
      'IncompleteSignatureException',
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    )
  if (Math.abs(now.getTime() - at) > skewMs)
    throw new EcrError('InvalidSignatureException', `Signature expired: ${stamp} is not within 5 min. of now`)
}

function canonical(request: SignedRequest, signedHeaders: readonly string[], payload: string): string {
  const [path = '/', query = ''] = request.path.split('?')
  const sorted = query
    .split('&')
    .filter(Boolean)
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .sort()
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`,
  )
  return [request.method, path, sorted.join('&'), headers.join(''), signedHeaders.join(';'), payload].join(
    '\n',
  )
}

function equal(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
