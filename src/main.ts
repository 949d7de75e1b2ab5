import type { Docker, Engine } from './docker/port.ts'
import { isImmutable } from './ecr/mutability.ts'
import type { Ecr, HeldImage, Repository } from './ecr/port.ts'
import { ActionError } from './errors.ts'
import type { BuildInputs, Inputs, RepositoryInput } from './inputs.ts'
import { namedOutputs, type SetOutputs } from './report/outputs.ts'
import type { SummaryFacts } from './report/summary.ts'

/** Everything outside of this process that a run touches. */
export interface World {
  /** Called for a push only: without one there is no AWS. */
  readonly connectEcr: (target: Pick<RepositoryInput, 'region' | 'registryId'>) => Promise<Ecr>
  readonly docker: Docker
  readonly setOutputs: SetOutputs
  readonly summarize: (facts: SummaryFacts) => Promise<void>
  readonly log: (line: string) => void
  /** A line that also stands beside the run, for people who do not read the log. */
  readonly warn: (line: string) => void
  /** Milliseconds since some point in time. */
  readonly clock: () => number
}

/**
 * The main job: from checked inputs to an image in ECR, or to one in the engine where `push` is false.
 * Outputs are set as they become true.
 * @throws ActionError with what failed and what to do
 */
export async function run(inputs: Inputs, world: World): Promise<void> {
  const started = world.clock()
  const { name, host } = inputs.repository
  world.setOutputs({ ...namedOutputs(name, inputs.tags), pushed: 'false' })

  const ready = inputs.push ? await preparePush(inputs, world) : await prepareBuild(inputs, world)
  const repositoryUri = ready.target?.repository.uri ?? (host === null ? name : `${host}/${name}`)
  const uris = inputs.tags.map((tag) => `${repositoryUri}:${tag}`)

  const building = world.clock()
  const caches = await planCache(inputs, ready.target?.repository ?? null, world)
  const request = { ...inputs.build, ...caches, references: uris, push: inputs.push }
  const built = await world.docker.build(ready.engine, request)
  const buildSeconds = (world.clock() - building) / 1000
  world.setOutputs({ imageid: built.imageId, metadata: JSON.stringify(built.metadata) })

  let held: HeldImage | null = null
  if (ready.target !== null) {
    held = await readBack(ready.target, inputs.tags, built.digest)
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
    if (call !== null) world.log(`Nothing was built: ${call} only asks the Dockerfile (call)`)
    else for (const uri of uris) world.log(`Built ${uri}, not pushed (push: false)`)
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
}

interface Target {
  readonly ecr: Ecr
  readonly repository: Repository
  readonly created: boolean
}

interface Ready {
  readonly engine: Engine
  /** Null where nothing is to be pushed. */
  readonly target: Target | null
}

async function prepareBuild(inputs: Inputs, world: World): Promise<Ready> {
  return { engine: await world.docker.inspect(inputs.build, { push: false }), target: null }
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
async function preparePush(inputs: Inputs, world: World): Promise<Ready> {
  const ecr = await world.connectEcr(inputs.repository)
  const [engine, target] = await together([
    world.docker.inspect(inputs.build, { push: true }),
    ensureRepository(ecr, inputs, world),
    ecr.authorize().then(async (login) => {
      world.setOutputs({ registry: login.host })
      await world.docker.login(login, { keep: inputs.keepLogin })
      world.log(`Logged in to ${login.host}${inputs.keepLogin ? ', for the later steps too' : ''}`)
    }),
  ])
  return { engine, target }
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
  if (!created) await refuseTakenTags(ecr, repository, inputs.tags)
  return { ecr, repository, created }
}

/** @throws ActionError for tags that ECR would refuse only after a whole build, and without a reason docker passes on */
async function refuseTakenTags(ecr: Ecr, repository: Repository, tags: readonly string[]): Promise<void> {
  const immutable = tags.filter((tag) => isImmutable(repository.mutability, tag))
  if (immutable.length === 0) return
  const taken = await ecr.findImages(repository, immutable)
  if (taken.size === 0) return
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
  const [first, ...others] = [...new Map(known.map((failure) => [failure.remedy, failure])).values()]
  if (others.length === 0) return first
  const text = [first, ...others]
    .map((failure) => `${failure?.message}\nWhat to do: ${failure?.remedy}`)
    .join('\n')
  return new ActionError(text, '', { cause: first })
}
