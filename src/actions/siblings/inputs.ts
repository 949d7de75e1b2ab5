import type { RoleInput } from '../../aws/workflow.ts'
import type { RepositoryPlanInputs } from '../../delivery/repository-plan.ts'
import { NO_SETTINGS } from '../../ecr/settings/settings.ts'
import { readAllowedAccounts } from '../../inputs/accounts.ts'
import { type AfterInputs, readAfter } from '../../inputs/after-push.ts'
import { readMetadata } from '../../inputs/metadata.ts'
import type { Reader } from '../../inputs/reader.ts'
import { type RegistryTarget, readRegistries } from '../../inputs/registries.ts'
import { type RepositoryInput, readRepository } from '../../inputs/repository.ts'
import { readRole } from '../../inputs/role.ts'
import type { MetadataInputs } from '../../metadata/index.ts'

/** What merge and promote are both told. */
export interface SiblingInputs {
  readonly repository: RepositoryInput
  readonly registries: readonly RegistryTarget[]
  readonly createRepository: boolean
  readonly role: RoleInput | null
  /** Of these accounts credentials and registries have to be; any will do if there are none. */
  readonly allowedAccounts: readonly string[]
  readonly metadata: MetadataInputs
  readonly after: AfterInputs
  readonly summary: boolean
  /** Everything is checked, nothing is changed, and what a run would do is told. */
  readonly dryRun: boolean
}

/** Reads the inputs that both have, with the readers of the main action. */
export function readCommon(reader: Reader): SiblingInputs {
  const repository = readRepository(reader)
  const role = readRole(reader)
  if (repository.registryType === 'public') {
    reader.problem('repository', reader.text('repository'), 'must be in a private registry')
  }
  const registries = readRegistries(reader, { repository, role })
  return {
    repository,
    registries,
    createRepository: reader.boolean('create-repository', true),
    role,
    allowedAccounts: readAllowedAccounts(reader, {
      role,
      repositories: [['repository', repository]],
      registries,
    }),
    metadata: readMetadata(reader),
    after: readAfter(reader, repository),
    summary: reader.boolean('summary', true),
    dryRun: reader.boolean('dry-run', false),
  }
}

/** The inputs as the plan of a destination takes them: a repository has no settings here. */
export function planInputs<T extends SiblingInputs>(inputs: T): T & RepositoryPlanInputs {
  return { ...inputs, settings: NO_SETTINGS, updateRepository: false, ifImageExists: 'push' }
}
