import { existingImage } from '../../delivery/existing-images.ts'
import { NO_SETTINGS } from '../../ecr/settings/settings.ts'
import type { Inputs } from '../../inputs/index.ts'
import { signedNow } from '../../inputs/sbom-apart.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import type { PlannedBuild, PlannedLogin } from '../../report/plan.ts'
import { attribute, splitCsv } from '../../shared/csv.ts'
import { ActionError } from '../../shared/errors.ts'
import type { World } from '../../world.ts'
import { expectAttestation } from '../attest/expect.ts'
import { describeEngine } from '../build-push/build.ts'
import { checkCaches, inspect } from '../build-push/prepare.ts'
import { usesOfBuilding } from '../build-push/pull-uses.ts'
import { refuseOtherDockerfile } from '../build-push/values.ts'
import type { Planned } from '../step.ts'
import { usesOfBuildPush } from '../uses.ts'
import { askOnly } from './ask-only.ts'
import { conclude, unasked, waitsOf } from './conclude.ts'
import { Findings } from './findings.ts'
import { findPlace, hasImage, plannedTags, tellPlace } from './place.ts'
import { homeOf } from './policies.ts'
import { findPulls } from './pulls.ts'
import { findOthers, holdersOf, refuseSame, toldOther } from './registries.ts'

/**
 * What the main action would do: everything is asked that a run asks before its build, and nothing is changed.
 * @param inputs with the values for the image
 * @param wanted the image as the inputs name it
 */
export async function planBuildPush(
  inputs: Inputs,
  wanted: ImageMetadata,
  outer: Omit<World, 'summarize'>,
): Promise<Planned> {
  const findings = new Findings()
  const world = { ...outer, connectEcr: connectorOf(outer, findings) }
  const skips = inputs.ifImageExists === 'skip'
  const inspecting = skips ? null : findings.attempt(inspect(inputs, world))
  const placing = findings
    .attempt(outer.connectEcr(inputs))
    .then((ecr) => (ecr === null ? null : findPlace(ecr, inputs, wanted, null, findings, world)))
  const [place, others] = await Promise.all([placing, findOthers(inputs, wanted, null, findings, outer)])
  const image = place?.image ?? wanted
  const held = skips && place?.before ? existingImage(place.before, image.tags) : null
  await refuseSame([place, ...others], findings)
  const inspected = held === null ? (inspecting ?? findings.attempt(inspect(inputs, world))) : null
  const [engine, logins, attester] = await Promise.all([
    inspected,
    inspected &&
      findPulls(
        inputs,
        {
          own: Promise.resolve(place?.destination?.session ?? null),
          legacy: async () => (await inspected)?.legacy === true,
        },
        findings,
        world,
      ),
    findings.attempt(expectAttestation(signedNow(inputs), async () => holdersOf([place, ...others]), world)),
    held === null
      ? findings.attempt(async () => place && checkCaches(inputs, place.ecr, place.host, world))
      : null,
    findings.attempt(() => refuseOtherDockerfile(inputs, wanted, image)),
  ])
  if (engine?.unknownVersion) findings.noteUnknown(notStarted(engine.builder))
  if (place !== null) tellPlace(place, world)
  const digest = held?.digest ?? null
  const { what } = signedNow(inputs).attest
  const home = homeOf(inputs, place)
  const toldOthers = others.map((one) => toldOther(one, inputs.repository, wanted.tags, digest))
  return conclude(
    {
      work: {
        action: 'build-push',
        image: { tags: image.tags, version: image.version, digest, source: null },
        build: held === null ? buildOf(inputs, engine && describeEngine(engine), logins ?? []) : null,
        repositories: [
          place === null
            ? unasked(inputs.repository.name, wanted.tags, 'push')
            : { ...place.told, image: held === null ? 'push' : 'exists', tags: plannedTags(place, digest) },
          ...toldOthers,
        ],
        maxSizeBytes: inputs.maxSize?.bytes ?? null,
        // What a run does not push itself is only verified.
        attest:
          what.length === 0
            ? null
            : { what, does: held === null ? 'sign' : 'verify', signedBy: attester?.signedBy ?? null },
        ...waitsOf(inputs.after),
      },
      exists: held !== null && others.every((one) => one !== null && hasImage(one, digest)),
      uses: [...usesOfBuildPush(inputs, home), ...(await usesOfBuilding(inputs, home))],
    },
    findings,
    world,
  )
}

/** ECR in further registries is only asked too. */
function connectorOf({ connectEcr }: Pick<World, 'connectEcr'>, findings: Findings): World['connectEcr'] {
  return async (target) => askOnly(await connectEcr(target), NO_SETTINGS, findings).ecr
}

function notStarted(builder: string | null): ActionError {
  return new ActionError(
    `The version of the BuildKit of the builder ${builder} is not known, which decides whether it can do what the inputs ask: it does not run, and a dry run starts nothing.`,
    'start it in a step before this one (docker buildx inspect --bootstrap) to have that checked too.',
  )
}

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
