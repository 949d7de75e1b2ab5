import type {
  BatchGetRepositoryScanningConfigurationCommandInput,
  BatchGetRepositoryScanningConfigurationCommandOutput,
  DescribeRegistryCommandOutput,
  GetAccountSettingCommandInput,
  GetAccountSettingCommandOutput,
  GetRegistryScanningConfigurationCommandOutput,
  PutAccountSettingCommandInput,
  PutAccountSettingCommandOutput,
  PutImageScanningConfigurationCommandInput,
  PutImageScanningConfigurationCommandOutput,
} from '@aws-sdk/client-ecr'
import { EcrError, invalidParameter } from '../errors.ts'
import type { Caller, Repository, Store } from '../store.ts'
import { named, type Output, repositoryArn, repositoryFor } from './context.ts'

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRegistry.html */
export function describeRegistry(
  _store: Store,
  caller: Caller,
  _input: object,
): Output<DescribeRegistryCommandOutput> {
  return { registryId: caller.account, replicationConfiguration: { rules: [] } }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRegistryScanningConfiguration.html */
export function getRegistryScanningConfiguration(
  _store: Store,
  caller: Caller,
  _input: object,
): Output<GetRegistryScanningConfigurationCommandOutput> {
  return { registryId: caller.account, scanningConfiguration: { scanType: 'BASIC', rules: [] } }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetRepositoryScanningConfiguration.html */
export function batchGetRepositoryScanningConfiguration(
  store: Store,
  caller: Caller,
  input: BatchGetRepositoryScanningConfigurationCommandInput,
): Output<BatchGetRepositoryScanningConfigurationCommandOutput> {
  const { account, region } = caller
  const asked = (input.repositoryNames ?? []).map((repository) => ({
    repository,
    found: store.find({ account, region, repository }),
  }))
  return {
    scanningConfigurations: asked.flatMap(({ found }) => (found ? [scanningOf(found)] : [])),
    failures: asked
      .filter(({ found }) => !found)
      .map(({ repository }) => ({
        repositoryName: repository,
        failureCode: 'REPOSITORY_NOT_FOUND' as const,
        failureReason: `The repository with name '${repository}' does not exist in the registry with id '${account}'`,
      })),
  }
}

function scanningOf(repository: Repository) {
  return {
    repositoryArn: repositoryArn(repository.region, repository.account, repository.repository),
    repositoryName: repository.repository,
    scanOnPush: repository.scanOnPush,
    scanFrequency: repository.scanOnPush ? ('SCAN_ON_PUSH' as const) : ('MANUAL' as const),
    appliedScanFilters: [],
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageScanningConfiguration.html */
export function putImageScanningConfiguration(
  store: Store,
  caller: Caller,
  input: PutImageScanningConfigurationCommandInput,
): Output<PutImageScanningConfigurationCommandOutput> {
  const repository = repositoryFor(store, caller, input, 'PutImageScanningConfiguration')
  repository.scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false
  return { ...named(repository), imageScanningConfiguration: { scanOnPush: repository.scanOnPush } }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAccountSetting.html */
export function getAccountSetting(
  store: Store,
  caller: Caller,
  input: GetAccountSettingCommandInput,
): Output<GetAccountSettingCommandOutput> {
  const value = store.registry(caller.account, caller.region).settings.get(input.name ?? '')
  if (value === undefined)
    throw new EcrError('ValidationException', `Unknown account setting '${input.name}'`)
  return { name: input.name, value }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutAccountSetting.html */
export function putAccountSetting(
  store: Store,
  caller: Caller,
  input: PutAccountSettingCommandInput,
): Output<PutAccountSettingCommandOutput> {
  getAccountSetting(store, caller, input)
  if (input.name === 'BLOB_MOUNTING' && !['ENABLED', 'DISABLED'].includes(input.value ?? ''))
    throw invalidParameter('value', 'must satisfy enum value set: [ENABLED, DISABLED]')
  store.registry(caller.account, caller.region).settings.set(input.name ?? '', input.value ?? '')
  return { name: input.name, value: input.value }
}
