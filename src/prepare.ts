import type { After } from './after/index.ts'
import type { Engine } from './docker/port.ts'
import type { Ecr, HeldImage, Repository } from './ecr/port.ts'
import { ActionError } from './errors.ts'
import type { Inputs } from './inputs.ts'
import type { World } from './main.ts'
import type { ImageMetadata } from './metadata/index.ts'
import { metadataOutputs, repositoryOutputs } from './report/outputs.ts'
import { ensureRepository, imageThere } from './repository.ts'
import { together } from './together.ts'

/** Where an image is pushed to. */
export interface Target {
  readonly ecr: Ecr
  readonly uri: string
  /** Null where ECR is to create it on the push. */
  readonly repository: Repository | null
  /** `on push`: by ECR itself, when the image arrives. */
  readonly created: 'yes' | 'no' | 'on push'
  /** Null where nothing follows the push, or nothing is known of it before the repository is there. */
  readonly after: After | null
}

/** Everything is there that a build needs. */
export interface Ready {
  readonly engine: Engine
  readonly image: ImageMetadata
  /** Null where nothing is to be pushed. */
  readonly target: Target | null
}

/** Nothing is to be built: the image is there. */
export interface There {
  readonly there: HeldImage
  readonly image: ImageMetadata
  readonly ecr: Ecr
  readonly repository: Repository
}

export async function prepareBuild(inputs: Inputs, image: ImageMetadata, world: World): Promise<Ready> {
  return { engine: await inspect(inputs, world), image, target: null }
}

function inspect({ build, metadata, push }: Inputs, world: World): Promise<Engine> {
  return world.docker.inspect(build, { push, annotations: metadata.annotations })
}

/**
 * All that can be known and done before the build, in as few rounds as the calls depend on each other: the
 * engine, the repository and the token side by side, and the login as soon as there is a token. With
 * `if-image-exists: skip` docker waits for the answer to whether it is needed at all.
 * @param wanted the image as the inputs name it; what comes back has the tags that the repository can take
 */
export async function preparePush(
  inputs: Inputs,
  wanted: ImageMetadata,
  world: World,
): Promise<Ready | There> {
  const ecr = await world.connectEcr(inputs)
  const ensuring = ensureRepository(ecr, inputs, wanted, world).then((ensured) => {
    const { repository, created, image } = ensured
    if (repository !== null) world.setOutputs(repositoryOutputs(repository, created))
    if (image !== wanted) world.setOutputs(metadataOutputs(inputs.repository.name, image))
    return ensured
  })
  const authorizing = ecr.authorize()
  if (inputs.ifImageExists === 'skip') {
    const [{ repository, image, images }] = await together([ensuring, authorizing])
    const there = imageThere(images, image.tags)
    if (there !== null && repository !== null) return { there, image, ecr, repository }
  }
  const [engine, { repository, created, image }, after, login] = await together([
    inspect(inputs, world),
    ensuring,
    ensuring.then(({ repository }) => expectAfter(ecr, repository, inputs, world)),
    authorizing.then(async (token) => {
      const host = token.host ?? hostOf((await ensuring).repository)
      const login = { ...token, host }
      world.setOutputs({ registry: host })
      await world.docker.login(login, { keep: inputs.keepLogin })
      world.log(`Logged in to ${host}${inputs.keepLogin ? ', for the later steps too' : ''}`)
      return login
    }),
  ])
  // A repository that ECR creates on the push has the URI that the registry's host makes of its name.
  const uri = repository?.uri ?? `${login.host}/${inputs.repository.name}`
  if (repository === null) world.setOutputs({ 'repository-uri': uri })
  const how = repository === null ? 'on push' : created ? 'yes' : 'no'
  return { engine, image, target: { ecr, uri, repository, created: how, after } }
}

/** What follows the push is loaded only where it is asked for. */
export async function expectAfter(
  ecr: Ecr,
  repository: Repository | null,
  { after }: Inputs,
  world: World,
): Promise<After | null> {
  if (repository === null || (after.failOnSeverity === null && !after.waitForReplication)) return null
  const { prepareAfter } = await import('./after/index.ts')
  return prepareAfter(after, ecr, repository, world)
}

/** Where the API names no host with the token, every repository is on the same one. */
export function hostOf(repository: Repository | null): string {
  const host = repository?.uri.split('/')[0]
  if (host) return host
  throw new ActionError(
    'ECR named no host to log in to.',
    'check AWS_ENDPOINT_URL and proxies on the way to ECR.',
  )
}
