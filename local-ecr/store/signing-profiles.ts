import type { Store } from './store.ts'
import type { Repository } from './types.ts'

/**
 * The signing profiles of the registry's rules that match a repository, each once.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SigningRule.html
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SigningRepositoryFilter.html
 */
export function signingProfilesOf(store: Store, { account, region, repository }: Repository): string[] {
  const rules = store.registry(account, region).signing ?? []
  const matching = rules.filter(
    ({ repositoryFilters: filters = [] }) =>
      filters.length === 0 || filters.some(({ filter = '' }) => matches(filter, repository)),
  )
  return [...new Set(matching.map(({ signingProfileArn = '' }) => signingProfileArn))]
}

function matches(filter: string, name: string): boolean {
  const parts = filter.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(name)
}
