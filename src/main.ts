import { describeThere } from './already-there.ts'
import { type Delivered, deliver } from './deliver.ts'
import { type Destination, prepare, prepared, prepareOthers, refuseTwins } from './destination.ts'
import type { Built, Docker, Engine } from './docker/port.ts'
import type { Ecr, HeldImage, RegistryLogin } from './ecr/port.ts'
import { ActionError } from './errors.ts'
import type { Inputs } from './inputs.ts'
import type { Registry } from './registry/client.ts'
import {
  imageOutputs,
  imageUris,
  namedOutputs,
  repositoryOutputs,
  type SetOutputs,
} from './report/outputs.ts'
import type { SummaryFacts } from './report/summary.ts'
import { imageThere } from './repository.ts'
import { together } from './together.ts'

/** Everything outside of this process that a run touches. */
export interface World {
  /** Called for a push only: without one there is no AWS. */
  readonly connectEcr: (inputs: Pick<Inputs, 'repository' | 'role'>) => Promise<Ecr>
  /** Speaks to a registry itself, without an engine. */
  readonly openRegistry: (login: RegistryLogin) => Promise<Registry>
  readonly docker: Docker
  readonly setOutputs: SetOutputs
  readonly summarize: (facts: SummaryFacts) => Promise<void>
  readonly log: (line: string) => void
  /** A line that also stands beside the run, where people see it who do not read the log. */
  readonly notice: (line: string) => void
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

  const ready = inputs.push ? await preparePush(inputs, world) : await prepareBuild(world)
  if ('there' in ready) return reportThere(ready, inputs, world, started)
  const [first] = ready.destinations
  const localUris = inputs.tags.map((tag) => `${host === null ? name : `${host}/${name}`}:${tag}`)

  const building = world.clock()
  // docker pushes one tag after the other, each as a push of its own: it gets one, and the rest costs a request each.
  const references = first === undefined ? localUris : [`${first.uri}:${inputs.tags[0]}`]
  const request = { ...inputs.build, references, push: inputs.push }
  const built = await world.docker.build(ready.engine, request)
  const buildSeconds = (world.clock() - building) / 1000
  world.setOutputs({ imageid: built.imageId, metadata: JSON.stringify(built.metadata) })

  const pushed =
    first === undefined ? null : await finishPush(built, first, ready.destinations, inputs, world)
  if (pushed === null) for (const uri of localUris) world.log(`Built ${uri}, not pushed (push: false)`)

  if (!inputs.summary) return
  await world.summarize({
    name,
    outcome: inputs.push ? 'pushed' : 'built',
    uris: pushed?.uris ?? localUris,
    digestUri: pushed === null ? null : `${first?.uri}@${pushed.held.digest}`,
    imageId: built.imageId,
    sizeInBytes: pushed?.held.sizeInBytes ?? null,
    repositoryCreated: first !== undefined && first.created !== 'no',
    engine: describeEngine(ready.engine),
    seconds: { build: buildSeconds, total: (world.clock() - started) / 1000 },
  })
}

interface Ready {
  readonly engine: Engine
  /** The first is that of `repository`; none where nothing is to be pushed. */
  readonly destinations: readonly Destination[]
}

/** Nothing is to be built: the image is there. */
interface There {
  readonly there: HeldImage
  readonly destinations: readonly [Destination, ...Destination[]]
}

async function prepareBuild(world: World): Promise<Ready> {
  return { engine: await world.docker.inspect(), destinations: [] }
}

/**
 * All that can be known and done before the build, in as few rounds as the calls depend on each other: the
 * engine, the repositories and the tokens side by side, and the login as soon as there is a token. With
 * `if-image-exists: skip` docker waits for the answer to whether it is needed at all.
 */
async function preparePush(inputs: Inputs, world: World): Promise<Ready | There> {
  const { name } = inputs.repository
  const ecr = await world.connectEcr(inputs)
  const preparing = prepare(ecr, inputs, world)
  const first = prepared(ecr, name, preparing)
  const named = preparing.ensured.then(({ repository, created }) => {
    if (repository !== null) world.setOutputs(repositoryOutputs(repository, created))
  })
  const others = prepareOthers(inputs, world.connectEcr, world)
  if (inputs.ifImageExists === 'skip') {
    const [destination, more] = await together([first, others, named])
    const there = imageThere(destination.images, inputs.tags)
    if (there !== null) return { there, destinations: [destination, ...more] }
  }
  const [engine, destination, more] = await together([
    world.docker.inspect(),
    first,
    others,
    named,
    preparing.login.then(async (login) => {
      world.setOutputs({ registry: login.host })
      await world.docker.login(login, { keep: inputs.keepLogin })
      world.log(`Logged in to ${login.host}${inputs.keepLogin ? ', for the later steps too' : ''}`)
    }),
  ])
  if (destination.repository === null) world.setOutputs({ 'repository-uri': destination.uri })
  const destinations = [destination, ...more]
  refuseTwins(destinations)
  return { engine, destinations }
}

/** Brings what docker pushed under all tags into all registries, and sets the outputs that ECR's answer allows. */
async function finishPush(
  built: Built,
  first: Destination,
  destinations: readonly Destination[],
  inputs: Inputs,
  world: World,
): Promise<{ held: HeldImage; uris: string[] }> {
  const { tags } = inputs
  const digest = built.digest ?? (await pushedDigest(first, tags[0] as string))
  const [pushed] = await together([
    deliver({ digest, source: first, pushed: tags.slice(0, 1) }, destinations, tags, world),
    reportPlatforms(first, digest, world),
  ])
  const result = reportDelivered(pushed, tags, world)
  if (first.created === 'on push') await reportCreated(first.ecr, first.name, world)
  if (pushed.failure !== null || result === null) throw pushed.failure
  return result
}

/** Sets outputs for what came where it should: they stay where another registry has failed. */
function reportDelivered(
  { outcomes }: Delivered,
  tags: readonly string[],
  world: World,
): { held: HeldImage; uris: string[] } | null {
  const [first] = outcomes
  if (first === undefined || !first.ok) return null
  const { digest } = first.value
  const repositories = outcomes.filter(({ ok }) => ok).map(({ item }) => item.uri)
  world.setOutputs({ ...imageOutputs(repositories, tags, digest), pushed: 'true' })
  const uris = repositories.flatMap((uri) => imageUris(uri, tags, digest))
  for (const uri of uris) world.log(`Pushed ${uri}`)
  world.log(`Digest ${first.item.uri}@${digest}`)
  return { held: first.value, uris }
}

/** For an engine that does not tell what it pushed. */
async function pushedDigest({ ecr, name, uri }: Destination, tag: string): Promise<string> {
  const held = (await ecr.findImages({ name }, [tag])).get(tag)
  if (held !== undefined) return held.digest
  throw new ActionError(`After the push, ${uri} has no image under ${tag}.`, 'run the job again.')
}

/** The digests by platform are worth an output, and no failure: a role made for pushes may not read. */
async function reportPlatforms({ login, name }: Destination, digest: string, world: World): Promise<void> {
  try {
    const registry = await world.openRegistry(login)
    const { platformDigests, platformImages } = await import('./registry/platforms.ts')
    const images = await platformImages(registry, name, await registry.manifest(name, digest))
    world.setOutputs({ 'platform-digests': JSON.stringify(platformDigests(images)) })
  } catch (error) {
    world.log(`The output platform-digests stays empty: ${(error as Error).message}`)
  }
}

/**
 * The end of a run that has nothing to build: all outputs, from the image that is there. Registries that do not have
 * it yet get it.
 */
async function reportThere(ready: There, inputs: Inputs, world: World, started: number): Promise<void> {
  const { there, destinations } = ready
  const [first] = destinations
  const uris = destinations.flatMap(({ uri }) => imageUris(uri, inputs.tags, there.digest))
  const lacking = destinations.filter(
    ({ images }) => imageThere(images, inputs.tags)?.digest !== there.digest,
  )
  const [known, delivered] = await together([
    describeThere(first.ecr, first, there, imageUris(first.uri, inputs.tags, there.digest)),
    deliver({ digest: there.digest, source: first }, lacking, inputs.tags, world),
    reportPlatforms(first, there.digest, world),
  ])
  const failed = delivered.outcomes.filter(({ ok }) => !ok).map(({ item }) => item)
  const repositories = destinations
    .filter((destination) => !failed.includes(destination))
    .map(({ uri }) => uri)
  world.setOutputs({
    registry: first.login.host,
    ...imageOutputs(repositories, inputs.tags, there.digest),
    ...(known.imageId === null ? {} : { imageid: known.imageId }),
    metadata: JSON.stringify(known.metadata),
    pushed: String(lacking.length > failed.length),
  })
  if (delivered.failure !== null) throw delivered.failure
  for (const { uri } of destinations) {
    const verb = lacking.some((destination) => destination.uri === uri) ? 'has now' : 'has already'
    for (const name of imageUris(uri, inputs.tags, there.digest)) world.log(`ECR ${verb} ${name}`)
  }
  world.log(`Digest ${first.uri}@${there.digest}; nothing was built (if-image-exists: skip)`)
  if (!inputs.summary) return
  await world.summarize({
    name: first.name,
    outcome: 'there',
    uris,
    digestUri: `${first.uri}@${there.digest}`,
    imageId: known.imageId,
    sizeInBytes: there.sizeInBytes,
    repositoryCreated: false,
    engine: null,
    seconds: { build: 0, total: (world.clock() - started) / 1000 },
  })
}

/** What only ECR knew of a repository that it created on the push. */
async function reportCreated(ecr: Ecr, name: string, world: World): Promise<void> {
  const repository = await ecr.findRepository(name)
  if (repository === null) return
  world.setOutputs(repositoryOutputs(repository, true))
  world.log(`ECR created the repository ${repository.uri} on the push`)
}

function describeEngine(engine: Engine): string {
  const buildx = engine.buildxVersion === null ? 'no buildx' : `buildx ${engine.buildxVersion}`
  return `Docker ${engine.serverVersion}, ${buildx}`
}
