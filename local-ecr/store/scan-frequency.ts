import type { RegistryScanningRule, ScanFrequency } from '@aws-sdk/client-ecr'
import type { Store } from './store.ts'
import type { Repository } from './types.ts'

/**
 * When a repository's images are scanned. A filter without a wildcard matches names that contain it.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html
 */
export function frequencyOf(store: Store, repository: Repository): ScanFrequency {
  const { scanType, rules } = store.registry(repository.account, repository.region).scanning
  const matching = rulesFor(rules, repository.repository)
  if (matching.some(({ scanFrequency }) => scanFrequency === 'CONTINUOUS_SCAN')) return 'CONTINUOUS_SCAN'
  if (matching.some(({ scanFrequency }) => scanFrequency === 'SCAN_ON_PUSH')) return 'SCAN_ON_PUSH'
  return scanType === 'BASIC' && repository.scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL'
}

/** The rules whose filters match a repository's name. */
export function rulesFor(rules: readonly RegistryScanningRule[], name: string): RegistryScanningRule[] {
  return rules.filter(({ repositoryFilters = [] }) =>
    repositoryFilters.some(({ filter = '' }) => {
      if (!filter.includes('*')) return name.includes(filter)
      const pattern = filter.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
      return new RegExp(`^${pattern}$`).test(name)
    }),
  )
}
