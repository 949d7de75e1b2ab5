import type { After, Verdict } from './after/index.ts'
import { describeThere } from './already-there.ts'
import type { Docker, Engine } from './docker/port.ts'
import type { Ecr, HeldImage, Repository } from './ecr/port.ts'
import { ActionError } from './errors.ts'
import type { Inputs } from './inputs.ts'
import { imageOutputs, namedOutputs, repositoryOutputs, type SetOutputs } from './report/outputs.ts'
import type { SummaryFacts } from './report/summary.ts'
import { type Ensured, ensureRepository, imageThere } from './repository.ts'
import { together } from './together.ts'

/** Everything outside of this process that a run touches. */
export interface World {
  /** Called for a push only: without one there is no AWS. */
  readonly connectEcr: (inputs: Pick<Inputs, 'repository' | 'role'>) => Promise<Ecr>
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
  const repositoryUri = ready.target?.uri ?? (host === null ? name : `${host}/${name}`)
  const uris = inputs.tags.map((tag) => `${repositoryUri}:${tag}`)

  const building = world.clock()
  const request = { ...inputs.build, references: uris, push: inputs.push }
  const built = await world.docker.build(ready.engine, request)
  const buildSeconds = (world.clock() - building) / 1000
  world.setOutputs({ imageid: built.imageId, metadata: JSON.stringify(built.metadata) })

  let held: HeldImage | null = null
  let verdict: Verdict | null = null
  if (ready.target !== null) {
    held = await readBack(ready.target, name, inputs.tags, built.digest)
    world.setOutputs({ ...imageOutputs(repositoryUri, inputs.tags, held.digest), pushed: 'true' })
    for (const uri of uris) world.log(`Pushed ${uri}`)
    world.log(`Digest ${repositoryUri}@${held.digest}`)
    verdict = await verify(ready.target, held, inputs, world)
  } else {
    for (const uri of uris) world.log(`Built ${uri}, not pushed (push: false)`)
  }

  if (inputs.summary)
    await world.summarize({
      name,
      outcome: inputs.push ? 'pushed' : 'built',
      uris,
      digestUri: held === null ? null : `${repositoryUri}@${held.digest}`,
      imageId: built.imageId,
      sizeInBytes: held?.sizeInBytes ?? null,
      repositoryCreated: ready.target !== null && ready.target.created !== 'no',
      engine: describeEngine(ready.engine),
      seconds: { build: buildSeconds, total: (world.clock() - started) / 1000 },
      sections: verdict?.sections ?? [],
    })
  if (verdict?.failure) throw verdict.failure
}

interface Target {
  readonly ecr: Ecr
  readonly uri: string
  /** `on push`: by ECR itself, when the image arrives. */
  readonly created: 'yes' | 'no' | 'on push'
  /** Null where nothing follows the push, or nothing is known of it before the repository is there. */
  readonly after: After | null
}

interface Ready {
  readonly engine: Engine
  /** Null where nothing is to be pushed. */
  readonly target: Target | null
}

/** Nothing is to be built: the image is there. */
interface There {
  readonly there: HeldImage
  readonly ecr: Ecr
  readonly repository: Repository
}

async function prepareBuild(world: World): Promise<Ready> {
  return { engine: await world.docker.inspect(), target: null }
}

/**
 * All that can be known and done before the build, in as few rounds as the calls depend on each other: the
 * engine, the repository and the token side by side, and the login as soon as there is a token. With
 * `if-image-exists: skip` docker waits for the answer to whether it is needed at all.
 */
async function preparePush(inputs: Inputs, world: World): Promise<Ready | There> {
  const ecr = await world.connectEcr(inputs)
  const ensuring = ensureRepository(ecr, inputs, world).then((ensured) => {
    const { repository, created } = ensured
    if (repository !== null) world.setOutputs(repositoryOutputs(repository, created))
    return ensured
  })
  const authorizing = ecr.authorize()
  if (inputs.ifImageExists === 'skip') {
    const [{ repository, images }] = await together([ensuring, authorizing])
    const there = imageThere(images, inputs.tags)
    if (there !== null && repository !== null) return { there, ecr, repository }
  }
  const [engine, { repository, created }, after, login] = await together([
    world.docker.inspect(),
    ensuring,
    ensuring.then(({ repository }) => expectAfter(ecr, repository, inputs, world)),
    authorizing.then(async (token) => {
      const host = token.host ?? hostOf(await ensuring)
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
  return { engine, target: { ecr, uri, created: how, after } }
}

/** What follows the push is loaded only where it is asked for. */
async function expectAfter(
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
function hostOf({ repository }: Ensured): string {
  const host = repository?.uri.split('/')[0]
  if (host) return host
  throw new ActionError(
    'ECR named no host to log in to.',
    'check AWS_ENDPOINT_URL and proxies on the way to ECR.',
  )
}

/** The end of a run that has nothing to do: all outputs, from the image that is there. */
async function reportThere(ready: There, inputs: Inputs, world: World, started: number): Promise<void> {
  const { there, ecr, repository } = ready
  const uris = inputs.tags.map((tag) => `${repository.uri}:${tag}`)
  const known = await describeThere(ecr, repository, there, uris)
  world.setOutputs({
    registry: hostOf({ repository, created: false, images: new Map() }),
    ...imageOutputs(repository.uri, inputs.tags, there.digest),
    ...(known.imageId === null ? {} : { imageid: known.imageId }),
    metadata: JSON.stringify(known.metadata),
    pushed: 'false',
  })
  for (const uri of uris) world.log(`${uri} is there already`)
  world.log(`Digest ${repository.uri}@${there.digest}; nothing was built (if-image-exists: skip)`)
  // A gate that held the image back in an earlier run holds it back in this one too.
  const verdict = await (await expectAfter(ecr, repository, inputs, world))?.verify(there)
  if (inputs.summary)
    await world.summarize({
      name: repository.name,
      outcome: 'there',
      uris,
      digestUri: `${repository.uri}@${there.digest}`,
      imageId: known.imageId,
      sizeInBytes: there.sizeInBytes,
      repositoryCreated: false,
      engine: null,
      seconds: { build: 0, total: (world.clock() - started) / 1000 },
      sections: verdict?.sections ?? [],
    })
  if (verdict?.failure) throw verdict.failure
}

/** What follows the push; for a repository that ECR created on it, also what only ECR knew until now. */
async function verify(
  target: Target,
  held: HeldImage,
  inputs: Inputs,
  world: World,
): Promise<Verdict | null> {
  if (target.created !== 'on push') return (await target.after?.verify(held)) ?? null
  const repository = await target.ecr.findRepository(inputs.repository.name)
  if (repository === null) return null
  world.setOutputs(repositoryOutputs(repository, true))
  world.log(`ECR created the repository ${repository.uri} on the push`)
  try {
    const after = await expectAfter(target.ecr, repository, inputs, world)
    return (await after?.verify(held)) ?? null
  } catch (failure) {
    // Known so late, it fails the step after the summary, as all that comes after a push.
    return { sections: [], failure }
  }
}

/**
 * What ECR itself holds, after the push: the only digest that is worth an output.
 * @throws ActionError where a tag is not there, or names another image
 */
async function readBack(
  { ecr, uri }: Target,
  name: string,
  tags: readonly string[],
  built: string | null,
): Promise<HeldImage> {
  const images = await ecr.findImages({ name }, tags)
  const first = images.get(tags[0] as string)
  const expected = built ?? first?.digest
  const wrong = tags.filter((tag) => images.get(tag)?.digest !== expected)
  if (first !== undefined && wrong.length === 0) return first
  const found = wrong.map((tag) => `${tag} is ${images.get(tag)?.digest ?? 'absent'}`).join(', ')
  throw new ActionError(
    `After the push, ECR does not hold ${expected ?? 'the image'} under every tag of ${uri}: ${found}.`,
    'another job has pushed the same tag at the same time, or a lifecycle rule or a person has deleted it: use tags of one commit only, or let the jobs wait for each other (concurrency).',
  )
}

function describeEngine(engine: Engine): string {
  const buildx = engine.buildxVersion === null ? 'no buildx' : `buildx ${engine.buildxVersion}`
  return `Docker ${engine.serverVersion}, ${buildx}`
}
