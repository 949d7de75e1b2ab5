import type {
  BatchGetRepositoryScanningConfigurationCommandInput,
  BatchGetRepositoryScanningConfigurationCommandOutput,
  DescribeImageScanFindingsCommandInput,
  DescribeImageScanFindingsCommandOutput,
  GetRegistryScanningConfigurationCommandOutput,
  PutRegistryScanningConfigurationCommandInput,
  PutRegistryScanningConfigurationCommandOutput,
  ScanStatus,
  StartImageScanCommandInput,
  StartImageScanCommandOutput,
} from '@aws-sdk/client-ecr'
import { EcrError, invalidParameter } from '../store/errors.ts'
import type { ScanPlan } from '../store/plans.ts'
import { frequencyOf, rulesFor } from '../store/scan-frequency.ts'
import type { Store } from '../store/store.ts'
import type { Caller, Image, Repository } from '../store/types.ts'
import { named, type Output, page, repositoryFor } from './context.ts'
import { findingsOf } from './findings.ts'
import { imageNamed, shown } from './images.ts'

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRegistryScanningConfiguration.html */
export function getRegistryScanningConfiguration(
  store: Store,
  { account, region }: Caller,
  _input: object,
): Output<GetRegistryScanningConfigurationCommandOutput> {
  return { registryId: account, scanningConfiguration: store.registry(account, region).scanning }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutRegistryScanningConfiguration.html */
export function putRegistryScanningConfiguration(
  store: Store,
  { account, region }: Caller,
  input: PutRegistryScanningConfigurationCommandInput,
): Output<PutRegistryScanningConfigurationCommandOutput> {
  const registry = store.registry(account, region)
  const scanType = input.scanType ?? registry.scanning.scanType
  const rules = input.rules ?? []
  const allowed = scanType === 'BASIC' ? ['SCAN_ON_PUSH', 'MANUAL'] : ['SCAN_ON_PUSH', 'CONTINUOUS_SCAN']
  for (const { scanFrequency = '' } of rules)
    if (!allowed.includes(scanFrequency))
      throw invalidParameter('scanFrequency', `must satisfy enum value set: [${allowed.join(', ')}]`)
  registry.scanning = { scanType, rules }
  return { registryScanningConfiguration: registry.scanning }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetRepositoryScanningConfiguration.html */
export function batchGetRepositoryScanningConfiguration(
  store: Store,
  { account, region }: Caller,
  input: BatchGetRepositoryScanningConfigurationCommandInput,
): Output<BatchGetRepositoryScanningConfigurationCommandOutput> {
  const asked = (input.repositoryNames ?? []).map((repository) => ({
    repository,
    found: store.find({ account, region, repository }),
  }))
  return {
    scanningConfigurations: asked.flatMap(({ found }) => (found ? [configurationOf(store, found)] : [])),
    failures: asked
      .filter(({ found }) => !found)
      .map(({ repository }) => ({
        repositoryName: repository,
        failureCode: 'REPOSITORY_NOT_FOUND' as const,
        failureReason: `The repository with name '${repository}' does not exist in the registry with id '${account}'`,
      })),
  }
}

function configurationOf(store: Store, repository: Repository) {
  const { rules } = store.registry(repository.account, repository.region).scanning
  const scanFrequency = frequencyOf(store, repository)
  return {
    repositoryArn: repository.arn,
    repositoryName: repository.repository,
    scanOnPush: scanFrequency !== 'MANUAL',
    scanFrequency,
    appliedScanFilters: rulesFor(rules, repository.repository).flatMap(
      (rule) => rule.repositoryFilters ?? [],
    ),
  }
}

/** An image can be scanned once in it: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-basic.html */
const ONE_DAY_MS = 24 * 60 * 60 * 1000

/**
 * The message for an index is from alexjurkiewicz/ecr-scan-image#43; those for a second scan and for a registry with
 * enhanced scanning are not ECR's own words.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartImageScan.html
 */
export function startImageScan(
  store: Store,
  caller: Caller,
  input: StartImageScanCommandInput,
): Output<StartImageScanCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'StartImageScan')
  const image = imageNamed(repository, input.imageId ?? {})
  if (store.registry(repository.account, repository.region).scanning.scanType === 'ENHANCED')
    throw new EcrError('ValidationException', 'This feature is disabled')
  if (image.status === 'ARCHIVED')
    throw new EcrError(
      'ImageArchivedException',
      `The image with imageId ${shown(input.imageId ?? {})} is archived`,
    )
  if (image.mediaType.includes('index') || image.mediaType.includes('list'))
    throw new EcrError(
      'UnsupportedImageTypeException',
      `An artifact with media type '${image.mediaType}' cannot be scanned. For more information, see the Amazon ECR documentation.`,
    )
  const now = store.now()
  if (image.scan && now.getTime() - image.scan.began.getTime() < ONE_DAY_MS)
    throw new EcrError(
      'LimitExceededException',
      'The scan quota per image has been exceeded. Wait and try again.',
    )
  image.scan = { asked: 0, began: now, number: (image.scan?.number ?? 0) + 1 }
  return {
    ...named(repository),
    imageId: { imageDigest: image.digest, ...input.imageId },
    imageScanStatus: { status: 'IN_PROGRESS' },
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html */
export function describeImageScanFindings(
  store: Store,
  caller: Caller,
  input: DescribeImageScanFindingsCommandInput,
): Output<DescribeImageScanFindingsCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'DescribeImageScanFindings')
  const image = imageNamed(repository, input.imageId ?? {})
  if (!image.scan)
    throw new EcrError(
      'ScanNotFoundException',
      `Image scan does not exist for the image with '${shown(input.imageId ?? {})}' in the repository with name '${repository.repository}' in the registry with id '${repository.account}'`,
    )
  const head = { ...named(repository), imageId: { imageDigest: image.digest, ...input.imageId } }
  const { status, description, hollow, plan } = progress(store, repository, image)
  const imageScanStatus = { status, ...(description ? { description } : {}) }
  if (!ended.has(status)) return { ...head, imageScanStatus, imageScanFindings: { findings: [] } }
  if (hollow) return { ...head, imageScanStatus, imageScanFindings: { findings: [] } }
  const { items, ...rest } = page(plan.findings ?? [], input)
  const { scanType } = store.registry(repository.account, repository.region).scanning
  return {
    ...head,
    imageScanStatus,
    imageScanFindings: findingsOf(scanType, items, plan, {
      repository,
      image,
      now: store.now(),
    }),
    ...rest,
  }
}

const ended = new Set<ScanStatus>(['COMPLETE', 'ACTIVE'])

/** The plan of the image's last scan. */
function planOf(store: Store, { repository }: Repository, { digest, scan }: Image): ScanPlan {
  let plan = store.scanPlans.get(digest) ?? store.scanPlans.get(repository) ?? {}
  for (let number = 1; number < (scan?.number ?? 1) && plan.next !== undefined; number++) plan = plan.next
  return plan
}

/** The status of a scan. Each question is one step of its plan. */
function progress(
  store: Store,
  repository: Repository,
  image: Image,
): { status: ScanStatus; description?: string; hollow: boolean; plan: ScanPlan } {
  const plan = planOf(store, repository, image)
  const enhanced = store.registry(repository.account, repository.region).scanning.scanType === 'ENHANCED'
  const asked = image.scan?.asked ?? 0
  if (image.scan) image.scan.asked += 1
  const now = { hollow: false, plan }
  if (image.status === 'ARCHIVED')
    return { ...now, status: 'IMAGE_ARCHIVED', description: 'The image is archived.' }
  // ECR's answer for an index, and for an image without an operating system: aws/containers-roadmap#1683.
  if (image.children.length > 0)
    return enhanced
      ? { ...now, status: 'UNSUPPORTED_IMAGE', description: 'The image is not supported for scanning.' }
      : {
          ...now,
          status: 'FAILED',
          description:
            'UnsupportedImageError: The operating system and/or package manager are not supported.',
        }
  const { underWay = 0, hollow = 0 } = plan
  if (asked < underWay)
    return enhanced
      ? { ...now, status: 'PENDING', description: 'Pending start of the image scan.' }
      : { ...now, status: 'IN_PROGRESS' }
  if (plan.status)
    return { ...now, status: plan.status, ...(plan.description ? { description: plan.description } : {}) }
  const continuous = frequencyOf(store, repository) === 'CONTINUOUS_SCAN'
  return {
    plan,
    hollow: asked < underWay + hollow,
    status: continuous ? 'ACTIVE' : 'COMPLETE',
    description: continuous
      ? 'Continuous scan is selected for image.'
      : 'The scan was completed successfully.',
  }
}
