import type { RegistryScanningRule, ScanFrequency, ScanStatus, ScanType } from '@aws-sdk/client-ecr'
import type { Repository, Store } from './store.ts'

/** What is wrong with a package, from which basic and enhanced findings are made. */
export interface Vulnerability {
  readonly name: string
  readonly severity: string
  readonly package: string
  readonly version: string
  /** Enhanced findings only. */
  readonly epoch?: number
  readonly release?: string
  readonly fixedIn?: string
  /** Enhanced findings only: `SUPPRESSED` and `CLOSED` are not counted. */
  readonly status?: 'ACTIVE' | 'SUPPRESSED' | 'CLOSED'
}

/** How a scan goes. Steps are counted by questions, not by time: a test is as fast as it asks. */
export interface ScanPlan {
  /** So many questions find the scan under way. */
  readonly underWay?: number
  /** So many more find it ended, but without findings: https://github.com/aws/aws-sdk/issues/289 */
  readonly hollow?: number
  /** How it ends; without it, COMPLETE, or ACTIVE where scans are continuous. */
  readonly status?: ScanStatus
  readonly description?: string
  readonly findings?: readonly Vulnerability[]
}

/** How a copy to one destination goes. */
export interface ReplicationPlan {
  /** So many questions do not list the destination at all. */
  readonly absent?: number
  /** So many more find it in progress. */
  readonly underWay?: number
  /** Where it fails. */
  readonly failureCode?: string
}

export interface ScanningConfiguration {
  scanType: ScanType
  rules: RegistryScanningRule[]
}

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

export function rulesFor(rules: readonly RegistryScanningRule[], name: string): RegistryScanningRule[] {
  return rules.filter(({ repositoryFilters = [] }) =>
    repositoryFilters.some(({ filter = '' }) => {
      if (!filter.includes('*')) return name.includes(filter)
      const pattern = filter.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
      return new RegExp(`^${pattern}$`).test(name)
    }),
  )
}
