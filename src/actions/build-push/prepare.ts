import { beginPlan, type PlannedDestination, planned, planOthers } from '../../delivery/destination.ts'
import { existingImage } from '../../delivery/existing-images.ts'
import { explaining } from '../../delivery/explaining.ts'
import { tagsBefore } from '../../delivery/measure.ts'
import type { RepositoryPlanInputs } from '../../delivery/repository-plan.ts'
import type { Engine, LoginOptions } from '../../docker/port.ts'
import type { TagsBefore } from '../../ecr/image-before.ts'
import type { Ecr } from '../../ecr/port.ts'
import type { HeldImage } from '../../ecr/types.ts'
import { namesAfterScan } from '../../inputs/after-push.ts'
import type { Inputs } from '../../inputs/index.ts'
import { isSbomApart, signedNow } from '../../inputs/sbom-apart.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import type { RegistrySession } from '../../oci/registry-session.ts'
import { LIMITS } from '../../shared/limits.ts'
import { together } from '../../shared/together.ts'
import type { World } from '../../world.ts'
import type { Attester } from '../attest/attester.ts'
import { expectAttestation } from '../attest/expect.ts'
import { type Destinations, expectChecks, settle } from '../destinations.ts'
import { warm } from '../warm.ts'
import type { Work } from '../work.ts'
import { openPulls } from './open-pulls.ts'
import type { PullInputs, Pulls, PullWorld } from './pull-logins.ts'
import { refuseOtherDockerfile } from './values.ts'

/** What of the inputs says which engine and builder are needed. */
type EngineInputs = Pick<
  Inputs,
  'build' | 'metadata' | 'push' | 'pushByDigest' | 'attest' | 'after' | 'dryRun'
>
/** Where an image goes and what is asked there, besides how it is built. */
type PushInputs = EngineInputs &
  RepositoryPlanInputs &
  PullInputs &
  Pick<Inputs, 'expressions' | 'ifImageExists' | 'keepLogin'>

/** Everything exists that a build and its push need. */
export interface ReadyToBuild extends Destinations {
  readonly existing: null
  /** By destination. */
  readonly before: readonly TagsBefore[]
  readonly engine: Engine
  /** With the tags that the repository can take. */
  readonly image: ImageMetadata
  readonly attester: Attester | null
  readonly pulls: Pulls
}

/** Nothing is to be built: the image exists. */
export interface ReadyToSkip {
  readonly existing: Work
  readonly image: ImageMetadata
}

export interface ReadyToBuildLocally {
  readonly engine: Engine
  readonly image: ImageMetadata
  readonly pulls: Pulls
}

/**
 * Before a build that is not pushed: nobody asks AWS, so that pull requests from forks can build, unless the build
 * reads from ECR, or its Dockerfile is fetched by docker and may do so: then it gets the logins that it can get.
 */
export async function prepareLocalBuild(
  inputs: EngineInputs & PullInputs,
  image: ImageMetadata,
  world: PullWorld & Pick<World, 'docker'>,
): Promise<ReadyToBuildLocally> {
  const inspected = inspect(inputs, world)
  const legacy = async () => (await inspected).legacy === true
  const [engine, pulls] = await together([inspected, openPulls(inputs, { own: null, legacy }, world)])
  return { engine, image, pulls }
}

/**
 * Does everything possible before the build. First every question, in parallel unless one needs another's answer:
 * the engine, the repositories, their tags, the tokens, and the login as soon as there is a token. Only if nothing
 * speaks against the build are repositories created or changed. With `if-image-exists: skip` docker is not asked
 * before it is known to be needed.
 * @param wanted the image as the inputs name it
 */
export async function preparePush(
  inputs: PushInputs,
  wanted: ImageMetadata,
  world: Omit<World, 'summarize'>,
): Promise<ReadyToBuild | ReadyToSkip> {
  const ecr = await world.connectEcr(inputs)
  const planning = beginPlan(ecr, inputs, wanted, world)
  const first = planned(ecr, inputs.repository.name, planning)
  const others = planOthers(inputs, wanted, world)
  const signing = () =>
    expectAttestation(signedNow(inputs), async () => [await first, ...(await others)], world)
  if (inputs.ifImageExists === 'skip') {
    const [plan, more] = await together([first, others])
    const { images, image } = plan.plan
    const held = existingImage(images, image.tags)
    world.debug(`if-image-exists: skip; the tags name ${taggedNames(images, image.tags)}`)
    if (held !== null) {
      world.log('Nothing is built: the image exists (if-image-exists: skip)')
      const [checks, attester] = await together([
        expectChecks(ecr, planning, others, inputs, world),
        signing(),
      ])
      const settled = await settle([plan, ...more], wanted, checks, inputs, world)
      return { existing: { ...workOn(held, settled, image), attester }, image }
    }
  }
  const tagged = first.then((found) => taggedNow(found, world))
  const inspected = inspect(inputs, world)
  const legacy = async () => (await inspected).legacy === true
  const pulling = openPulls(inputs, { own: planning.session, legacy }, world)
  const [engine, plan, more, checks, attester, pulls, , loggedIn, before, beforeElsewhere] = await together([
    inspected,
    first,
    others,
    expectChecks(ecr, planning, others, inputs, world, () => tagged),
    signing(),
    pulling,
    planning.session.then(async (session) => checkCaches(inputs, ecr, session?.host ?? null, world)),
    planning.session.then(async (session) => session !== null && login(session, inputs, pulling, world)),
    tagged,
    others.then((all) => together(all.map((found) => taggedNow(found, world)))),
    // For what follows the push, besides the one that the login opens.
    planning.session.then((session) => warm(session, inputs.registries.length > 0 ? 3 : 2, world)),
    others.then((all) => together(all.map(({ session }) => warm(session, 4, world)))),
  ])
  refuseOtherDockerfile(inputs, wanted, plan.plan.image)
  const { destinations, after } = await settle([plan, ...more], wanted, checks, inputs, world)
  await attester?.confirm(destinations)
  const [{ session, image }] = destinations
  if (!loggedIn) await login(session, inputs, pulling, world)
  return {
    existing: null,
    before: [before, ...beforeElsewhere],
    engine,
    image,
    attester,
    pulls,
    destinations,
    after,
  }
}

/**
 * What the tags of a registry name now: log and summary compare the image with it, what is known of a push that fails
 * depends on it, and in a further registry what names the image already is not put once more. Asked beside all else, and
 * never an error.
 */
export async function taggedNow(
  { ecr, name, session, plan: { repository, image, images, asked } }: PlannedDestination,
  world: Pick<World, 'log'>,
): Promise<TagsBefore> {
  // A repository that does not exist has no image.
  if (repository === null) return images
  if (asked !== null) return asked
  const place = session === null ? name : `${session.host}/${name}`
  return tagsBefore({ ecr, name }, image.tags, images, ({ message }) =>
    world.log(`What the tags of ${place} name before the push is not known: ${message}`),
  )
}

/**
 * Checks that the repositories exist that caches are written to. Loaded only if a cache is written.
 * @param ecr of the image's own repository, in the registry of `host`
 * @throws ActionError with every one that does not exist
 */
export async function checkCaches(
  inputs: Pick<Inputs, 'repository' | 'role' | 'registries' | 'pullRegistries' | 'build'>,
  ecr: Ecr,
  host: string | null,
  world: Pick<World, 'connectEcr' | 'log' | 'warn'>,
): Promise<void> {
  if (inputs.build.cacheTo.length === 0) return
  const { checkCacheRepositories } = await import('../../delivery/cache-repositories.ts')
  await checkCacheRepositories(inputs, ecr, host, world)
}

/** For debug logging. */
const taggedNames = (images: ReadonlyMap<string, HeldImage>, tags: readonly string[]) =>
  tags
    .map((tag) => images.get(tag))
    .map(
      (image, at) =>
        `${tags[at]}: ${image === undefined ? 'nothing' : image.digest}${image?.active === false ? ' (archived)' : ''}`,
    )
    .join(', ') || 'nothing'

/** What follows of an image that exists: nothing is built. */
export function workOn(held: HeldImage, settled: Destinations, image: ImageMetadata): Omit<Work, 'attester'> {
  const [source] = settled.destinations
  const origin = { digest: held.digest, source, fresh: false, pushedTags: [], referrers: false }
  const nothing = { verified: null, sboms: [], before: [], built: null }
  return { origin, ...settled, image, deed: { kind: 'build' }, ...nothing }
}

/**
 * Asks which engine and builder there are, and whether they can do what the inputs ask for.
 * @throws ActionError, InputError if they cannot, or do not answer
 */
export async function inspect(
  { build, metadata, push, pushByDigest, attest, after, dryRun }: EngineInputs,
  world: Pick<World, 'docker' | 'log'>,
): Promise<Engine> {
  const engine = await world.docker.inspect(build, {
    push,
    byDigest: pushByDigest,
    beforeTags: push && namesAfterScan(after),
    sbomApart: isSbomApart({ push, pushByDigest, attest }),
    annotations: metadata.annotations,
    startsNothing: dryRun,
  })
  const { noEngine, builder } = engine
  if (noEngine !== null)
    world.log(`No engine is used: ${noEngine.replace(/\.$/, '')}; the builder ${builder} builds without`)
  return engine
}

/** @returns true */
async function login(
  session: RegistrySession,
  { keepLogin: keep, build }: Pick<Inputs, 'keepLogin' | 'build'>,
  pulling: Promise<Pulls>,
  world: Pick<World, 'docker' | 'openRegistry' | 'setOutputs' | 'log' | 'debug'>,
): Promise<boolean> {
  world.setOutputs({ registry: session.host })
  const help = loginHelp(session, world)
  const { secrets } = build
  const pullLogins = async () => [...build.pullLogins, ...(await (await pulling).logins())]
  await world.docker.login(session, { keep, secrets, pullLogins, ...help })
  world.log(`Logged in to ${session.host}${keep ? ', for the later steps too' : ''}`)
  return true
}

/** What a login needs besides what it is for. */
export function loginHelp(
  session: RegistrySession,
  world: Pick<World, 'openRegistry' | 'log' | 'debug'>,
): Pick<LoginOptions, 'accepted' | 'confirm' | 'log' | 'debug'> {
  return {
    accepted: async () => (await world.openRegistry(session)).acceptsToken(LIMITS.loginCheckMs),
    confirm: () =>
      explaining(`The login to ${session.host}`, async () =>
        (await world.openRegistry(session)).confirmToken(),
      ),
    log: world.log,
    debug: world.debug,
  }
}
