import type { RoleInput } from '../aws/workflow.ts'
import type { RepositorySettings } from '../ecr/settings/settings.ts'
import { readAllowedAccounts } from './accounts.ts'
import { type MaxSize, readMaxSize } from './max-size.ts'
import type { Reader } from './reader.ts'
import { type RegistryTarget, readPullRegistries, readRegistries } from './registries.ts'
import type { RepositoryInput } from './repository.ts'
import { readRepositorySettings } from './repository-settings.ts'

/** Where images go, and who may take them there: for one image, and for each of many. */
export interface DeliveryInputs {
  readonly repository: RepositoryInput
  /** More registries that the image goes to. */
  readonly registries: readonly RegistryTarget[]
  /** Registries of ECR's that the build pulls from, besides those that are found in what it reads. */
  readonly pullRegistries: readonly RegistryTarget[]
  readonly createRepository: boolean
  readonly settings: RepositorySettings
  /** An existing repository is brought to the settings. */
  readonly updateRepository: boolean
  /** Null: the SDK's own chain says who calls. */
  readonly role: RoleInput | null
  /** Of these accounts credentials and registries have to be; any will do if there are none. */
  readonly allowedAccounts: readonly string[]
  readonly ifImageExists: 'push' | 'skip' | 'fail'
  readonly keepLogin: boolean
  /** Null: an image may have any size. */
  readonly maxSize: MaxSize | null
  readonly summary: boolean
}

/** Reads them; `repository` and `role` are read before, as other inputs depend on them. */
export function readDelivery(
  reader: Reader,
  { repository, role }: Pick<DeliveryInputs, 'repository' | 'role'>,
): DeliveryInputs {
  const registries = readRegistries(reader, { repository, role })
  return {
    repository,
    registries,
    pullRegistries: readPullRegistries(reader, { repository, role }),
    createRepository: reader.boolean('create-repository', true),
    settings: readRepositorySettings(reader, repository),
    updateRepository: reader.boolean('update-repository', false),
    role,
    allowedAccounts: readAllowedAccounts(reader, {
      role,
      repositories: [['repository', repository]],
      registries,
    }),
    ifImageExists: reader.choice('if-image-exists', ['push', 'skip', 'fail']) ?? 'push',
    keepLogin: reader.boolean('keep-login', false),
    maxSize: readMaxSize(reader),
    summary: reader.boolean('summary', true),
  }
}
