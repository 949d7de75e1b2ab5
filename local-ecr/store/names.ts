import type { Caller } from './types.ts'

/** Used as the region of an account's public registry, which has no region. */
export const PUBLIC = 'public'

/** The default alias of an account's public registry. ECR's are random; this one follows from the account. */
export const publicAlias = (account: string): string => `a${account.slice(0, 7)}`

/** A repository's ARN, private or public. */
export const repositoryArn = (region: string, account: string, name: string): string =>
  region === PUBLIC
    ? `arn:aws:ecr-public::${account}:repository/${name}`
    : `arn:aws:ecr:${region}:${account}:repository/${name}`

/**
 * The host of a registry, for a public registry with its alias.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
 */
export function registryName(account: string, region: string): string {
  if (region === PUBLIC) return `public.ecr.aws/${publicAlias(account)}`
  return `${account}.dkr.ecr.${region}.amazonaws.com`
}

/** A caller for tests that call operations directly. */
export function callerOf(account = '123456789012', region = 'ap-northeast-2'): Caller {
  return { account, region, arn: `arn:aws:sts::${account}:assumed-role/ci/local-ecr` }
}
