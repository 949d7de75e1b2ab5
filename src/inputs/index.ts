import type { BuildInputs } from '../docker/port.ts'
import type { MetadataInputs, Render } from '../metadata/index.ts'
import { parseBoolean } from '../shared/boolean.ts'
import { variable } from '../shared/variable.ts'
import { type AfterInputs, namesAfterScan, readAfter } from './after-push.ts'
import { type AttestInputs, readAttest } from './attest.ts'
import { readBuild } from './build.ts'
import { type BuildExpressions, expressionsOf, ValueReader } from './build-values.ts'
import { type DeliveryInputs, readDelivery } from './delivery.ts'
import { refuseOtherPush } from './exporters.ts'
import { readMetadata } from './metadata.ts'
import { type InputSource, Reader } from './reader.ts'
import { type RepositoryInput, readRepository } from './repository.ts'
import { refuseInlineCache, refuseTimes } from './reproducible.ts'
import { readRole } from './role.ts'
import { isSbomApart, withSbom } from './sbom-apart.ts'
import { warnOfUndeclared } from './undeclared.ts'
import { describeWaiting, waitingForPush, withoutPush } from './waiting-for-push.ts'

export type { BuildInputs } from '../docker/port.ts'
export type { InputSource } from './reader.ts'

/** Everything that the user asked for, checked. */
export interface Inputs extends DeliveryInputs {
  /** What becomes tags, labels and annotations, once the event is known. */
  readonly metadata: MetadataInputs
  /** Of the build's inputs, which those with the values take the place of; null if there are none. */
  readonly expressions: BuildExpressions<Inputs> | null
  readonly build: BuildInputs
  /** The values of `build-args` by name, those from the environment too; without those that are not set there. */
  readonly buildArgValues: ReadonlyMap<string, string>
  readonly push: boolean
  /** Everything is checked, nothing is built or changed, and what a run would do is told. */
  readonly dryRun: boolean
  /** Under no tag: for one runner of several, whose images merge/ puts together. */
  readonly pushByDigest: boolean
  readonly after: AfterInputs
  /** What of the image is signed once it is in ECR. */
  readonly attest: AttestInputs
  /** What a person should know of what they asked for. */
  readonly notices: readonly string[]
}

/** Whether the inputs of the main action ask for a push, also if others of them are wrong. */
export function asksForPush({ get }: Pick<InputSource, 'get'>): boolean {
  return parseBoolean(get('push').trim()) !== false && /^(?:build(?:,|$)|$)/.test(get('call').trim())
}

/**
 * Reads and checks every input of the main action.
 * @returns the inputs, with defaults filled in and paths made absolute
 * @throws InputError with everything that is wrong, before anything has been called
 */
export function readInputs(source: InputSource): Inputs {
  warnOfUndeclared(source, 'main')
  return readWith(source, null)
}

/** @param render null as long as nobody knows what expressions stand for */
function readWith(source: InputSource, render: Render | null): Inputs {
  const reader = new Reader(source)
  const values = new ValueReader(reader, render)
  const repository = readRepository(reader)
  const metadata = readMetadata(reader)
  const wanted = reader.boolean('push', true)
  const built = readBuild(reader, wanted, values)
  const attest = readAttest(reader)
  const pushByDigest = readPushByDigest(reader, built, repository)
  // With `call`, docker looks at the Dockerfile and makes no image.
  const push = wanted && built.call === null
  const build = push ? withSbom(reader, built, attest, pushByDigest) : withoutPush(built)
  refuseTimes(reader, build, isSbomApart({ push, pushByDigest, attest }))
  refuseInlineCache(reader, build)
  const dryRun = readDryRun(reader, wanted, built)
  const role = readRole(reader)
  const waiting = push ? [] : waitingForPush(reader, built)
  const after = readAfter(reader, repository, built.file)
  // What pushes by itself gives the image a name before the scan.
  if (push && namesAfterScan(after)) refuseOtherPush(reader, build.outputs, 'gate: before-tags')
  // Everything that follows from a value is read anew with it. What is masked, and warned of, is so already.
  const { mask: _, warn: __, ...silent } = source
  const expressions = expressionsOf(values, (now) => readWith(silent, now))
  const inputs: Inputs = {
    ...readDelivery(reader, { repository, role }),
    metadata: expressions === null ? metadata : { ...metadata, built: expressions },
    expressions,
    build,
    buildArgValues: new Map(build.buildArgs.flatMap((arg) => pairOfBuildArg(arg, source.env))),
    push,
    dryRun,
    pushByDigest,
    after,
    attest,
    notices: waiting.length === 0 ? [] : [describeWaiting(waiting, build.call)],
  }
  reader.finish()
  return inputs
}

/** @returns nothing for a name alone that is no variable: docker leaves it out too */
function pairOfBuildArg(buildArg: string, env: InputSource['env']): [string, string][] {
  const equals = buildArg.indexOf('=')
  if (equals >= 0) return [[buildArg.slice(0, equals), buildArg.slice(equals + 1)]]
  const value = variable(env, buildArg)
  return value === undefined ? [] : [[buildArg, value]]
}

/** What plans a push needs one. */
function readDryRun(reader: Reader, push: boolean, { call }: Pick<BuildInputs, 'call'>): boolean {
  const dryRun = reader.boolean('dry-run', false)
  if (!dryRun) return false
  const why = push ? (call === null ? null : `call: ${call}`) : 'push: false'
  if (why !== null) {
    reader.problem(
      'dry-run',
      'true',
      `tells what a push would do, and with ${why} there is none; leave one of them out`,
    )
  }
  return true
}

/** An image without a tag has no tags that could be there already, and one way to the registry. */
export function readPushByDigest(
  reader: Reader,
  { outputs }: Pick<BuildInputs, 'outputs'>,
  { registryType }: Pick<RepositoryInput, 'registryType'>,
): boolean {
  const value = reader.boolean('push-by-digest', false)
  if (!value) return false
  if (registryType === 'public') {
    reader.problem('push-by-digest', 'true', 'needs a private registry, as the merge action does')
  }
  const refuse = (input: 'tags' | 'flavor' | 'if-image-exists' | 'gate', message: string) => {
    const given = reader.text(input)
    if (given !== '') reader.problem(input, given, message)
  }
  refuse('tags', 'goes with an image that has tags; with push-by-digest give the tags to the merge action')
  refuse('flavor', 'is about tags, which push-by-digest has none of')
  if (!/^(?:push)?$/.test(reader.text('if-image-exists'))) {
    refuse('if-image-exists', 'asks for tags, which push-by-digest has none of')
  }
  if (reader.text('gate') === 'before-tags') {
    refuse('gate', 'goes with an image that has tags; with push-by-digest give it to the merge action')
  }
  refuseOtherPush(reader, outputs, 'push-by-digest')
  return true
}
