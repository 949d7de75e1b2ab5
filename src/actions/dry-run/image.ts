import { existingImage } from '../../delivery/existing-images.ts'
import type { Engine } from '../../docker/port.ts'
import type { Ecr } from '../../ecr/port.ts'
import { NO_SETTINGS } from '../../ecr/settings/settings.ts'
import type { HeldImage } from '../../ecr/types.ts'
import type { Inputs } from '../../inputs/index.ts'
import { signedNow } from '../../inputs/sbom-apart.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import type { PlannedBuild, PlannedLogin, PlannedRepository } from '../../report/plan.ts'
import { attribute, splitCsv } from '../../shared/csv.ts'
import { ActionError } from '../../shared/errors.ts'
import type { World } from '../../world.ts'
import { expectAttestation } from '../attest/expect.ts'
import { describeEngine } from '../build-push/build.ts'
import { checkCaches } from '../build-push/prepare.ts'
import { usesOfBuilding } from '../build-push/pull-uses.ts'
import { refuseOtherDockerfile } from '../build-push/values.ts'
import { usesOfBuildPush } from '../uses.ts'
import { askOnly } from './ask-only.ts'
import { type DryRunResult, unasked, waitsOf } from './conclude.ts'
import type { Findings } from './findings.ts'
import { findPlace, hasImage, type PlaceFound, plannedTags, tellPlace } from './place.ts'
import { homeOf } from './policies.ts'
import { findPulls } from './pulls.ts'
import { findOthers, holdersOf, refuseSame, toldOther } from './registries.ts'

// What a dry run finds of one image that is to be built: first where it would go, then how it would be made. The main
// action has one of them, bake one for each target.

type DryWorld = Omit<World, 'summarize' | 'docker'>

/** Where an image would go, and whether it is there. */
export interface FoundImage {
  /** Null if ECR could not be connected to. */
  readonly place: PlaceFound | null
  readonly others: readonly (PlaceFound | null)[]
  /** With the tags that the repository can take. */
  readonly image: ImageMetadata
  /** Null if the image is to be built. */
  readonly held: HeldImage | null
  /** Whether it is there for its content, and may lack some of its tags. */
  readonly unchanged: boolean
}

/**
 * Asks about every repository that an image would go to, and changes nothing. Whatever fails is noted.
 * @param wanted the image as the inputs name it
 * @param same asks for an image of the same content; null if there is no such question
 */
export async function findWhere(
  inputs: Inputs,
  wanted: ImageMetadata,
  findings: Findings,
  outer: DryWorld,
  same: ((ecr: Ecr) => Promise<HeldImage | null>) | null = null,
): Promise<FoundImage> {
  const world = { ...outer, connectEcr: connectorOf(outer, findings) }
  const connecting = findings.attempt(outer.connectEcr(inputs))
  const content =
    same === null
      ? Promise.resolve(null)
      : connecting.then((ecr) => ecr && findings.attempt(same(askOnly(ecr, NO_SETTINGS, findings).ecr)))
  const digest = content.then((found) => found?.digest ?? null)
  const [place, others, unchanged] = await Promise.all([
    connecting.then(async (ecr) => ecr && findPlace(ecr, inputs, wanted, await digest, findings, world)),
    digest.then((known) => findOthers(inputs, wanted, known, findings, outer)),
    content,
  ])
  const image = place?.image ?? wanted
  const named =
    inputs.ifImageExists === 'skip' && place?.before ? existingImage(place.before, image.tags) : null
  await refuseSame([place, ...others], findings)
  return { place, others, image, held: named ?? unchanged, unchanged: named === null && unchanged !== null }
}

/**
 * Asks what else a run asks before its build, and says what it would do with the image.
 * @param engine what builds it; null if nothing does, or it could not be asked, which is noted elsewhere
 * @param builds the inputs of all that is built for it: their own, and of bake those of what it builds upon
 */
export async function planImage(
  inputs: Inputs,
  wanted: ImageMetadata,
  { place, others, image, held, unchanged }: FoundImage,
  engine: Promise<Engine | null> | null,
  builds: readonly Inputs[],
  findings: Findings,
  outer: DryWorld,
): Promise<DryRunResult> {
  const world = { ...outer, connectEcr: connectorOf(outer, findings) }
  const pulls = {
    own: Promise.resolve(place?.destination?.session ?? null),
    legacy: async () => (await engine)?.legacy === true,
  }
  const [built, logins, attester] = await Promise.all([
    engine,
    engine && Promise.all(builds.map((one) => findPulls(one, pulls, findings, world))),
    findings.attempt(expectAttestation(signedNow(inputs), async () => holdersOf([place, ...others]), world)),
    held === null
      ? findings.attempt(async () => place && checkCaches(inputs, place.ecr, place.host, world))
      : null,
    findings.attempt(() => refuseOtherDockerfile(inputs, wanted, image)),
  ])
  if (place !== null) tellPlace(place, world)
  const digest = held?.digest ?? null
  const { what } = signedNow(inputs).attest
  const home = homeOf(inputs, place)
  const uses = await Promise.all(builds.map((one) => usesOfBuilding(one, home)))
  return {
    work: {
      action: 'build-push',
      image: { tags: image.tags, version: image.version, digest, source: null },
      build: held === null ? buildOf(inputs, built && describeEngine(built), eachOnce(logins ?? [])) : null,
      repositories: [
        place === null
          ? unasked(inputs.repository.name, wanted.tags, 'push')
          : { ...place.told, image: becomes(place, held, unchanged), tags: plannedTags(place, digest) },
        ...others.map((one) => toldOther(one, inputs.repository, wanted.tags, digest)),
      ],
      maxSizeBytes: inputs.maxSize?.bytes ?? null,
      // What a run does not push itself is only verified.
      attest:
        what.length === 0
          ? null
          : { what, does: held === null ? 'sign' : 'verify', signedBy: attester?.signedBy ?? null },
      ...waitsOf(inputs.after),
    },
    exists:
      held !== null &&
      (!unchanged || (place !== null && hasImage(place, digest))) &&
      others.every((one) => one !== null && hasImage(one, digest)),
    uses: [...usesOfBuildPush(inputs, home), ...uses.flat()],
  }
}

function becomes(place: PlaceFound, held: HeldImage | null, unchanged: boolean): PlannedRepository['image'] {
  if (held === null) return 'push'
  return unchanged && !hasImage(place, held.digest) ? 'tag' : 'exists'
}

/** ECR in further registries is only asked too. */
function connectorOf({ connectEcr }: Pick<World, 'connectEcr'>, findings: Findings): World['connectEcr'] {
  return async (target) => askOnly(await connectEcr(target), NO_SETTINGS, findings).ecr
}

/** A builder of which it is not known what it can do, as a dry run starts nothing. */
export function notStarted(builder: string | null): ActionError {
  return new ActionError(
    `The version of the BuildKit of the builder ${builder} is not known, which decides whether it can do what the inputs ask: it does not run, and a dry run starts nothing.`,
    'start it in a step before this one (docker buildx inspect --bootstrap) to have that checked too.',
    { page: 'dry-run.md#what-it-cannot-know' },
  )
}

const eachOnce = (logins: readonly (readonly PlannedLogin[])[]): PlannedLogin[] => [
  ...new Map(logins.flat().map((one) => [JSON.stringify([one.registry, one.role]), one])).values(),
]

function buildOf(
  { build, keepLogin }: Inputs,
  engine: string | null,
  logins: readonly PlannedLogin[],
): PlannedBuild {
  const { file, target, platforms, cache, cacheFrom, cacheTo } = build
  const preset = cache === null ? [] : [`cache: ${cache.kind}`]
  return {
    dockerfile: file && withoutCredentials(file),
    target,
    platforms,
    engine,
    cacheFrom: [...preset, ...cacheFrom.map(cacheName)],
    cacheTo: [...preset, ...cacheTo.map(cacheName)],
    keepLogin,
    logins,
  }
}

/** Of a cache, its kind and where it is: other fields may be secrets. */
function cacheName(cache: string): string {
  const fields = splitCsv(cache)
  const [type, ref] = [attribute(fields, 'type'), attribute(fields, 'ref')]
  if (!cache.includes('=')) return `type=registry,ref=${cache}`
  return [`type=${type ?? '?'}`, ...(ref === undefined ? [] : [`ref=${ref}`])].join(',')
}

/** Of a remote one, user and password are nobody's business. */
const withoutCredentials = (address: string) => address.replace(/\/\/[^/@\s]*@/, '//')
