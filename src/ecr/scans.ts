import type { HeldImage, PlatformImage, ProspectiveRepository, Repository } from './types.ts'

/** ECR's severities, the worst first. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanFinding.html */
export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED'] as const
export type Severity = (typeof SEVERITIES)[number]

/** What ECR knows of the vulnerabilities of images, in the action's own terms. */
export interface Scans {
  /**
   * What scans the repository's images, and when; of a repository that does not exist yet, by the registry's rules.
   * Needs `ecr:GetRegistryScanningConfiguration` and `ecr:BatchGetRepositoryScanningConfiguration`.
   */
  expectation(repository: ProspectiveRepository): Promise<Expectation>

  /** The images that are scanned: the image itself, or those of an index's platforms, without attestations. */
  images(repository: Repository, image: HeldImage): Promise<readonly PlatformImage[]>

  /**
   * How far the scan of one image is, and what it found. Needs `ecr:DescribeImageScanFindings`.
   * @param ended ends the reading, at whichever page it is, with its own reason
   */
  findings(repository: Repository, digest: string, ended: AbortSignal): Promise<ScanAnswer>

  /**
   * Starts a basic scan. Needs `ecr:StartImageScan`.
   * @returns null if the scan was started, or may have been and the answer was lost; else why ECR allows no further scan of this image today
   */
  start(repository: Repository, digest: string): Promise<string | null>
}

/** What scans the images of a repository, and when. */
export interface Expectation {
  /** Null: not known, for the reason in `because`. */
  readonly type: 'BASIC' | 'ENHANCED' | null
  /** MANUAL: nothing scans by itself; with enhanced scanning, nothing scans at all. */
  readonly frequency: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN' | 'MANUAL' | null
  readonly because: string | null
}

/** How far the scan of an image is, and what it has found so far. */
export interface ScanAnswer {
  /** ECR's word, or `SCAN_NOT_FOUND` if it knows of no scan. */
  readonly status: string
  readonly description: string | null
  /** By ECR's own names of severities: of what it lists, and of what it only counts. */
  readonly counts: Counts
  /** How many of them ECR counts and does not list. */
  readonly unlisted: Counts
  readonly findings: readonly Finding[]
  /** Whether ECR says when the scan ended, or what it found: an ended scan may come before its findings do. */
  readonly hasFindings: boolean
}

/** How many findings there are, by severity. */
export type Counts = Readonly<Record<string, number>>

/** A vulnerability in one or several packages. */
export interface Finding {
  readonly severity: string
  /** Usually a CVE's number. */
  readonly name: string
  /** The CVSS score, 0 to 10; null if ECR does not tell it. */
  readonly score: number | null
  /** Whether an exploit is known; null if ECR does not say (basic scanning). */
  readonly exploitAvailable: boolean | null
  /** Its beginning, if it is long; null if ECR has none. */
  readonly description: string | null
  /** Where more is told of it; null if ECR does not say. */
  readonly uri: string | null
  /** At least one; one without a name if ECR names none. */
  readonly packages: readonly FoundPackage[]
}

/** A package that has a vulnerability. */
export interface FoundPackage {
  readonly name: string | null
  readonly installed: string | null
  /** The version that has the fix. Null: none, or ECR does not say (basic scanning). */
  readonly fixed: string | null
  /** Whether there is a fix; null if ECR does not say. */
  readonly isFixable: boolean | null
}

/** The rank of a severity: 0 is the worst. A name that is not ECR's own (Inspector's UNTRIAGED) ranks with UNDEFINED. */
export function rank(severity: string): number {
  const index = SEVERITIES.indexOf(severity as Severity)
  return index < 0 ? SEVERITIES.length - 1 : index
}
