import type { Destination } from '../../delivery/destination.ts'
import { explaining } from '../../delivery/explaining.ts'
import { manifestReader, type ReadManifest } from '../../delivery/manifest-reader.ts'
import type { BakePlan, BakeTarget } from '../../docker/bake/plan.ts'
import type { BakeImage, BakeSource } from '../../docker/bake/port.ts'
import { whoNames } from '../../docker/naming.ts'
import type { BuildHelp, BuildRequest, Engine, PullLogin } from '../../docker/port.ts'
import { namesAfterScan } from '../../inputs/after-push.ts'
import { isSbomApart } from '../../inputs/sbom-apart.ts'
import type { Manifest } from '../../oci/types.ts'
import { labelLines } from '../../report/outputs.ts'
import { ActionError } from '../../shared/errors.ts'
import { describeEngine, noRerun, planCache } from '../build-push/build.ts'
import { heldIn, renewalOf } from '../build-push/build-help.ts'
import { type PushedApart, pushLayout, pushWithoutSboms } from '../build-push/layout.ts'
import { loginHelp } from '../build-push/prepare.ts'
import type { Work } from '../work.ts'
import type { BakeWorld } from './bake-world.ts'
import type { ReadyTarget } from './prepare.ts'
import { type Everywhere, otherRequests } from './requests.ts'
import type { TargetWork } from './target.ts'

/** Everything that is built at once. */
export interface Baking {
  readonly source: BakeSource
  readonly plan: BakePlan
  readonly engine: Engine
  readonly ready: readonly ReadyTarget[]
  /** Those that leave files alone. */
  readonly others: readonly BakeTarget[]
  readonly everywhere: Everywhere
  readonly keepLogin: boolean
  readonly stallSeconds: number
}

/** What a build of all targets came to; times in milliseconds of the world's clock. */
export interface Baked {
  readonly images: ReadonlyMap<string, BakeImage>
  readonly from: number
  readonly to: number
}

/**
 * Builds all targets in one solve, and pushes each image to its first destination.
 * @throws BakeFailed if any of it fails
 */
export async function bakeAll(baking: Baking, world: BakeWorld): Promise<Baked> {
  const { source, plan, engine, ready, others, everywhere, stallSeconds } = baking
  const pullLogins = () => loginsOf(ready)
  await logIn(baking, pullLogins, world)
  const images = await Promise.all(
    ready.map(async (one) => ({ name: one.work.name, request: await requestOf(one, engine) })),
  )
  for (const { work, destinations, before } of ready) {
    work.pushed.expect(destinations, before)
    work.pushed.begun(destinations[0].uri)
  }
  const requests = new Map([
    ...otherRequests(plan, source, everywhere),
    ...images.map(({ name, request }) => [name, request] as const),
  ])
  const [first] = ready
  const renewal: BuildHelp['renewal'] =
    first === undefined
      ? null
      : renewalOf(
          first.destinations[0],
          { keepLogin: baking.keepLogin, build: { ...first.work.inputs.build, pullLogins: [] } },
          { logins: pullLogins },
          world,
        )
  const from = world.clock()
  const built = await world.docker.bake(
    engine,
    {
      source,
      plan,
      images,
      others: others.map(({ name }) => name),
      requests,
      stallSeconds,
      renewal,
      held: async (target, reference) => {
        const found = ready.find(({ work }) => work.name === target)
        return found === undefined ? null : heldIn(found.destinations[0], world)(reference)
      },
    },
    variablesOf(source, [...requests.values()]),
    world,
  )
  return { images: built.images, from, to: world.clock() }
}

/** Docker is logged in to the registry of the first target; the others are beside it, as those that are pulled from. */
async function logIn(
  { ready, keepLogin: keep }: Baking,
  pullLogins: () => Promise<PullLogin[]>,
  world: BakeWorld,
): Promise<void> {
  const [first] = ready
  if (first === undefined) return
  const { session } = first.destinations[0]
  await world.docker.login(session, { keep, secrets: [], pullLogins, ...loginHelp(session, world) })
  world.log(`Logged in to ${session.host}${keep ? ', for the later steps too' : ''}`)
}

/** With tokens that are still valid; each registry once. */
async function loginsOf(ready: readonly ReadyTarget[]): Promise<PullLogin[]> {
  const [first] = ready
  const logins = new Map<string, PullLogin>()
  for (const { destinations, pulls, work } of ready) {
    const { session } = destinations[0]
    if (session.host !== first?.destinations[0].session.host) {
      logins.set(session.host, { registry: session.host, ...(await session.current()), ofEcr: 'given' })
    }
    for (const login of [...work.inputs.build.pullLogins, ...(await pulls.logins())]) {
      if (!logins.has(login.registry)) logins.set(login.registry, login)
    }
  }
  return [...logins.values()]
}

async function requestOf(
  { work, destinations: [first], pulls }: ReadyTarget,
  engine: Engine,
): Promise<BuildRequest> {
  const { inputs, plan, world } = work
  const caches = await planCache(inputs, first, world)
  const image = first.image
  return {
    ...inputs.build,
    cacheFrom: [...inputs.build.cacheFrom, ...(caches.cacheFrom ?? [])],
    cacheTo: [...inputs.build.cacheTo, ...(caches.cacheTo ?? [])],
    labels: labelLines(image.labels),
    annotations: withDefinitions(
      inputs.metadata.annotations.length === 0 ? [] : image.annotations,
      plan.annotations,
    ),
    pullAttempts: pulls.attempts,
    naming: whoNames(
      { push: true, pushByDigest: true, beforeTags: false, sbomApart: isSbomApart(inputs) },
      engine.capabilities,
    ),
    references: [first.uri],
  }
}

/** Those of the definition below those of the input with the same key at the same level: docker takes the last. */
function withDefinitions(given: readonly string[], own: readonly string[]): string[] {
  const keyOf = (line: string) => {
    const key = line.split('=', 1)[0] ?? ''
    return /^(?:manifest|index)[^:]*:/.test(key) ? key : `manifest:${key}`
  }
  const keys = new Set(given.map(keyOf))
  return [...own.filter((line) => !keys.has(keyOf(line))), ...given]
}

/**
 * Which of the job's credentials docker gets: those that a secret of the definition names.
 * @param requests of all targets, also those that are only built upon
 */
function variablesOf(source: BakeSource, requests: readonly BuildRequest[]) {
  const secrets = requests.flatMap((request) => request.secrets)
  return {
    builder: source.builder,
    cacheFrom: requests.flatMap(({ cacheFrom }) => cacheFrom),
    cacheTo: requests.flatMap(({ cacheTo }) => cacheTo),
    names: [...new Set(secrets.flatMap((secret) => (secret.from === 'env' ? [secret.name] : [])))],
  }
}

/**
 * The image of one target, from the build to what follows it.
 * @param apart told of the metadata of an image that is in ECR without what BuildKit attests of it
 * @throws ActionError if docker does not say what it pushed
 */
export async function workOf(
  { work, attester, before, destinations, after }: ReadyTarget,
  { images, from, to }: Baked,
  engine: Engine,
  apart: (name: string, metadata: BakeImage['metadata']) => void,
): Promise<Work> {
  const [first] = destinations
  const built = images.get(work.name) ?? NOT_BUILT
  const { digest: whole } = built
  if (whole === null) {
    throw new ActionError(
      `docker did not say the digest of what it pushed to ${first.uri}.`,
      'update buildx with docker/setup-buildx-action in a step before this one, and run the job again.',
    )
  }
  const read = built.layout === null ? manifestReader(first, whole, work.world) : null
  if (read !== null) await confirm(first, whole, read)
  const { digest, imageId, platform = null, sboms, metadata } = await pushBaked(built, whole, work, first)
  if (metadata !== built.metadata) apart(work.name, metadata)
  return {
    origin: {
      ...{ digest, source: first, fresh: true, pushedTags: [], referrers: false },
      ...(read === null ? {} : { manifest: read }),
    },
    destinations,
    image: first.image,
    after,
    verified: null,
    attester,
    sboms,
    unsignable: namesAfterScan(work.inputs.after) ? null : noRerun(destinations, work.inputs),
    deed: { kind: 'build' },
    before,
    built: { imageId, platform, engine: describeEngine(engine), from, to, steps: [] },
  }
}

const NOT_BUILT: BakeImage = { digest: null, imageId: '', platform: null, layout: null, metadata: {} }

/** What docker has pushed is there, or is pushed from the folder that docker has left it in. */
async function pushBaked(
  built: BakeImage,
  whole: string,
  { inputs, world, pushed }: TargetWork,
  first: Destination,
): Promise<PushedApart> {
  const asItIs = { ...built, digest: whole, sboms: [] }
  if (built.layout !== null) {
    if (isSbomApart(inputs)) return pushWithoutSboms(built.layout, whole, built, false, first, world)
    await pushLayout(built.layout, whole, first, world)
  }
  pushed.arrived(first.uri, whole, true)
  return asItIs
}

/** What docker says that it pushed, the registry has: its manifest is read, as it is needed after that. */
function confirm({ uri }: Pick<Destination, 'uri'>, digest: string, read: ReadManifest): Promise<Manifest> {
  return explaining(`Reading what docker has pushed to ${uri}`, () =>
    read().catch((error: unknown) => {
      if (!(error instanceof Error && 'status' in error && error.status === NOT_FOUND)) throw error
      throw new ActionError(
        `docker says that it pushed ${digest} to ${uri}, and the registry does not have it.`,
        'run the job again; if it stays so, see whether a proxy or a mirror stands before the registry.',
        { cause: error },
      )
    }),
  )
}

const NOT_FOUND = 404
