import type { RoleInput } from '../aws/workflow.ts'
import { parseExporter } from '../docker/exporters.ts'
import type { BuildInputs } from '../docker/port.ts'
import type { RepositorySettings } from '../ecr/settings/settings.ts'
import type { MetadataInputs } from '../metadata/index.ts'
import { type AfterInputs, readAfter } from './after-push.ts'
import { readBuild } from './build.ts'
import { readMetadata } from './metadata.ts'
import { type InputSource, Reader } from './reader.ts'
import { type RegistryTarget, readRegistries } from './registries.ts'
import { type RepositoryInput, readRepository } from './repository.ts'
import { readChoice, readRepositorySettings } from './repository-settings.ts'
import { readRole } from './role.ts'

export type { BuildInputs } from '../docker/port.ts'
export type { InputSource } from './reader.ts'

/** Everything that the user asked for, checked. */
export interface Inputs {
  readonly repository: RepositoryInput
  /** More registries that the image goes to. */
  readonly registries: readonly RegistryTarget[]
  readonly createRepository: boolean
  readonly settings: RepositorySettings
  /** An existing repository is brought to the settings. */
  readonly updateRepository: boolean
  /** Null: the SDK's own chain says who calls. */
  readonly role: RoleInput | null
  readonly ifImageExists: 'push' | 'skip' | 'fail'
  /** What becomes tags, labels and annotations, once the event is known. */
  readonly metadata: MetadataInputs
  readonly build: BuildInputs
  readonly push: boolean
  /** Under no tag: for one runner of several, whose images merge/ puts together. */
  readonly pushByDigest: boolean
  readonly keepLogin: boolean
  readonly after: AfterInputs
  readonly summary: boolean
}

/**
 * Reads and checks every input.
 * @returns the inputs, with defaults filled in and paths made absolute
 * @throws InputError with everything that is wrong, before anything has been called
 */
export function readInputs(source: InputSource): Inputs {
  const reader = new Reader(source)
  const repository = readRepository(reader)
  const metadata = readMetadata(reader)
  const wanted = reader.boolean('push', true)
  const build = readBuild(reader, wanted)
  // What is asked of the Dockerfile makes no image.
  const push = wanted && build.call === null
  const role = readRole(reader)
  const inputs: Inputs = {
    repository,
    registries: readRegistries(reader, { repository, role }),
    createRepository: reader.boolean('create-repository', true),
    settings: readRepositorySettings(reader, repository.registryType),
    updateRepository: reader.boolean('update-repository', false),
    role,
    ifImageExists: readChoice(reader, 'if-image-exists', ['push', 'skip', 'fail']) ?? 'push',
    metadata,
    build,
    push,
    pushByDigest: readPushByDigest(reader),
    keepLogin: reader.boolean('keep-login', false),
    after: readAfter(reader, { push, registryType: repository.registryType }),
    summary: reader.boolean('summary', true),
  }
  if (inputs.keepLogin && !inputs.push) {
    reader.problem('keep-login', 'true', 'needs push: true; without a push nobody logs in')
  }
  reader.finish()
  return inputs
}

/** An image without a tag has no tags that could be there already, and one way to the registry. */
function readPushByDigest(reader: Reader): boolean {
  const value = reader.boolean('push-by-digest', false)
  if (!value) return false
  const refuse = (input: string, message: string) => {
    const given = reader.text(input)
    if (given !== '') reader.problem(input, given, message)
  }
  refuse('tags', 'goes with an image that has tags; with push-by-digest give the tags to the merge action')
  refuse('flavor', 'is about tags, which push-by-digest has none of')
  if (!/^(?:push)?$/.test(reader.text('if-image-exists'))) {
    refuse('if-image-exists', 'asks for tags, which push-by-digest has none of')
  }
  for (const output of reader.list('outputs', { commas: 'raw' })) {
    if (/^(?:image|registry)$/.test(parseExporter(output)?.type ?? '')) {
      reader.problem('outputs', output, 'is another way to push; leave it out with push-by-digest')
    }
  }
  return true
}
