import { Verbatim } from '../faults/faults.ts'
import { repositoryArn } from '../operations/context.ts'
import { accessDenied, tokenExpired } from '../store/errors.ts'
import { allows } from '../store/policy.ts'
import { PUBLIC, type RegistryToken, type Repository, type Store } from '../store/store.ts'
import { asRegistryError } from './errors.ts'

/**
 * Who sends a request to the registry: `Basic AWS:token`, or the token in the query of a layer's address.
 * A password that was never issued is a bad request to ECR, not an unauthorized one.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
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

/** Another account's repository takes a policy that lets the caller in. */
export function authorize(token: RegistryToken, repository: Repository, operation: string): void {
  const action = `ecr:${operation}`
  if (token.account === repository.account || allows(repository.policy, token, action)) return
  const arn = repositoryArn(repository.region, repository.account, repository.repository)
  throw accessDenied(token.arn, action, arn, 'resource-based')
}
