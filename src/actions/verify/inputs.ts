import type { RoleInput } from '../../aws/workflow.ts'
import { readAllowedAccounts } from '../../inputs/accounts.ts'
import type { InputSource } from '../../inputs/index.ts'
import { type ProvenanceInputs, readProvenance } from '../../inputs/provenance.ts'
import { Reader } from '../../inputs/reader.ts'
import { type RepositoryInput, readRepository } from '../../inputs/repository.ts'
import { readRole } from '../../inputs/role.ts'
import { warnOfUndeclared } from '../../inputs/undeclared.ts'
import { readSource, type SourceImage } from '../siblings/source.ts'

export interface VerifyInputs {
  readonly repository: RepositoryInput
  readonly image: Pick<SourceImage, 'tag' | 'digest'>
  readonly role: RoleInput | null
  /** Of these accounts credentials and registry have to be; any will do if there are none. */
  readonly allowedAccounts: readonly string[]
  readonly provenance: ProvenanceInputs
  readonly summary: boolean
}

/** @throws InputError with everything that is wrong */
export function readVerifyInputs(given: InputSource): VerifyInputs {
  warnOfUndeclared(given, 'verify')
  const reader = new Reader(given)
  const { repository, ...image } = readSource(reader, 'image')
  if (repository !== null && reader.text('repository') !== '') {
    reader.problem('repository', reader.text('repository'), 'is said by image already; leave it out')
  }
  const provenance = readProvenance(reader, true)
  if (provenance === null) {
    reader.problem('require-provenance', reader.text('require-provenance'), 'leaves nothing to verify')
  }
  const read = readRepository(repository === null ? reader : reader.as('repository', repository))
  const role = readRole(reader)
  const inputs = {
    repository: read,
    image,
    role,
    allowedAccounts: readAllowedAccounts(reader, {
      role,
      repositories: [[repository === null ? 'repository' : 'image', read]],
    }),
    summary: reader.boolean('summary', true),
  }
  reader.finish()
  // Without it, there is a problem.
  return { ...inputs, provenance: provenance as ProvenanceInputs }
}
