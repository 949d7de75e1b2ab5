import { describe, type GitHub } from './describe.ts'
import type { Docker, Engine } from './docker/port.ts'
import { isImmutable } from './ecr/mutability.ts'
import type { Ecr, HeldImage, Repository } from './ecr/port.ts'
import { ActionError, explain, InputError } from './errors.ts'
import type { BuildInputs, Inputs, RepositoryInput } from './inputs.ts'
import { type ImageMetadata, withoutTags } from './metadata/index.ts'
import { jsonOutput, labelLines, metadataOutputs, type Outputs, type SetOutputs } from './report/outputs.ts'
import type { SummaryFacts } from './report/summary.ts'

/** Everything outside of this process that a run touches. */
export interface World {
  /** Called for a push only: without one there is no AWS. */
  readonly connectEcr: (target: Pick<RepositoryInput, 'region' | 'registryId'>) => Promise<Ecr>
  readonly docker: Docker
  readonly github: GitHub
  readonly setOutputs: SetOutputs
  readonly summarize: (facts: SummaryFacts) => Promise<void>
  readonly log: (line: string) => void
  /** Tells of something that the user did not ask for, in the log and on the run's page. */
  readonly notice: (line: string) => void
  /** Tells of something that is less than the user asked for, in both places too. */
  readonly warn: (line: string) => void
  /** Milliseconds since some point in time. */
  readonly clock: () => number
}

/**
 * The main job: from checked inputs to an image in ECR, or to one in the engine where `push` is false.
 * Outputs are set as they become true.
 * @throws ActionError with what failed and what to do
 */
export async function run(inputs: Inputs, outer: World): Promise<void> {
  const started = outer.clock()
  const outputs: Partial<Outputs> = {}
  const world: World = {
    ...outer,
    setOutputs: (some) => {
      Object.assign(outputs, some)
      outer.setOutputs(some)
    },
  }
  const { name, host } = inputs.repository
  let image = await describe(inputs.metadata, world.github)
  try {
    for (const warning of image.warnings) world.warn(warning)
    if (inputs.push && image.tags.length === 0) throw noTags()
    world.setOutputs({ ...metadataOutputs(name, image), pushed: 'false' })

    const ready = inputs.push
      ? await preparePush(inputs, image, world)
      : await prepareBuild(inputs, image, world)
    image = ready.image
    const repositoryUri = ready.target?.repository.uri ?? (host === null ? name : `${host}/${name}`)
    const uris = image.tags.map((tag) => `${repositoryUri}:${tag}`)

    const building = world.clock()
    const caches = await planCache(inputs, ready.target?.repository ?? null, world)
    const built = await world.docker.build(ready.engine, {
      ...inputs.build,
      ...caches,
      // docker/build-push-action has annotations only where it is given them; so do we.
      annotations: inputs.metadata.annotations.length === 0 ? [] : image.annotations,
      labels: labelLines(image.labels),
      references: uris,
      push: inputs.push,
    })
    const buildSeconds = (world.clock() - building) / 1000
    world.setOutputs({ imageid: built.imageId, metadata: JSON.stringify(built.metadata) })

    let held: HeldImage | null = null
    if (ready.target !== null) {
      held = await readBack(ready.target, image.tags, built.digest)
      world.setOutputs({
        'image-uri': uris[0] as string,
        'image-uris': uris.join('\n'),
        digest: held.digest,
        'digest-uri': `${repositoryUri}@${held.digest}`,
        pushed: 'true',
      })
      for (const uri of uris) world.log(`Pushed ${uri}`)
      world.log(`Digest ${repositoryUri}@${held.digest}`)
    } else {
      const { call } = inputs.build
      world.log(
        call === null
          ? `Built ${uris.join(', ') || built.imageId}, not pushed (push: false)`
          : `Nothing was built: ${call} only asks the Dockerfile (call)`,
      )
    }

    if (!inputs.summary || inputs.build.call !== null) return
    await world.summarize({
      name,
      pushed: inputs.push,
      uris,
      digestUri: held === null ? null : `${repositoryUri}@${held.digest}`,
      imageId: built.imageId,
      sizeInBytes: held?.sizeInBytes ?? null,
      repositoryCreated: ready.target?.created ?? false,
      engine: describeEngine(ready.engine),
      seconds: { build: buildSeconds, total: (world.clock() - started) / 1000 },
    })
  } finally {
    outer.setOutputs({ json: jsonOutput(outputs, image) })
  }
}

function noTags(): InputError {
  const message =
    'no rule gives a tag for this event, and an image cannot be pushed without one; add one that always does, such as type=sha'
  return new InputError([{ input: 'tags', value: '', message }])
}

interface Target {
  readonly ecr: Ecr
  readonly repository: Repository
  readonly created: boolean
}

interface Ready {
  readonly engine: Engine
  /** What the image is called in the end. */
  readonly image: ImageMetadata
  /** Null where nothing is to be pushed. */
  readonly target: Target | null
}

async function prepareBuild(inputs: Inputs, image: ImageMetadata, world: World): Promise<Ready> {
  return { engine: await inspect(inputs, world), image, target: null }
}

function inspect({ build, metadata, push }: Inputs, world: World): Promise<Engine> {
  return world.docker.inspect(build, { push, annotations: metadata.annotations })
}

/** Turns a preset into caches in the repository that is now known. */
async function planCache(
  { build, repository: { name } }: Inputs,
  repository: Repository | null,
  world: World,
): Promise<Partial<Pick<BuildInputs, 'cacheFrom' | 'cacheTo'>>> {
  if (build.cache === null) return {}
  const { presetCache } = await import('./docker/cache.ts')
  const { warnings, ...caches } = presetCache(build.cache, name, repository)
  for (const warning of warnings) world.warn(warning)
  return caches
}

/**
 * All that can be known and done before the build, in as few rounds as the calls depend on each other: the
 * engine, the repository and the token side by side, and the login as soon as there is a token.
 */
async function preparePush(inputs: Inputs, wanted: ImageMetadata, world: World): Promise<Ready> {
  const ecr = await world.connectEcr(inputs.repository)
  const [engine, { target, image }] = await together([
    inspect(inputs, world),
    prepareTarget(ecr, inputs, wanted, world),
    ecr.authorize().then(async (login) => {
      world.setOutputs({ registry: login.host })
      await world.docker.login(login, { keep: inputs.keepLogin })
      world.log(`Logged in to ${login.host}${inputs.keepLogin ? ', for the later steps too' : ''}`)
    }),
  ])
  return { engine, image, target }
}

async function prepareTarget(
  ecr: Ecr,
  inputs: Inputs,
  wanted: ImageMetadata,
  world: World,
): Promise<{ readonly target: Target; readonly image: ImageMetadata }> {
  const target = await ensureRepository(ecr, inputs, world)
  return { target, image: await chooseTags(target, wanted, world) }
}

async function ensureRepository(ecr: Ecr, inputs: Inputs, world: World): Promise<Target> {
  const { name } = inputs.repository
  const found = await ecr.findRepository(name)
  if (found === null && !inputs.createRepository) {
    throw new ActionError(
      `There is no repository '${name}' in ECR, and create-repository is false.`,
      "set create-repository: true, create it beforehand, or correct 'repository', 'aws-region' or 'registry-id'.",
    )
  }
  const { created, ...repository } =
    found === null ? await ecr.createRepository(name) : { ...found, created: false }
  world.setOutputs({
    'repository-uri': repository.uri,
    'repository-arn': repository.arn,
    'repository-created': String(created),
  })
  world.log(created ? `Created the repository ${repository.uri}` : `Found the repository ${repository.uri}`)
  return { ecr, repository, created }
}

/**
 * The tags that the repository can take: of an immutable one, those of our own choosing that move are left out.
 * @throws ActionError for tags that ECR would refuse only after a whole build, and without a reason that docker
 *   passes on
 */
async function chooseTags(target: Target, wanted: ImageMetadata, world: World): Promise<ImageMetadata> {
  const { ecr, repository, created } = target
  const immutable = new Set(wanted.tags.filter((tag) => isImmutable(repository.mutability, tag)))
  const left = wanted.tags.filter((tag) => immutable.has(tag) && wanted.moving.has(tag))
  const image = left.length === 0 ? wanted : withoutTags(wanted, left)
  if (left.length > 0) {
    world.setOutputs(metadataOutputs(repository.name, image))
    world.notice(
      `${repository.uri} is immutable: the default tags that move are left out (${left.join(', ')}). Name them in the input 'tags' to have them all the same.`,
    )
  }
  const fixed = image.tags.filter((tag) => immutable.has(tag))
  if (created || fixed.length === 0) return image
  const taken = await ecr.findImages(repository, fixed)
  if (taken.size === 0) return image
  const list = [...taken].map(([tag, { digest }]) => `${tag} (${digest})`).join(', ')
  throw new ActionError(
    `${repository.uri} is immutable and has an image already under ${list}.`,
    'push a tag that is not there yet (the commit SHA changes with each commit), delete that image, or let the repository exclude such tags from immutability (IMMUTABLE_WITH_EXCLUSION).',
  )
}

/**
 * What ECR itself holds, after the push: the only digest that is worth an output.
 * @throws ActionError where a tag is not there, or names another image
 */
async function readBack(target: Target, tags: readonly string[], built: string | null): Promise<HeldImage> {
  const images = await target.ecr.findImages(target.repository, tags)
  const first = images.get(tags[0] as string)
  const expected = built ?? first?.digest
  const wrong = tags.filter((tag) => images.get(tag)?.digest !== expected)
  if (first !== undefined && wrong.length === 0) return first
  const found = wrong.map((tag) => `${tag} is ${images.get(tag)?.digest ?? 'absent'}`).join(', ')
  throw new ActionError(
    `After the push, ECR does not hold ${expected ?? 'the image'} under every tag of ${target.repository.uri}: ${found}.`,
    'another job has pushed the same tag at the same time, or a lifecycle rule or a person has deleted it: use tags of one commit only, or let the jobs wait for each other (concurrency).',
  )
}

function describeEngine(engine: Engine): string {
  const buildx = engine.buildxVersion === null ? 'no buildx' : `buildx ${engine.buildxVersion}`
  return `Docker ${engine.serverVersion}, ${buildx}`
}

/** As Promise.all, but lets every part end before it throws: nothing goes on behind an error that was reported. */
async function together<const T extends readonly Promise<unknown>[]>(
  parts: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(parts)
  const failures = results
    .filter((result) => result.status === 'rejected')
    .map((result) => result.reason as unknown)
  if (failures.length > 0) throw combine(failures)
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as {
    -readonly [K in keyof T]: Awaited<T[K]>
  }
}

/** Several failures of one round are one error, unless they all say the same. */
function combine(failures: readonly unknown[]): unknown {
  const known = failures.filter((failure) => failure instanceof ActionError)
  if (known.length < failures.length) return failures.find((failure) => !(failure instanceof ActionError))
  const [first, ...others] = [
    ...new Map(known.map((failure) => [failure.remedy || failure.message, failure])).values(),
  ]
  if (others.length === 0) return first
  const text = [first, ...others].map(explain).join('\n')
  return new ActionError(text, '', { cause: first })
}
