import type {
  EnhancedImageScanFinding,
  FindingSeverity,
  ImageScanFinding,
  ImageScanFindings,
  ScanType,
} from '@aws-sdk/client-ecr'
import { tagsOf } from '../store/images.ts'
import type { Vulnerability } from '../store/plans.ts'
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
  all: readonly Vulnerability[],
  scanned: Scanned,
): ImageScanFindings {
  const counts: Partial<Record<FindingSeverity, number>> = {}
  for (const { severity, status = 'ACTIVE' } of all)
    if (status === 'ACTIVE')
      counts[severity as FindingSeverity] = (counts[severity as FindingSeverity] ?? 0) + 1
  return {
    imageScanCompletedAt: scanned.now,
    vulnerabilitySourceUpdatedAt: scanned.now,
    findingSeverityCounts: counts,
    ...(scanType === 'BASIC'
      ? { findings: onPage.map(basic) }
      : { enhancedFindings: onPage.map((one) => enhanced(one, scanned)) }),
  }
}

function basic({ name, severity, package: held, version }: Vulnerability): ImageScanFinding {
  return {
    name,
    uri: `https://cve.mitre.org/cgi-bin/cvename.cgi?name=${name}`,
    severity: severity as FindingSeverity,
    attributes: [
      { key: 'package_version', value: version },
      { key: 'package_name', value: held },
    ],
  }
}

function enhanced(
  vulnerability: Vulnerability,
  { repository, image, now }: Scanned,
): EnhancedImageScanFinding {
  const { name, severity, package: held, version, epoch, release, fixedIn, status = 'ACTIVE' } = vulnerability
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
    fixAvailable: fixedIn === undefined ? 'NO' : 'YES',
    packageVulnerabilityDetails: {
      vulnerabilityId: name,
      source: 'NVD',
      vulnerablePackages: [
        {
          name: held,
          version,
          ...(epoch === undefined ? {} : { epoch }),
          ...(release === undefined ? {} : { release }),
          fixedInVersion: fixedIn ?? 'NotAvailable',
          packageManager: 'OS',
        },
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
