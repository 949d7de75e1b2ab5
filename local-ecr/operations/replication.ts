import type {
  DescribeImageReplicationStatusCommandInput,
  DescribeImageReplicationStatusCommandOutput,
  DescribeRegistryCommandOutput,
  ImageReplicationStatus,
  PutReplicationConfigurationCommandInput,
  PutReplicationConfigurationCommandOutput,
  ReplicationDestination,
} from '@aws-sdk/client-ecr'
import { EcrError } from '../store/errors.ts'
import type { Store } from '../store/store.ts'
import type { Caller, Repository } from '../store/types.ts'
import { type Output, repositoryFor } from './context.ts'
import { imageNamed } from './images.ts'

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRegistry.html */
export function describeRegistry(
  store: Store,
  { account, region }: Caller,
  _input: object,
): Output<DescribeRegistryCommandOutput> {
  const rules = store.registry(account, region).replication
  return { registryId: account, replicationConfiguration: { rules } }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutReplicationConfiguration.html */
export function putReplicationConfiguration(
  store: Store,
  { account, region }: Caller,
  { replicationConfiguration }: PutReplicationConfigurationCommandInput,
): Output<PutReplicationConfigurationCommandOutput> {
  const rules = replicationConfiguration?.rules ?? []
  if (rules.length > 10 || rules.some(({ destinations = [] }) => destinations.length > 100))
    throw new EcrError(
      'ValidationException',
      'Invalid replication configuration: too many rules or destinations',
    )
  for (const { destinations = [] } of rules)
    if (destinations.some((one) => one.registryId === account && one.region === region))
      throw new EcrError(
        'ValidationException',
        'Invalid replication configuration: the source registry cannot be a destination',
      )
  store.registry(account, region).replication = rules
  return { replicationConfiguration: { rules } }
}

/**
 * Returns the status that the store's plans say. No copy is made.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageReplicationStatus.html
 */
export function describeImageReplicationStatus(
  store: Store,
  caller: Caller,
  input: DescribeImageReplicationStatusCommandInput,
): Output<DescribeImageReplicationStatusCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'DescribeImageReplicationStatus')
  const image = imageNamed(repository, input.imageId ?? {})
  const asked = image.replicationAsked ?? 0
  image.replicationAsked = asked + 1
  return {
    repositoryName: repository.repository,
    imageId: { imageDigest: image.digest, ...input.imageId },
    replicationStatuses: destinationsOf(store, repository).flatMap((one) => statusOf(store, one, asked)),
  }
}

function destinationsOf(store: Store, { account, region, repository }: Repository): ReplicationDestination[] {
  return store
    .registry(account, region)
    .replication.filter(
      ({ repositoryFilters: filters = [] }) =>
        filters.length === 0 || filters.some(({ filter = '' }) => repository.startsWith(filter)),
    )
    .flatMap(({ destinations }) => destinations ?? [])
}

function statusOf(
  store: Store,
  destination: ReplicationDestination,
  asked: number,
): ImageReplicationStatus[] {
  const { region, registryId } = destination
  const plan = store.replicationPlans.get(`${registryId}/${region}`) ?? {}
  const { absent = 0, underWay = 0, failureCode } = plan
  if (asked < absent) return []
  if (asked < absent + underWay) return [{ region, registryId, status: 'IN_PROGRESS' }]
  if (failureCode !== undefined) return [{ region, registryId, status: 'FAILED', failureCode }]
  return [{ region, registryId, status: 'COMPLETE' }]
}
