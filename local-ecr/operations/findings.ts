import type {
  EnhancedImageScanFinding,
  FindingSeverity,
  ImageScanFinding,
  ImageScanFindings,
  ScanType,
} from '@aws-sdk/client-ecr'
import { tagsOf } from '../store/images.ts'
import type { ScanPlan, Vulnerability } from '../store/plans.ts'
import type { Image, Repository } from '../store/types.ts'

interface Scanned {
  readonly repository: Repository
  readonly image: Image
  readonly now: Date
}

/**
 * One page of findings, basic or enhanced. The counts are of all pages.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanFindings.html
 */
export function findingsOf(
  scanType: ScanType,
  onPage: readonly Vulnerability[],
  { findings: all = [], countedOnly = {} }: ScanPlan,
  scanned: Scanned,
): ImageScanFindings {
  const counts: Partial<Record<FindingSeverity, number>> = {}
  for (const { severity, status = 'ACTIVE' } of all)
    if (status === 'ACTIVE')
      counts[severity as FindingSeverity] = (counts[severity as FindingSeverity] ?? 0) + 1
  for (const [severity, count] of Object.entries(countedOnly))
    counts[severity as FindingSeverity] = (counts[severity as FindingSeverity] ?? 0) + count
  return {
    imageScanCompletedAt: scanned.now,
    vulnerabilitySourceUpdatedAt: scanned.now,
    findingSeverityCounts: counts,
    ...(scanType === 'BASIC'
      ? { findings: onPage.map(basic) }
      : { enhancedFindings: onPage.map((one) => enhanced(one, scanned)) }),
  }
}

function basic(vulnerability: Vulnerability): ImageScanFinding {
  const { name, severity, package: held, version, score, description } = vulnerability
  return {
    name,
    ...(description === undefined ? {} : { description }),
    uri: `https://cve.mitre.org/cgi-bin/cvename.cgi?name=${name}`,
    severity: severity as FindingSeverity,
    attributes: [
      { key: 'package_version', value: version },
      { key: 'package_name', value: held },
      ...(score === undefined ? [] : [{ key: 'CVSS3_SCORE', value: String(score) }]),
    ],
  }
}

function enhanced(
  vulnerability: Vulnerability,
  { repository, image, now }: Scanned,
): EnhancedImageScanFinding {
  const { name, severity, package: held, version, epoch, release, fixedIn, status = 'ACTIVE' } = vulnerability
  const { score, exploit, fixAvailable = fixedIn === undefined ? 'NO' : 'YES', alsoIn = [] } = vulnerability
  const fix = (version: string | undefined) =>
    fixAvailable === null ? {} : { fixedInVersion: version ?? 'NotAvailable' }
  return {
    awsAccountId: repository.account,
    findingArn: `arn:aws:inspector2:${repository.region}:${repository.account}:finding/${image.digest.slice(7, 39)}`,
    firstObservedAt: now,
    lastObservedAt: now,
    updatedAt: now,
    severity,
    status,
    title: `${name} - ${held}`,
    type: 'PACKAGE_VULNERABILITY',
    ...(fixAvailable === null ? {} : { fixAvailable }),
    ...(exploit === undefined ? {} : { exploitAvailable: exploit }),
    ...(score === undefined ? {} : { score }),
    ...(vulnerability.description === undefined ? {} : { description: vulnerability.description }),
    packageVulnerabilityDetails: {
      vulnerabilityId: name,
      source: 'NVD',
      sourceUrl: `https://nvd.nist.gov/vuln/detail/${encodeURIComponent(name)}`,
      vulnerablePackages: [
        {
          name: held,
          version,
          ...(epoch === undefined ? {} : { epoch }),
          ...(release === undefined ? {} : { release }),
          ...fix(fixedIn),
          packageManager: 'OS',
        },
        ...alsoIn.map((other) => ({
          name: other.package,
          version: other.version,
          ...fix(other.fixedIn),
          packageManager: 'OS',
        })),
      ],
    },
    resources: [
      {
        id: `${repository.arn}/${image.digest}`,
        type: 'AWS_ECR_CONTAINER_IMAGE',
        details: {
          awsEcrContainerImage: {
            imageHash: image.digest,
            imageTags: tagsOf(repository, image.digest),
            registry: repository.account,
            repositoryName: repository.repository,
            pushedAt: image.pushedAt,
          },
        },
      },
    ],
  }
}
