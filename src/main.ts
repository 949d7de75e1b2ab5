import type { Verdict } from './after/index.ts'
import { describe, type GitHub } from './describe.ts'
import type { Destination } from './destination.ts'
import type { Docker, Engine, LoginRenewal } from './docker/port.ts'
import type { Ecr, RegistryLogin } from './ecr/port.ts'
import { ending } from './ending.ts'
import { InputError } from './errors.ts'
import { finishPush } from './finish.ts'
import type { BuildInputs, Inputs } from './inputs.ts'
import { prepareBuild, preparePush, type Ready } from './prepare.ts'
import type { Registry } from './registry/client.ts'
import {
  type Holder,
  jsonOutput,
  labelLines,
  metadataOutputs,
  type Outputs,
  type SetOutputs,
} from './report/outputs.ts'
import type { SummaryFacts } from './report/summary.ts'
import { tellThere } from './there.ts'

/** Everything outside of this process that a run touches. */
export interface World {
  /** Called for a push only: without one there is no AWS. */
  readonly connectEcr: (inputs: Pick<Inputs, 'repository' | 'role'>) => Promise<Ecr>
  /** Speaks to a registry itself, without an engine. */
  readonly openRegistry: (login: RegistryLogin) => Promise<Registry>
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
  const described = await describe(inputs.metadata, world.github)
  // What is pushed by its digest has no tags, and all warnings are about them.
  let image = inputs.pushByDigest ? { ...described, tags: [], warnings: [] } : described
  const work = async () => {
    for (const warning of image.warnings) world.warn(warning)
    if (inputs.push && !inputs.pushByDigest && image.tags.length === 0) throw noTags()
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
  }
  try {
    await ending.before(work())
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
export interface Result extends Omit<SummaryFacts, 'name' | 'sections' | 'seconds'> {
  /** Of the build and the push. */
  readonly seconds: number
  /** Null where nothing was asked for that follows a push. */
  readonly verdict: Verdict | null
}

async function build(ready: Ready, inputs: Inputs, world: World): Promise<Result> {
  const { engine, image, destinations } = ready
  const [first] = destinations
  const { name, host } = inputs.repository
  const local = { uri: host === null ? name : `${host}/${name}`, tags: image.tags }

  const building = world.clock()
  const caches = await planCache(inputs, first ?? null, world)
  const request = {
    ...inputs.build,
    ...caches,
    // docker/build-push-action has annotations only where it is given them; so do we.
    annotations: inputs.metadata.annotations.length === 0 ? [] : image.annotations,
    labels: labelLines(image.labels),
    // docker pushes one tag after the other, each as a push of its own: it gets one, and the rest costs a request each.
    references:
      first === undefined ? tagUris(local) : inputs.pushByDigest ? [first.uri] : tagUris(first).slice(0, 1),
    push: inputs.push,
    byDigest: inputs.pushByDigest,
  }
  const built = await world.docker.build(engine, request, {
    log: world.log,
    renewal: first === undefined ? null : renewalOf(first, inputs, world),
  })
  const seconds = (world.clock() - building) / 1000
  world.setOutputs({ imageid: built.imageId, metadata: JSON.stringify(built.metadata) })
  const common = { imageId: built.imageId, engine: describeEngine(engine), seconds }

  if (first === undefined) {
    const uris = tagUris(local)
    const { call } = inputs.build
    world.log(
      call === null
        ? `Built ${uris.join(', ') || built.imageId}, not pushed (push: false)`
        : `Nothing was built: ${call} only asks the Dockerfile (call)`,
    )
    const nothing = { digestUri: null, sizeInBytes: null, repositoryCreated: false, verdict: null }
    return { ...common, ...nothing, uris, outcome: 'built' }
  }
  const { held, uris, verdict } = await finishPush(built, first, ready, inputs, world)
  return {
    ...common,
    outcome: 'pushed',
    uris,
    digestUri: `${first.uri}@${held.digest}`,
    sizeInBytes: held.sizeInBytes,
    repositoryCreated: first.created !== 'no',
    verdict,
  }
}

/** Docker's login, kept up with the token: a build may take longer than it lives. */
function renewalOf(
  { login: { tokens } }: Destination,
  { keepLogin: keep, build: { secrets } }: Inputs,
  world: World,
): LoginRenewal {
  let used = tokens.login
  const follow = async (): Promise<boolean> => {
    if (tokens.login.password === used.password) return false
    used = tokens.login
    await world.docker.login(used, { keep, secrets, log: world.log })
    return true
  }
  return {
    async refresh() {
      await tokens.current()
      await follow()
    },
    async renew() {
      // docker's own words do not tell an expired token from a missing permission; the registry's do, and on that
      // the token is renewed.
      await (await world.openRegistry(used)).warm(1)
      return follow()
    },
  }
}

/** Turns a preset into caches in the repository that is now known. */
async function planCache(
  { build, repository: { name } }: Inputs,
  target: Destination | null,
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

const tagUris = ({ uri, tags }: Holder) => tags.map((tag) => `${uri}:${tag}`)

function describeEngine(engine: Engine): string {
  const buildx = engine.buildxVersion === null ? 'no buildx' : `buildx ${engine.buildxVersion}`
  return `Docker ${engine.serverVersion}, ${buildx}`
}
