import type { InputSource } from '../../inputs/index.ts'
import { type ProvenanceInputs, readProvenance } from '../../inputs/provenance.ts'
import { Reader } from '../../inputs/reader.ts'
import { type RepositoryInput, readRepository } from '../../inputs/repository.ts'
import { warnOfUndeclared } from '../../inputs/undeclared.ts'
import { readCommon, type SiblingInputs } from '../siblings/inputs.ts'
import { readSource } from '../siblings/source.ts'

export interface PromoteInputs extends SiblingInputs {
  readonly source: {
    readonly repository: RepositoryInput
    readonly tag: string | null
    readonly digest: string | null
  }
  /** What the source has to have; null if nothing. */
  readonly provenance: ProvenanceInputs | null
}

/** @throws InputError with everything that is wrong */
export function readPromoteInputs(given: InputSource): PromoteInputs {
  warnOfUndeclared(given, 'promote')
  const reader = new Reader(given)
  const source = readSource(reader, 'source')
  const destination = reader.text('repository')
  // Where only one of the two names a repository, it is the other one's too.
  const common = readCommon(
    destination === '' && source.repository !== null ? reader.as('repository', source.repository) : reader,
  )
  const { repository } = common
  const from =
    source.repository === null || destination === ''
      ? repository
      : sourceRepository(reader, source.repository, repository)
  const { tags } = common.metadata
  const same =
    from.name === repository.name &&
    from.region === repository.region &&
    from.registryId === repository.registryId
  if (same && tags.length === 0 && common.registries.length === 0) {
    reader.problem('tags', '', 'is required if neither repository nor registries names another place')
  }
  const provenance = readProvenance(reader, false)
  reader.finish()
  // A copy without tags of its own keeps the source's.
  const kept = tags.length > 0 || source.tag === null ? tags : [source.tag]
  return {
    ...common,
    metadata: { ...common.metadata, tags: kept },
    source: { repository: from, tag: source.tag, digest: source.digest },
    provenance,
  }
}

/** A name alone is in the registry that the copy goes to; a URI says its own account and region. */
function sourceRepository(
  reader: Reader,
  source: string,
  { registryId, region }: RepositoryInput,
): RepositoryInput {
  const read = readRepository(reader.as('repository', source, { 'aws-region': '', 'registry-id': '' }))
  return read.host === null ? { ...read, registryId, region } : read
}
