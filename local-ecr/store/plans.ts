import type { RegistryScanningRule, ScanStatus, ScanType } from '@aws-sdk/client-ecr'

/** A vulnerability of a package. Basic and enhanced findings are made from it. */
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
  /** The CVSS score; of a basic finding, that of CVSS 3. */
  readonly score?: number
  /** Enhanced findings only: whether an exploit is known. */
  readonly exploit?: 'YES' | 'NO'
  /** Enhanced findings only: by default as `fixedIn` has it; null leaves it out, with the version that has the fix. */
  readonly fixAvailable?: 'YES' | 'NO' | 'PARTIAL' | null
  /** Enhanced findings only: more packages that the one finding is about. */
  readonly alsoIn?: readonly Pick<Vulnerability, 'package' | 'version' | 'fixedIn'>[]
  readonly description?: string
}

/**
 * How a scan proceeds. Steps are counted in questions (DescribeImageScanFindings), not in time, so that tests do not
 * wait.
 */
export interface ScanPlan {
  /** The first so many questions find the scan in progress. */
  readonly underWay?: number
  /** The next so many find it complete, but without findings: https://github.com/aws/aws-sdk/issues/289 */
  readonly hollow?: number
  /** The last status. By default COMPLETE, or ACTIVE if scans are continuous. */
  readonly status?: ScanStatus
  readonly description?: string
  readonly findings?: readonly Vulnerability[]
  /** How many more of a severity ECR counts than it lists. */
  readonly countedOnly?: Readonly<Record<string, number>>
  /** How the next scan of the same image proceeds, which may start a day after this one; by default as this one. */
  readonly next?: ScanPlan
}

/** How a copy to one destination proceeds, in questions (DescribeImageReplicationStatus). */
export interface ReplicationPlan {
  /** The first so many questions do not list the destination. */
  readonly absent?: number
  /** The next so many find it in progress. */
  readonly underWay?: number
  /** The copy fails with this code. By default it is complete. */
  readonly failureCode?: string
}

/** How signing an image with one profile proceeds, in questions (DescribeImageSigningStatus). */
export interface SigningPlan {
  /** The first so many questions do not list the profile. */
  readonly absent?: number
  /** The next so many find it in progress. */
  readonly underWay?: number
  /** The signing fails with this code. By default it is complete. */
  readonly failureCode?: string
  readonly failureReason?: string
  /** A status that AWS does not document, in which it ends. */
  readonly status?: string
}

/** A registry's scanning configuration. */
export interface ScanningConfiguration {
  scanType: ScanType
  rules: RegistryScanningRule[]
}
