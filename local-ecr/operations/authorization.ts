import type {
  GetAuthorizationTokenCommandInput,
  GetAuthorizationTokenCommandOutput,
} from '@aws-sdk/client-ecr'
import type { Store } from '../store/store.ts'
import type { Caller } from '../store/types.ts'
import { check } from './constraints.ts'
import type { Output } from './context.ts'

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html */
export function getAuthorizationToken(
  store: Store,
  caller: Caller,
  input: GetAuthorizationTokenCommandInput,
): Output<GetAuthorizationTokenCommandOutput> {
  for (const registryId of input.registryIds ?? []) check({ registryId }, [])
  const accounts = input.registryIds ?? [caller.account]
  return {
    authorizationData: accounts.map((account) => {
      const { password, expires } = store.issueToken(caller)
      return {
        authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
        expiresAt: store.statedExpiry(expires),
        proxyEndpoint: store.endpoint(account, caller.region),
      }
    }),
  }
}
