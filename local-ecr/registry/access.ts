import { Verbatim } from '../faults/failures.ts'
import { accessDenied, tokenExpired } from '../store/errors.ts'
import { PUBLIC, repositoryArn } from '../store/names.ts'
import { allows } from '../store/policy.ts'
import { lackingPolicy } from '../store/session-policy.ts'
import type { Store } from '../store/store.ts'
import type { RegistryToken, Repository } from '../store/types.ts'
import { asRegistryError } from './errors.ts'

/**
 * Finds the token of a request: `Basic AWS:TOKEN`, `Bearer TOKEN` for a public registry, or the token in the query of
 * a layer's address. ECR answers a password that it never issued with 400, not with 401.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
 * @throws Verbatim if the token is missing, unknown, of the other kind of registry, or expired
 */
export function authenticate(
  store: Store,
  asked: { readonly host: string; readonly scheme: string; readonly region: string },
  authorization: string | undefined,
  query: URLSearchParams,
): RegistryToken {
  const [kind, encoded = ''] = (authorization ?? '').split(' ')
  const [user, password = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  const basic = kind === 'Basic' && user === 'AWS' ? password : query.get('X-Amz-Security-Token')
  const ofPublic = asked.region === PUBLIC
  const given = ofPublic && kind === 'Bearer' ? encoded : basic
  if (!given)
    throw new Verbatim(401, 'Not Authorized\n', {
      'content-type': 'text/plain; charset=utf-8',
      'www-authenticate': ofPublic
        ? `Bearer realm="${asked.scheme}://${asked.host}/token/",service="${asked.host}",scope="aws"`
        : `Basic realm="${asked.scheme}://${asked.host}/",service="ecr.amazonaws.com"`,
    })
  const token = store.token(given)
  if (!token || (token.registry === 'public') !== ofPublic) throw new Verbatim(400)
  if (token.expires <= store.now()) throw asRegistryError(tokenExpired())
  return token
}

/** @throws EcrError if the repository is another account's and no policy allows the operation */
export function authorize(token: RegistryToken, repository: Repository, operation: string): void {
  const action = `ecr:${operation}`
  if (token.account === repository.account || allows(repository.policy, token, action)) return
  const arn = repositoryArn(repository.region, repository.account, repository.repository)
  throw accessDenied(token.arn, action, arn, 'resource-based')
}

/**
 * Checks a request against the policies of the role and the session that asked for its token.
 * @param bytes of the request's body: what ends an upload may be the last part, too
 * @throws EcrError if one of the policies does not allow the request
 */
export function refuseBeyondSession(
  token: RegistryToken,
  { account, region }: { readonly account: string; readonly region: string },
  { operation, repository }: { readonly operation: string; readonly repository: string },
  bytes: number,
): void {
  // Everybody may read from ECR Public, whose API has no action for referrers either.
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistrypublic.html
  const reads = /^(?:BatchGetImage|GetDownloadUrlForLayer|ListImageReferrers)$/.test(operation)
  if (!repository || (region === PUBLIC && reads)) return
  const resource = repositoryArn(region, account, repository)
  const parts = operation === 'CompleteLayerUpload' && bytes > 0 ? ['UploadLayerPart'] : []
  for (const one of [operation, ...parts]) {
    const action = `${region === PUBLIC ? 'ecr-public' : 'ecr'}:${one}`
    const lacking = lackingPolicy(token.policies, action, resource)
    if (lacking !== null) throw accessDenied(token.arn, action, resource, lacking)
  }
}
