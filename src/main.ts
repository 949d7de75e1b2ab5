import type { After } from './after/index.ts'
import { type Destination, prepare, prepared, prepareOthers, refuseTwins } from './destination.ts'
import type { Docker, Engine } from './docker/port.ts'
import type { Ecr, HeldImage, RegistryLogin } from './ecr/port.ts'
import { expectAfter, finishPush } from './finish.ts'
import type { Inputs } from './inputs.ts'
import type { Registry } from './registry/client.ts'
import { namedOutputs, repositoryOutputs, type SetOutputs } from './report/outputs.ts'
import type { SummaryFacts } from './report/summary.ts'
import { imageThere } from './repository.ts'
import { reportThere } from './there.ts'
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
  readonly sleep: (milliseconds: number) => Promise<void>
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

  const pushed = first === undefined ? null : await finishPush(built, first, ready, inputs, world)
  if (pushed === null) for (const uri of localUris) world.log(`Built ${uri}, not pushed (push: false)`)

  if (inputs.summary)
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
      sections: pushed?.verdict?.sections ?? [],
    })
  if (pushed?.verdict?.failure) throw pushed.verdict.failure
}

export interface Ready {
  readonly engine: Engine
  /** The first is that of `repository`; none where nothing is to be pushed. */
  readonly destinations: readonly Destination[]
  /** Null where nothing follows the push, or nothing is known of it before the repository is there. */
  readonly after: After | null
}

/** Nothing is to be built: the image is there. */
export interface There {
  readonly there: HeldImage
  readonly destinations: readonly [Destination, ...Destination[]]
}

async function prepareBuild(world: World): Promise<Ready> {
  return { engine: await world.docker.inspect(), destinations: [], after: null }
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
  const [engine, destination, more, after] = await together([
    world.docker.inspect(),
    first,
    others,
    preparing.ensured.then(({ repository }) => expectAfter(ecr, repository, inputs, world)),
    named,
    warm(first, inputs.registries.length > 0 ? 4 : 2, world),
    others.then((prepared) => together(prepared.map((other) => warm(Promise.resolve(other), 4, world)))),
    preparing.login.then(async (login) => {
      world.setOutputs({ registry: login.host })
      await world.docker.login(login, { keep: inputs.keepLogin })
      world.log(`Logged in to ${login.host}${inputs.keepLogin ? ', for the later steps too' : ''}`)
    }),
  ])
  if (destination.repository === null) world.setOutputs({ 'repository-uri': destination.uri })
  const destinations = [destination, ...more]
  refuseTwins(destinations)
  return { engine, destinations, after }
}

/** Connections for what follows the push, opened while docker is asked and logs in. */
async function warm(destination: Promise<Destination>, connections: number, world: World): Promise<void> {
  await (await world.openRegistry((await destination).login)).warm(connections)
}

function describeEngine(engine: Engine): string {
  const buildx = engine.buildxVersion === null ? 'no buildx' : `buildx ${engine.buildxVersion}`
  return `Docker ${engine.serverVersion}, ${buildx}`
}
