import { callerOf, invoke, type RepositoryKey, type Store } from '../../local-ecr/index.ts'

/** Creates a repository whose policy lets another account do everything in it. */
export async function shareRepository(
  store: Store,
  { account, region, repository: repositoryName }: RepositoryKey,
  other: string,
): Promise<void> {
  const owner = callerOf(account, region)
  await invoke(store, owner, 'CreateRepository', { repositoryName })
  const Statement = [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${other}:root` }, Action: 'ecr:*' }]
  const policyText = JSON.stringify({ Version: '2012-10-17', Statement })
  await invoke(store, owner, 'SetRepositoryPolicy', { repositoryName, policyText })
}
