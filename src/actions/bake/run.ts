import { BakeFailed } from '../../docker/bake/failure.ts'
import { gitAddress } from '../../docker/bake/remote.ts'
import type { BakeInputs } from '../../inputs/bake.ts'
import { loadYaml } from '../../inputs/yaml.ts'
import { fanOut } from '../../shared/fanout.ts'
import { describeEngine } from '../build-push/build.ts'
import { finish } from '../finish.ts'
import { withRolesReady } from '../roles.ts'
import { prepared } from '../stages.ts'
import type { Work } from '../work.ts'
import type { BakeWorld } from './bake-world.ts'
import { type Baked, bakeAll, workOf } from './build.ts'
import { combineByTarget, type TargetFailure } from './by-target.ts'
import { checkComposeFiles } from './compose-files.ts'
import { sharedConnections } from './connections.ts'
import { putContentTag, withContentTags } from './content.ts'
import { type BakeProgress, runBakeAction } from './frame.ts'
import { matrixOf } from './matrix.ts'
import { prepareTargets, type ReadyToBake, TARGETS_AT_ONCE } from './prepare.ts'
import { inputsOfAll } from './requests.ts'
import type { TargetWork } from './target.ts'
import { wantedTargets } from './targets.ts'

/**
 * Builds every target of a bake definition at once, each to an image in its repository.
 * @throws ActionError with what failed, of which target, and what to do
 */
export async function bake(inputs: BakeInputs, outer: BakeWorld): Promise<void> {
  await runBakeAction(inputs, outer, async (given, progress) => {
    const world = { ...given, connectEcr: sharedConnections(given.connectEcr, given.clock) }
    const source = inputs.definition
    const platform = builderPlatform(inputs, world)
    await checkComposeFiles(source, process.cwd(), loadYaml)
    const plan = await world.docker.readBake(source)
    if (plan.remote !== undefined) world.log(`The definition is that of ${gitAddress(plan.remote)}`)
    if (inputs.matrix) {
      const jobs = matrixOf(plan)
      world.setOutputs({ matrix: JSON.stringify(jobs) })
      const told = jobs.include.map(({ target, platform }) => `${target} (${platform})`)
      world.log(`Nothing is built (matrix: true); the jobs are ${told.join(', ')}`)
      progress.jobs = told
      return
    }
    const { works: named, others } = await wantedTargets(plan, inputs, world)
    const tagged = inputs.contentTag ? await withContentTags(named, plan, platform, world) : named
    progress.works = await withRoles(tagged, world)
    progress.files = others.map(({ name }) => name)
    if (inputs.dryRun) {
      const { planBake } = await import('../dry-run/bake.ts')
      progress.planned = await planBake(progress.works, others, source, world)
      return
    }
    const ready = await prepareTargets(progress.works, source, others.length > 0, world)
    for (const { work } of ready.skipped) work.state = 'skipped'
    world.log(prepared(progress.seconds(), describeReady(ready)))
    if (ready.engine !== null) readAhead(ready)
    const baked =
      ready.engine === null
        ? null
        : await bakeAll(
            { ...inputs, source, plan, engine: ready.engine, ready: ready.ready, others },
            world,
          ).catch((error: unknown) => noteOthers(error, ready))
    if (baked !== null) {
      progress.built = baked
      for (const { work } of ready.ready) work.state = 'built'
      world.setOutputs({ metadata: metadataOf(baked) })
    }
    await finishAll(ready, baked, progress, world)
  })
}

/** Asks the builder while the definition is read: content tags may need to know, and so does what checks the builder. */
function builderPlatform(
  { matrix, definition: { builder, remote } }: BakeInputs,
  { docker }: Pick<BakeWorld, 'docker'>,
): () => Promise<string | null> {
  if (matrix || remote !== null) return () => docker.platformOf(builder)
  const asked = docker.platformOf(builder)
  // What fails is told by who asks for the answer.
  asked.catch(() => undefined)
  return () => asked
}

/** Session policies that are to be minimal allow what all targets need, and are written once. */
async function withRoles(works: readonly TargetWork[], world: BakeWorld): Promise<readonly TargetWork[]> {
  const [first] = works
  if (first === undefined) return works
  const { inputs } = first
  const ready = await withRolesReady(
    inputs,
    async ({ usesOfBuildPush }, home) => {
      const { usesOfBuilding } = await import('../build-push/pull-uses.ts')
      const uses = works.map(async (work) => [
        ...usesOfBuildPush(work.inputs, home),
        ...(await Promise.all(inputsOfAll(work).map((one) => usesOfBuilding(one, home)))).flat(),
      ])
      return (await Promise.all(uses)).flat()
    },
    world,
  )
  if (ready === inputs) return works
  const { role, registries, pullRegistries } = ready
  return works.map((work) => ({ ...work, inputs: { ...work.inputs, role, registries, pullRegistries } }))
}

function describeReady({ engine, ready, skipped }: ReadyToBake): (string | null)[] {
  const names = (works: readonly { readonly work: TargetWork }[]) =>
    works.map(({ work }) => work.name).join(', ')
  const unchanged = skipped.filter((one) => one.unchanged)
  const exist = skipped.filter((one) => !one.unchanged)
  return [
    engine === null ? 'nothing is built' : describeEngine(engine),
    ready.length === 0 ? null : `to build: ${names(ready)}`,
    exist.length === 0 ? null : `exist already (if-image-exists: skip): ${names(exist)}`,
    unchanged.length === 0 ? null : `unchanged (content-tag): ${names(unchanged)}`,
  ]
}

/** Reads what is known to be needed while docker builds; what fails is told by who needs it. */
function readAhead({ skipped }: ReadyToBake): void {
  for (const { existing } of skipped) {
    const { manifest, config } = existing.origin
    const reading = manifest?.().then(({ content }) => content.config && config?.(content.config))
    reading?.catch(() => undefined)
  }
}

/** What the others had pushed by then stays, and is told. */
function noteOthers(error: unknown, { ready }: ReadyToBake): never {
  if (!(error instanceof BakeFailed)) throw error
  for (const { work, destinations } of ready) {
    const digest = error.pushed.get(work.name)
    if (digest !== undefined) work.pushed.arrived(destinations[0].uri, digest, true)
  }
  throw error.failure
}

/** Images that docker has left on the disk are pushed from there, with all their layers: fewer at the same time. */
const finishedAtOnce = ({ images }: Baked) =>
  [...images.values()].some(({ layout }) => layout !== null) ? LAYOUTS_AT_ONCE : TARGETS_AT_ONCE

const LAYOUTS_AT_ONCE = 8

/** @param apart of those that are in ECR in another form than docker made them */
const metadataOf = ({ images }: Baked, apart: ReadonlyMap<string, object> = new Map()) =>
  JSON.stringify(
    Object.fromEntries([...images].map(([name, { metadata }]) => [name, apart.get(name) ?? metadata])),
  )

/** Names each image, and does what follows its push; a failure of one stops no other. */
async function finishAll(
  { engine, ready, skipped }: ReadyToBake,
  baked: Baked | null,
  progress: BakeProgress,
  world: Pick<BakeWorld, 'setOutputs'>,
): Promise<void> {
  const others = new Map<string, object>()
  const apart = (name: string, metadata: object) => {
    others.set(name, metadata)
    if (baked !== null) world.setOutputs({ metadata: metadataOf(baked, others) })
  }
  // What was built has more before it, and so goes first.
  const all: { readonly work: TargetWork; readonly make: () => Promise<Work> }[] = [
    ...(baked === null || engine === null
      ? []
      : ready.map((one) => ({ work: one.work, make: () => workOf(one, baked, engine, apart) }))),
    ...skipped.map(({ work, existing }) => ({ work, make: async () => existing })),
  ]
  const ended = await fanOut(
    all,
    baked === null ? TARGETS_AT_ONCE : finishedAtOnce(baked),
    async ({ work, make }) => {
      const made = await make()
      const result = await finish(made, work.inputs, work.world)
      work.result = result
      if (result.verdict?.failure) throw result.verdict.failure
      // What exists under its other tags may be of another content.
      if (work.state === 'built') await putContentTag(work, made)
    },
  )
  for (const one of ended) if (!one.ok) one.item.work.failure = one.error
  const failures = progress.works.flatMap(({ name, failure }): TargetFailure[] =>
    failure === null ? [] : [{ name, error: failure }],
  )
  if (failures.length > 0) throw combineByTarget(failures, all.length)
}
