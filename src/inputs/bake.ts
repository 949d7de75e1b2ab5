import type { BakeTarget } from '../docker/bake/plan.ts'
import type { BakeSource } from '../docker/bake/port.ts'
import type { Attestation, BuildInputs } from '../docker/port.ts'
import { isEnabled } from '../docker/syntax/attestations.ts'
import { attribute, splitCsv } from '../shared/csv.ts'
import { readAfter } from './after-push.ts'
import { type AttestInputs, readAttest } from './attest.ts'
import { readAttestations } from './attestations.ts'
import { readAllow, readBakeSource, readBuilder } from './bake-source.ts'
import { type BakeBuildInputs, buildOfTarget, dockerfileOf } from './bake-target.ts'
import { readPresetFor } from './cache.ts'
import { readCompression } from './compression.ts'
import { readDelivery } from './delivery.ts'
import { type Inputs, readPushByDigest } from './index.ts'
import { readMetadata } from './metadata.ts'
import type { InputName } from './names.ts'
import { type InputSource, Reader } from './reader.ts'
import { readRegistryAuth } from './registry-auth.ts'
import { readRepository } from './repository.ts'
import { readRole } from './role.ts'
import { withSbom } from './sbom-apart.ts'
import { readStallTimeout } from './stall-timeout.ts'
import { warnOfUndeclared } from './undeclared.ts'

/** Everything that bake was asked for, checked as far as it can be without the definition. */
export interface BakeInputs extends Pick<Inputs, 'repository' | 'summary' | 'role' | 'keepLogin' | 'dryRun'> {
  readonly definition: BakeSource
  /** Whether `repository` is given: else each target has to name one. */
  readonly hasRepository: boolean
  readonly stallSeconds: number
  /** Whether targets whose content is that of an image in ECR are left out. */
  readonly contentTag: boolean
  /** Nothing is built: what a job matrix needs to know of the definition is told. */
  readonly matrix: boolean
  /** What holds of targets that have no image, too. */
  readonly everywhere: Pick<BakeBuildInputs, 'noCache' | 'pull' | 'attests'>
  /**
   * The inputs as the main action has them, for one target.
   * @param own `HOST/NAME` that the definition names; null if it names none
   * @throws InputError with all that is wrong with them for this target
   */
  readonly forTarget: (target: BakeTarget, own: string | null) => Inputs
}

/** The inputs in which `{{target}}` stands for the name of the target. */
const PATTERNS = [
  'repository',
  'tags',
  'flavor',
  'labels',
  'annotations',
  'repository-tags',
  'scan-report',
  'sbom-file',
] as const

/** A target's name has letters, digits, `-` and `_`: it cannot change what the text around it means. */
const withTarget = (text: string, name: string) => text.replace(/(?<!\\)\{\{\s*target\s*\}\}/g, () => name)

/** Stands for a target as long as none is known, and for a repository if the input is empty. */
const ANY = 'target'

/**
 * Reads and checks the inputs of bake.
 * @throws InputError with everything that is wrong, before anything has been called
 */
export function readBakeInputs(source: InputSource): BakeInputs {
  warnOfUndeclared(source, 'bake')
  const reader = new Reader(source)
  const hasRepository = reader.text('repository') !== ''
  const definition = readBakeSource(reader)
  const build = readBuilding(reader, ANY)
  const stallSeconds = readStallTimeout(reader)
  const matrix = reader.boolean('matrix', false)
  const contentTag = reader.boolean('content-tag', false)
  if (contentTag && reader.boolean('push-by-digest', false)) {
    reader.problem(
      'content-tag',
      'true',
      'cannot be with push-by-digest: true, with which no image gets a tag',
    )
  }
  if (matrix && reader.boolean('dry-run', false)) {
    reader.problem(
      'dry-run',
      'true',
      'cannot be with matrix: true, which builds nothing; leave one of them out',
    )
  }
  const { repository, summary, role, keepLogin, dryRun } = readOne(
    named(reader, ANY, hasRepository ? null : ANY),
    build,
    null,
  )
  reader.finish()
  // What is masked, and warned of, is so already.
  const { mask: _, warn: __, ...silent } = source
  const forTarget = (target: BakeTarget, own: string | null): Inputs => {
    const again = new Reader(silent)
    const inputs = readOne(named(again, target.name, own), readBuilding(again, target.name), target)
    again.finish()
    return inputs
  }
  const shown = hasRepository
    ? { ...repository, name: reader.text('repository') }
    : { ...repository, name: 'bake' }
  const everywhere = { noCache: build.noCache, pull: build.pull, attests: build.attests }
  return {
    repository: shown,
    summary,
    role,
    keepLogin,
    dryRun,
    definition,
    hasRepository,
    stallSeconds,
    matrix,
    contentTag,
    everywhere,
    forTarget,
  }
}

/** The same inputs, with the name of a target, and of the repository that its definition names. */
function named(reader: Reader, name: string, own: string | null): Reader {
  const values: Partial<Record<InputName, string>> = Object.fromEntries(
    PATTERNS.map((input) => [input, withTarget(reader.source.get(input), name)]),
  )
  // As long as no target is known, neither is its SBOM.
  if (name === ANY && /\{\{\s*target\s*\}\}/.test(reader.source.get('sbom-file'))) values['sbom-file'] = ''
  // A URI says account and region itself.
  const place: Partial<Record<InputName, string>> =
    own?.includes('/') && /^\d{12}\.dkr/.test(own) ? { 'aws-region': '', 'registry-id': '' } : {}
  const { repository = '', ...more } = values
  return reader.as('repository', own ?? repository, { ...more, ...place })
}

function readOne(reader: Reader, build: BakeBuildInputs, target: BakeTarget | null): Inputs {
  const repository = readRepository(reader)
  const role = readRole(reader)
  if (repository.registryType === 'public')
    reader.problem('repository', reader.text('repository'), 'must be in a private registry')
  const delivery = readDelivery(reader, { repository, role })
  const attest = readAttest(reader)
  const pushByDigest = readPushByDigest(reader, { outputs: [] }, repository)
  const built = withSbomOf(reader, buildOfTarget(target, build, reader.source), attest, pushByDigest)
  return {
    ...delivery,
    metadata: readMetadata(reader),
    expressions: null,
    build: built,
    buildArgValues: new Map(Object.entries(target?.args ?? {})),
    push: true,
    dryRun: reader.boolean('dry-run', false),
    pushByDigest,
    after: readAfter(reader, repository, target === null ? null : dockerfileOf(target, reader.source.cwd)),
    attest,
    notices: [],
  }
}

/** Has the builder make the SBOM that is signed, unless the definition has another index made of the image. */
function withSbomOf(
  reader: Reader,
  build: BuildInputs,
  attest: AttestInputs,
  pushByDigest: boolean,
): BuildInputs {
  const isSbom = ({ value }: Attestation) => attribute(splitCsv(value), 'type') === 'sbom'
  const own = build.attests.filter((one) => one.input === 'attests' && isEnabled(one) !== isSbom(one))
  if (attest.sbom?.from !== 'build' || own.length === 0 || (pushByDigest && !own.some(isSbom)))
    return withSbom(reader, build, attest, pushByDigest)
  for (const { value } of own) {
    reader.problem(
      'attest',
      'sbom',
      `signs an SBOM beside an image that is no index for it, and the definition has attest "${value}"; leave that out of the definition`,
    )
  }
  return build
}

/** What is the same for every target of a build. */
function readBuilding(reader: Reader, name: string): BakeBuildInputs {
  return {
    noCache: reader.boolean('no-cache', false),
    pull: reader.boolean('pull', false),
    builder: readBuilder(reader),
    pullLogins: readRegistryAuth(reader),
    compression: readCompression(reader, []),
    attests: readAttestations(reader),
    cache: readPresetFor(reader, name),
    allow: readAllow(reader),
    stallSeconds: readStallTimeout(reader),
  }
}
