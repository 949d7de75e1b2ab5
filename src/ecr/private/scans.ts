import {
  BatchGetRepositoryScanningConfigurationCommand,
  DescribeImageScanFindingsCommand,
  type DescribeImageScanFindingsResponse,
  type ECRClient,
  type EnhancedImageScanFinding,
  GetRegistryScanningConfigurationCommand,
  type ImageScanFinding,
  type RegistryScanningRule,
  type ScanFrequency,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr'
import { combineErrors } from '../../shared/combine.ts'
import { saidBy } from '../errors/explain.ts'
import type { Expectation, Finding, ScanAnswer, Scans } from '../scans.ts'
import type { Api } from '../sdk/api.ts'
import { isDenied, isException } from '../sdk/exceptions.ts'
import { followsLostAnswer } from '../sdk/retries.ts'
import { matchesWildcard } from '../settings/mutability.ts'
import type { Repository } from '../types.ts'
import { imagesByPlatform } from './platform-images.ts'

/** The most that one answer holds, and a bound on the answers that are asked for. */
const FINDINGS_PER_PAGE = 1000
const MOST_FINDING_PAGES = 20

/** Scans of private ECR through the AWS SDK; its methods throw ActionErrors only. */
export function privateScans(api: Api<ECRClient>): Scans {
  const { client, calling } = api
  const target = ({ registryId, name }: Repository) => ({ registryId, repositoryName: name })

  return {
    async expectation(repository) {
      const [registry, own] = await Promise.allSettled([
        calling('GetRegistryScanningConfiguration', null, () =>
          client.send(new GetRegistryScanningConfigurationCommand({})),
        ),
        repository.exists
          ? calling('BatchGetRepositoryScanningConfiguration', repository.name, () =>
              client.send(
                new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: [repository.name] }),
              ),
            )
          : null,
      ])
      if (registry.status === 'rejected') {
        return notKnown([registry.reason, ...(own.status === 'rejected' ? [own.reason] : [])])
      }
      // Both calls know the caller's own registry only; a repository of the same name there would mislead.
      if (repository.registryId !== null && registry.value.registryId !== repository.registryId) {
        return {
          type: null,
          frequency: null,
          because: `account ${repository.registryId} configures its scans`,
        }
      }
      if (own.status === 'rejected') return notKnown([own.reason])
      const type = registry.value.scanningConfiguration?.scanType ?? 'BASIC'
      const found =
        own.value === null
          ? ruleFor(repository.name, registry.value.scanningConfiguration?.rules ?? [])
          : own.value.scanningConfigurations?.[0]
      const frequency = found?.scanFrequency ?? (found?.scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL')
      return { type, frequency, because: null }
    },

    images: (repository, image) => imagesByPlatform(api, repository, image),

    findings(repository, imageDigest) {
      return calling('DescribeImageScanFindings', repository.name, async () => {
        const ask = { ...target(repository), imageId: { imageDigest }, maxResults: FINDINGS_PER_PAGE }
        try {
          const first = await client.send(new DescribeImageScanFindingsCommand(ask))
          const pages: DescribeImageScanFindingsResponse[] = [first]
          for (let at = first; at.nextToken && pages.length < MOST_FINDING_PAGES; pages.push(at)) {
            at = await client.send(new DescribeImageScanFindingsCommand({ ...ask, nextToken: at.nextToken }))
          }
          return toAnswer(first, pages)
        } catch (error) {
          if (!isException(error, 'ScanNotFoundException')) throw error
          const said = saidBy(error)
          return { status: 'SCAN_NOT_FOUND', description: said, counts: {}, findings: [], hasFindings: false }
        }
      })
    },

    start(repository, imageDigest) {
      return calling('StartImageScan', repository.name, async () => {
        try {
          await client.send(new StartImageScanCommand({ ...target(repository), imageId: { imageDigest } }))
          return null
        } catch (error) {
          // One scan of an image in 24 hours: what the last one found can be read. If an answer to this call was lost,
          // the last one may be its own.
          if (isException(error, 'LimitExceededException')) {
            return followsLostAnswer(error) ? null : saidBy(error)
          }
          throw error
        }
      })
    },
  }
}

/**
 * If only a permission is missing, not to know what to expect is no reason to fail.
 * @param failures at least one; the first decides
 */
function notKnown(failures: readonly unknown[]): Expectation {
  if (!isDenied(failures[0])) throw combineErrors(failures)
  return { type: null, frequency: null, because: (failures[0] as Error).message }
}

function toAnswer(
  first: DescribeImageScanFindingsResponse,
  pages: readonly DescribeImageScanFindingsResponse[],
): ScanAnswer {
  const findings = pages.flatMap(({ imageScanFindings: page }) => [
    ...(page?.findings ?? []).map(basicFinding),
    ...(page?.enhancedFindings ?? []).filter(isOpen).flatMap(enhancedFindings),
  ])
  const { imageScanStatus, imageScanFindings: found } = first
  const given = found?.findingSeverityCounts
  const counts = given ?? countEnhanced(pages)
  return {
    status: imageScanStatus?.status ?? 'IN_PROGRESS',
    description: imageScanStatus?.description ?? null,
    counts: Object.fromEntries(
      Object.entries(counts).filter(([, count]) => Number.isSafeInteger(count) && count > 0),
    ),
    findings,
    hasFindings: found?.imageScanCompletedAt !== undefined || given !== undefined || findings.length > 0,
  }
}

/** For an answer without counts: findings are counted, not the packages that each of them names. */
function countEnhanced(pages: readonly DescribeImageScanFindingsResponse[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { imageScanFindings: page } of pages) {
    for (const { severity } of [
      ...(page?.findings ?? []),
      ...(page?.enhancedFindings ?? []).filter(isOpen),
    ]) {
      const name = severity ?? 'UNDEFINED'
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }
  return Object.fromEntries(counts)
}

function basicFinding(finding: ImageScanFinding): Finding {
  const attribute = (key: string) => finding.attributes?.find((one) => one.key === key)?.value ?? null
  return {
    severity: finding.severity ?? 'UNDEFINED',
    name: finding.name ?? 'unnamed',
    package: attribute('package_name'),
    installed: attribute('package_version'),
    fixed: null,
  }
}

/** Inspector keeps what a suppression rule hides, and what is mended, among the findings. */
function isOpen({ status }: EnhancedImageScanFinding): boolean {
  return status === undefined || status === 'ACTIVE'
}

/** One finding may name several packages. */
function enhancedFindings(finding: EnhancedImageScanFinding): Finding[] {
  const details = finding.packageVulnerabilityDetails
  const common = {
    severity: finding.severity ?? 'UNDEFINED',
    name: details?.vulnerabilityId ?? finding.title ?? 'unnamed',
  }
  const packages = details?.vulnerablePackages ?? []
  if (packages.length === 0) return [{ ...common, package: null, installed: null, fixed: null }]
  return packages.map(({ name, epoch, version, release, fixedInVersion }) => ({
    ...common,
    package: name ?? null,
    installed:
      version === undefined ? null : `${epoch ? `${epoch}:` : ''}${version}${release ? `-${release}` : ''}`,
    fixed: fixedInVersion === undefined || fixedInVersion === 'NotAvailable' ? null : fixedInVersion,
  }))
}

/**
 * The rule of the registry that a new repository would fall under. A filter without a wildcard means every name that
 * contains it: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html
 */
function ruleFor(
  name: string,
  rules: readonly RegistryScanningRule[],
): { readonly scanFrequency?: ScanFrequency | undefined; readonly scanOnPush?: undefined } | undefined {
  return rules.find(({ repositoryFilters = [] }) =>
    repositoryFilters.some(({ filter = '' }) =>
      filter.includes('*') ? matchesWildcard(filter, name) : name.includes(filter),
    ),
  )
}
