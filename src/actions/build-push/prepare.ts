import { expectAfter } from '../../after-push/expect.ts'
import type { After } from '../../after-push/index.ts'
import {
  type Destination,
  prepare,
  prepared,
  prepareOthers,
  refuseTwins,
} from '../../delivery/destination.ts'
import { imageThere } from '../../delivery/ensure-repository.ts'
import type { Engine } from '../../docker/port.ts'
import type { HeldImage } from '../../ecr/types.ts'
import type { Inputs } from '../../inputs/index.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import { metadataOutputs, repositoryOutputs } from '../../report/outputs.ts'
import { together } from '../../shared/together.ts'
import type { World } from '../../world.ts'

/** Everything is there that a build needs. */
export interface Ready {
  readonly engine: Engine
  readonly image: ImageMetadata
  /** The first is that of `repository`; none where nothing is to be pushed. */
  readonly destinations: readonly Destination[]
  /** Null where nothing follows the push, or nothing is known of it before the repository is there. */
  readonly after: After | null
}

/** Nothing is to be built: the image is there. */
export interface There {
  readonly there: HeldImage
  readonly image: ImageMetadata
  readonly destinations: readonly [Destination, ...Destination[]]
}

export async function prepareBuild(inputs: Inputs, image: ImageMetadata, world: World): Promise<Ready> {
  return { engine: await inspect(inputs, world), image, destinations: [], after: null }
}

function inspect({ build, metadata, push, pushByDigest }: Inputs, world: World): Promise<Engine> {
  return world.docker.inspect(build, {
    push,
    byDigest: pushByDigest,
    annotations: metadata.annotations,
  })
}

/**
 * All that can be known and done before the build, in as few rounds as the calls depend on each other: the
 * engine, the repositories and the tokens side by side, and the login as soon as there is a token. With
 * `if-image-exists: skip` docker waits for the answer to whether it is needed at all.
 * @param wanted the image as the inputs name it; what comes back has the tags that the repository can take
 */
export async function preparePush(
  inputs: Inputs,
  wanted: ImageMetadata,
  world: World,
): Promise<Ready | There> {
  const { name } = inputs.repository
  const ecr = await world.connectEcr(inputs)
  const preparing = prepare(ecr, inputs, wanted, world)
  const first = prepared(ecr, name, preparing)
  const ensured = preparing.ensured.then((found) => {
    const { repository, created, image } = found
    if (repository !== null) world.setOutputs(repositoryOutputs(repository, created))
    if (image !== wanted) world.setOutputs(metadataOutputs(name, image))
    return found
  })
  const others = prepareOthers(inputs, wanted, world.connectEcr, world)
  if (inputs.ifImageExists === 'skip') {
    const [destination, more, { image }] = await together([first, others, ensured])
    const there = imageThere(destination.images, destination.tags)
    if (there !== null) return { there, image, destinations: [destination, ...more] }
  }
  const [engine, destination, more, { image }, after] = await together([
    inspect(inputs, world),
    first,
    others,
    ensured,
    ensured.then(({ repository }) => expectAfter(ecr, repository, inputs, world)),
    warm(first, inputs.registries.length > 0 ? 4 : 2, world),
    others.then((known) => together(known.map((other) => warm(other, 4, world)))),
    preparing.session.then(async (session) => {
      world.setOutputs({ registry: session.host })
      const { keepLogin: keep, build } = inputs
      await world.docker.login(session, { keep, secrets: build.secrets, log: world.log })
      world.log(`Logged in to ${session.host}${inputs.keepLogin ? ', for the later steps too' : ''}`)
    }),
  ])
  if (destination.repository === null) world.setOutputs({ 'repository-uri': destination.uri })
  const destinations = [destination, ...more]
  refuseTwins(destinations)
  return { engine, image, destinations, after }
}

/** Connections for what follows the push, opened while docker is asked and logs in. */
async function warm(
  destination: Destination | Promise<Destination>,
  connections: number,
  world: World,
): Promise<void> {
  const { session } = await destination
  await (await world.openRegistry(session)).warm(connections)
}
