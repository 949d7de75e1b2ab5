import type {
  GetAccountSettingCommandInput,
  GetAccountSettingCommandOutput,
  PutAccountSettingCommandInput,
  PutAccountSettingCommandOutput,
  PutImageScanningConfigurationCommandInput,
  PutImageScanningConfigurationCommandOutput,
} from '@aws-sdk/client-ecr'
import { EcrError, invalidParameter } from '../store/errors.ts'
import type { Store } from '../store/store.ts'
import type { Caller } from '../store/types.ts'
import { named, type Output, repositoryFor } from './context.ts'

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
