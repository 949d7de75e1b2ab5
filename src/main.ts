import type { Verdict } from './after/index.ts'
import { describeThere } from './already-there.ts'
import { describe, type GitHub } from './describe.ts'
import type { Docker, Engine } from './docker/port.ts'
import type { Ecr, HeldImage } from './ecr/port.ts'
import { ActionError, InputError } from './errors.ts'
import type { BuildInputs, Inputs } from './inputs.ts'
import {
  expectAfter,
  hostOf,
  prepareBuild,
  preparePush,
  type Ready,
  type Target,
  type There,
} from './prepare.ts'
import {
  imageOutputs,
  jsonOutput,
  labelLines,
  metadataOutputs,
  type Outputs,
  repositoryOutputs,
  type SetOutputs,
} from './report/outputs.ts'
import type { SummaryFacts } from './report/summary.ts'

/** Everything outside of this process that a run touches. */
export interface World {
  /** Called for a push only: without one there is no AWS. */
  readonly connectEcr: (inputs: Pick<Inputs, 'repository' | 'role'>) => Promise<Ecr>
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
  readonly sleep: (milliseconds: number) => Promise<void>
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
  const { name } = inputs.repository
  let image = await describe(inputs.metadata, world.github)
  try {
    for (const warning of image.warnings) world.warn(warning)
    if (inputs.push && image.tags.length === 0) throw noTags()
    world.setOutputs({ ...metadataOutputs(name, image), pushed: 'false' })

    const ready = inputs.push
      ? await preparePush(inputs, image, world)
      : await prepareBuild(inputs, image, world)
    image = ready.image
    const result =
      'there' in ready ? await tellThere(ready, inputs, world) : await build(ready, inputs, world)
    // What is asked of the Dockerfile makes no image to tell of.
    if (inputs.summary && inputs.build.call === null) {
      const { verdict, ...facts } = result
      const total = (world.clock() - started) / 1000
      const sections = verdict?.sections ?? []
      await world.summarize({ ...facts, name, sections, seconds: { build: facts.seconds, total } })
    }
    if (result.verdict?.failure) throw result.verdict.failure
  } finally {
    outer.setOutputs({ json: jsonOutput(outputs, image) })
  }
}

function noTags(): InputError {
  const message =
    'no rule gives a tag for this event, and an image cannot be pushed without one; add one that always does, such as type=sha'
  return new InputError([{ input: 'tags', value: '', message }])
}

/** What a run came to. */
interface Result extends Omit<SummaryFacts, 'name' | 'sections' | 'seconds'> {
  /** Of the build and the push. */
  readonly seconds: number
  /** Null where nothing was asked for that follows a push. */
  readonly verdict: Verdict | null
}

async function build({ engine, image, target }: Ready, inputs: Inputs, world: World): Promise<Result> {
  const { name, host } = inputs.repository
  const repositoryUri = target?.uri ?? (host === null ? name : `${host}/${name}`)
  const uris = image.tags.map((tag) => `${repositoryUri}:${tag}`)

  const building = world.clock()
  const caches = await planCache(inputs, target, world)
  const built = await world.docker.build(engine, {
    ...inputs.build,
    ...caches,
    // docker/build-push-action has annotations only where it is given them; so do we.
    annotations: inputs.metadata.annotations.length === 0 ? [] : image.annotations,
    labels: labelLines(image.labels),
    references: uris,
    push: inputs.push,
  })
  const seconds = (world.clock() - building) / 1000
  world.setOutputs({ imageid: built.imageId, metadata: JSON.stringify(built.metadata) })
  const common = { uris, imageId: built.imageId, engine: describeEngine(engine), seconds }

  if (target === null) {
    const { call } = inputs.build
    world.log(
      call === null
        ? `Built ${uris.join(', ') || built.imageId}, not pushed (push: false)`
        : `Nothing was built: ${call} only asks the Dockerfile (call)`,
    )
    const nothing = { digestUri: null, sizeInBytes: null, repositoryCreated: false, verdict: null }
    return { ...common, ...nothing, outcome: 'built' }
  }
  const held = await readBack(target, name, image.tags, built.digest)
  world.setOutputs({ ...imageOutputs(repositoryUri, image.tags, held.digest), pushed: 'true' })
  for (const uri of uris) world.log(`Pushed ${uri}`)
  world.log(`Digest ${repositoryUri}@${held.digest}`)
  return {
    ...common,
    outcome: 'pushed',
    digestUri: `${repositoryUri}@${held.digest}`,
    sizeInBytes: held.sizeInBytes,
    repositoryCreated: target.created !== 'no',
    verdict: await verify(target, held, inputs, world),
  }
}

/** Turns a preset into caches in the repository that is now known. */
async function planCache(
  { build, repository: { name } }: Inputs,
  target: Target | null,
  world: World,
): Promise<Partial<Pick<BuildInputs, 'cacheFrom' | 'cacheTo'>>> {
  if (build.cache === null) return {}
  const { presetCache } = await import('./docker/cache.ts')
  // What ECR creates on the push takes moving tags, unless its template says otherwise.
  const unborn = target && { uri: target.uri, mutability: { mode: 'MUTABLE' as const, exclusions: [] } }
  const { warnings, ...caches } = presetCache(build.cache, name, target?.repository ?? unborn)
  for (const warning of warnings) world.warn(warning)
  return caches
}

/** The end of a run that has nothing to do: all outputs, from the image that is there. */
async function tellThere(ready: There, inputs: Inputs, world: World): Promise<Result> {
  const { there, image, ecr, repository } = ready
  const uris = image.tags.map((tag) => `${repository.uri}:${tag}`)
  const known = await describeThere(ecr, repository, there, uris)
  const digestUri = `${repository.uri}@${there.digest}`
  world.setOutputs({
    registry: hostOf(repository),
    ...imageOutputs(repository.uri, image.tags, there.digest),
    ...(known.imageId === null ? {} : { imageid: known.imageId }),
    metadata: JSON.stringify(known.metadata),
    pushed: 'false',
  })
  for (const uri of uris) world.log(`${uri} is there already`)
  world.log(`Digest ${digestUri}; nothing was built (if-image-exists: skip)`)
  // A gate that held the image back in an earlier run holds it back in this one too.
  const after = await expectAfter(ecr, repository, inputs, world)
  return {
    outcome: 'there',
    uris,
    digestUri,
    imageId: known.imageId,
    sizeInBytes: there.sizeInBytes,
    repositoryCreated: false,
    engine: null,
    seconds: 0,
    verdict: (await after?.verify(there)) ?? null,
  }
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
