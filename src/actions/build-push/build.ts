import type { Destination } from '../../delivery/destination.ts'
import { immutableTags } from '../../delivery/existing-images.ts'
import type { Recording } from '../../delivery/push-record.ts'
import { whoNames } from '../../docker/naming.ts'
import type { BuildHelp, BuildRequest, Built, Engine } from '../../docker/port.ts'
import { leavesImage } from '../../docker/syntax/exporters.ts'
import { namesAfterScan } from '../../inputs/after-push.ts'
import type { BuildInputs, Inputs } from '../../inputs/index.ts'
import { isSbomApart } from '../../inputs/sbom-apart.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import { type Holder, labelLines } from '../../report/outputs.ts'
import type { World } from '../../world.ts'
import { builtAndPushed, builtOnly } from '../stages.ts'
import type { Answered, Result } from '../step.ts'
import type { Work } from '../work.ts'
import { heldIn, renewalOf } from './build-help.ts'
import type { PushedApart } from './layout.ts'
import type { ReadyToBuild, ReadyToBuildLocally } from './prepare.ts'
import { notePushed, pushedImage } from './pushed-by-docker.ts'
import { sourceDateOf } from './values.ts'

/** What of the inputs a build uses, with a push or without. */
type BuildingInputs = Pick<
  Inputs,
  'build' | 'metadata' | 'repository' | 'push' | 'pushByDigest' | 'attest' | 'after'
>
type BuildingWorld = Pick<World, 'docker' | 'setOutputs' | 'clock' | 'log' | 'debug' | 'warn'>

/** Builds the image and pushes it to the first destination. */
export async function build(
  ready: ReadyToBuild,
  inputs: BuildingInputs & Pick<Inputs, 'keepLogin' | 'ifImageExists'>,
  world: BuildingWorld & Pick<World, 'openRegistry'> & Recording,
): Promise<Work> {
  const { engine, image, destinations, after, attester, pulls } = ready
  const [first] = destinations
  const sbomApart = isSbomApart(inputs)
  const beforeTags = namesAfterScan(inputs.after)
  const naming = whoNames({ ...inputs, beforeTags, sbomApart }, engine.capabilities)
  // docker pushes one tag after the other, each as a push of its own: it gets one, and the rest costs a request each.
  const pushedTags = naming === 'docker' ? first.tags.slice(0, 1) : []
  const references = naming === 'docker' ? tagUris({ uri: first.uri, tags: pushedTags }) : [first.uri]
  world.debug(
    `The image leaves the builder by '${naming}', as ${references.join(', ')}; ${abilitiesOf(engine.capabilities)}`,
  )
  world.pushed.expect(destinations, ready.before)
  const help = {
    renewal: renewalOf(first, inputs, pulls, world),
    held: heldIn(first, world),
    pushing: () => world.pushed.begun(first.uri, pushedTags),
  }
  const {
    built,
    from,
    to: builtAt,
  } = await runBuild(engine, inputs, world, help, {
    ...(await planCache(inputs, first, world)),
    ...labelsOf(image, inputs),
    sourceDate: sourceDateOf(image, inputs.build),
    pullAttempts: pulls.attempts,
    naming,
    references,
  }).catch((error) => notePushed(error, first, pushedTags, world))
  world.pushed.put(first.uri, pushedTags)
  const whole = await pushedImage(built, { engine, first, pushedTags, isSigned: attester !== null }, world)
  if (!built.layout) {
    world.pushed.arrived(first.uri, whole, true)
    // Not only at the end: whatever happens to the step from now on, they are true.
    world.setOutputs(world.pushed.outputs())
  }
  const pushed = await pushLeft(built, whole, { inputs, sbomApart, first }, world)
  const { digest } = pushed
  // The push of a layout is a part of it.
  const to = world.clock()
  const push = {
    inExport: !built.layout && engine.buildxVersion !== null,
    seconds: built.layout ? (to - builtAt) / 1000 : null,
  }
  world.log(builtAndPushed((to - from) / 1000, built.steps ?? [], push))
  return {
    origin: { digest, source: first, fresh: true, pushedTags, referrers: false },
    destinations,
    image,
    after,
    verified: null,
    attester,
    sboms: pushed.sboms,
    // Before it has its tags, a rerun pushes it anew.
    unsignable: beforeTags ? null : noRerun(destinations, inputs),
    deed: { kind: 'build' },
    before: ready.before,
    built: {
      imageId: pushed.imageId,
      platform: pushed.platform ?? null,
      engine: describeEngine(engine),
      from,
      to,
      steps: built.steps ?? [],
    },
  }
}

/** Why a rerun will not push the image under its tags, which are there by then; null if it will. */
export function noRerun(
  destinations: readonly Destination[],
  { ifImageExists }: Pick<Inputs, 'ifImageExists'>,
): string | null {
  const tagged = destinations.filter(({ tags }) => tags.length > 0)
  if (tagged.length > 0 && ifImageExists !== 'push') return `if-image-exists is ${ifImageExists}`
  const immutable = tagged.find(
    ({ repository, tags }) => repository !== null && immutableTags(repository, tags).length > 0,
  )
  return immutable === undefined ? null : `${immutable.uri} is immutable`
}

/** Pushes what docker has left in a folder, if it has; what it has pushed itself is as it says. */
async function pushLeft(
  built: Built,
  whole: string,
  {
    inputs,
    sbomApart,
    first,
  }: {
    readonly inputs: Pick<Inputs, 'build'>
    readonly sbomApart: boolean
    readonly first: Destination
  },
  world: Pick<World, 'openRegistry' | 'setOutputs'> & Recording,
): Promise<PushedApart> {
  const { layout, imageId, metadata, platform = null } = built
  const asItIs = { digest: whole, imageId, metadata, platform, sboms: [] }
  if (!layout) return asItIs
  const { pushLayout, pushWithoutSboms } = await import('./layout.ts')
  if (!sbomApart) {
    await pushLayout(layout, whole, first, world)
    return asItIs
  }
  const apart = await pushWithoutSboms(layout, whole, built, inputs.build.load, first, world)
  world.setOutputs({ imageid: apart.imageId, metadata: JSON.stringify(apart.metadata) })
  return apart
}

/**
 * Builds without a push, into the engine or to where `outputs` say.
 * @returns the answer of the Dockerfile if it is only asked something (`call`), which makes no image to tell of
 */
export async function buildLocally(
  { engine, image, pulls }: ReadyToBuildLocally,
  inputs: BuildingInputs & Pick<Inputs, 'summary'>,
  world: BuildingWorld,
): Promise<Result | Answered> {
  const { name, host } = inputs.repository
  const uris = tagUris({ uri: host === null ? name : `${host}/${name}`, tags: image.tags })
  const { built, from, to } = await runBuild(
    engine,
    inputs,
    world,
    { renewal: null, held: null, pushing: null },
    {
      ...(await planCache(inputs, null, world)),
      ...labelsOf(image, inputs),
      sourceDate: sourceDateOf(image, inputs.build),
      pullLogins: [...inputs.build.pullLogins, ...(await pulls.logins())],
      pullAttempts: pulls.attempts,
      naming: whoNames({ ...inputs, beforeTags: false, sbomApart: false }, engine.capabilities),
      references: uris,
    },
  )
  const { call } = inputs.build
  if (call !== null) {
    world.log(`Nothing was built: ${call} only asks the Dockerfile (call)`)
    return { state: 'asked', call, answer: built.answer ?? '' }
  }
  const onlyInCache = built.onlyInCache === true
  const leftImage = leavesImage(inputs.build) && !onlyInCache
  const names = leftImage ? uris.join(', ') || built.imageId : null
  world.log(builtOnly((to - from) / 1000, built.steps ?? [], { names, onlyInCache }))
  const { imageId } = built
  const digest = leftImage ? built.digest : null
  const ids = [...(imageId === '' ? [] : [imageId]), ...(digest === null ? [] : [digest])]
  const inEngine =
    inputs.summary && leftImage && ids.length > 0
      ? await world.docker.findInEngine(ids, uris[0] ?? null)
      : null
  return {
    deed: { kind: 'build' },
    outcome: 'built',
    places: [],
    heldBack: null,
    localUris: leftImage ? uris : [],
    leftImage,
    inEngine,
    digest,
    isIndex: null,
    artifactType: null,
    imageId,
    sizeInBytes: null,
    sizes: [],
    compared: null,
    gone: [],
    engine: describeEngine(engine),
    phases: [{ name: 'build', from, to }],
    steps: built.steps ?? [],
    verdict: null,
    verifyCommands: [],
  }
}

/** What of a build's request depends on more than the inputs. */
type Request = Pick<
  BuildRequest,
  'labels' | 'annotations' | 'naming' | 'references' | 'sourceDate' | 'pullAttempts'
> &
  Partial<Pick<BuildInputs, 'cacheFrom' | 'cacheTo' | 'pullLogins'>>

async function runBuild(
  engine: Engine,
  inputs: Pick<Inputs, 'build'>,
  world: Pick<World, 'docker' | 'setOutputs' | 'clock' | 'log'>,
  help: Omit<BuildHelp, 'log'>,
  request: Request,
): Promise<{ built: Built; from: number; to: number }> {
  const from = world.clock()
  const built = await world.docker.build(engine, { ...inputs.build, ...request }, { log: world.log, ...help })
  world.setOutputs({ imageid: built.imageId, metadata: JSON.stringify(built.metadata) })
  return { built, from, to: world.clock() }
}

function labelsOf(
  image: ImageMetadata,
  inputs: Pick<Inputs, 'metadata'>,
): Pick<BuildRequest, 'labels' | 'annotations'> {
  return {
    labels: labelLines(image.labels),
    // docker/build-push-action has annotations only if it is given them; so do we.
    annotations: inputs.metadata.annotations.length === 0 ? [] : image.annotations,
  }
}

/** Turns a preset into caches in the repository that is now known. */
export async function planCache(
  { build: { cache }, repository: { name } }: Pick<Inputs, 'build' | 'repository'>,
  target: Pick<Destination, 'uri' | 'repository'> | null,
  world: Pick<World, 'warn'>,
): Promise<Partial<Pick<BuildInputs, 'cacheFrom' | 'cacheTo'>>> {
  if (cache === null) return {}
  const { presetCache } = await import('../../docker/build/cache.ts')
  // What ECR creates on the push takes moving tags, unless its template says otherwise.
  const unborn = target && { uri: target.uri, mutability: { mode: 'MUTABLE' as const, exclusions: [] } }
  const { warnings, ...caches } = presetCache(cache, name, target?.repository ?? unborn)
  for (const warning of warnings) world.warn(warning)
  return caches
}

/** For debug logging. */
function abilitiesOf(capabilities: Engine['capabilities']): string {
  if (capabilities === null) return 'the builder was not asked what it can do, as no input depends on it'
  const { pushByDigest, layout, loadsWhatItPushes } = capabilities
  const can = (does: boolean, what: string) => `${does ? 'can' : 'cannot'} ${what}`
  return `the builder ${can(pushByDigest, 'push by digest')}, ${can(layout, 'write a layout')}, and ${loadsWhatItPushes ? 'loads' : 'does not load'} what it pushes`
}

const tagUris = ({ uri, tags }: Holder) => tags.map((tag) => `${uri}:${tag}`)

/** `Docker 28.5.1, buildx 0.29.1`, or `Podman 4.3.1, …`; without an engine `buildx 0.29.1, builder NAME (DRIVER)`. */
export function describeEngine({ serverVersion, podman = false, buildxVersion, builder }: Engine): string {
  const buildx = buildxVersion === null ? 'no buildx' : `buildx ${buildxVersion}`
  return serverVersion === null
    ? `${buildx}, builder ${builder}`
    : `${podman ? 'Podman' : 'Docker'} ${serverVersion}, ${buildx}`
}
