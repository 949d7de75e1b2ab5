import { attribute, splitCsv } from '../../shared/csv.ts'
import { ActionError, InputError } from '../../shared/errors.ts'
import type { EngineDetails } from '../engine.ts'
import type { Capabilities } from '../naming.ts'
import type { BuildInputs, InspectOptions } from '../port.ts'
import { isEnabled } from '../syntax/attestations.ts'
import { parseDockerBoolean } from '../syntax/booleans.ts'
import { parseExporter } from '../syntax/exporters.ts'
import { atLeast } from '../syntax/versions.ts'
import { type AskBuilder, type Builder, builderUnreachable, inspectBuilder, startBuilder } from './builder.ts'
import { findUnknownInstructions } from './dockerfile-check.ts'
import { capabilitiesOf, unmet } from './needs.ts'
import { requirementsOf } from './requirements.ts'

/** The builder that will build, as far as anything depends on it. */
export interface CheckedBuilder {
  /** Null if it was not inspected. */
  readonly capabilities: Capabilities | null
  /** `NAME (DRIVER)`; null if it was not inspected. */
  readonly builder: string | null
  /** Whether its version decides, and is not known. */
  readonly unknownVersion: boolean
}

/** The first Docker whose own BuildKit has all that an input may need; an older one is asked. */
const NEW_ENOUGH = '26.0.0'

/**
 * Checks that this docker can do all that a build asks for. The builder is inspected only if something depends on it.
 * @param env for a docker process that speaks to the builder
 * @param chosen whether the user has chosen a builder, which may be somewhere else than in the engine
 * @param unknown whether the one that is chosen may not exist
 * @param context the docker context in use; null if it is not known
 * @param ask asks buildx about a builder, if it is asked for another reason too
 * @throws InputError with every input that this docker cannot do, and what is needed for it
 * @throws ActionError if there is no builder of the wanted name, or it needs an engine and none answers
 */
export async function checkBuild(
  build: BuildInputs,
  { push, byDigest, beforeTags, sbomApart, annotations, startsNothing = false }: InspectOptions,
  engine: EngineDetails,
  env: () => Promise<Readonly<Record<string, string>>>,
  chosen: () => Promise<boolean>,
  unknown: () => Promise<boolean> = async () => false,
  context: string | null = null,
  ask?: AskBuilder,
): Promise<CheckedBuilder> {
  const { buildxVersion, classic, containerdStore, missing } = engine
  if (missing !== null && !(await chosen())) throw missing
  const requirements = requirementsOf(build, push, annotations, { byDigest, beforeTags })
  const needsStore = requirements.some(({ store }) => store === true)
  const needsDriver = requirements.some(
    (needs) => (needs.dockerDriver ?? needs.engineDriver ?? needs.otherBuildkit) !== undefined,
  )
  const { serverVersion } = engine
  const needsBuildkit =
    serverVersion !== null &&
    !atLeast(serverVersion, NEW_ENOUGH) &&
    requirements.some(({ buildkit, silently }) => (buildkit ?? silently) !== undefined)
  const silently = requirements.some((needs) => needs.silently !== undefined)
  const dockerfile = await findUnknownInstructions(build, engine, env, chosen)
  // An old BuildKit passes over these in silence: its version has to be known.
  const passedOver = build.compression !== null || build.reproducible
  const asksHow =
    push &&
    (build.load ||
      byDigest ||
      beforeTags ||
      sbomApart ||
      build.outputs.some((output) => parseExporter(output)?.loads))
  // That builder is the engine, which has answered: buildx would say no more of it.
  const isEnginesOwn =
    missing === null &&
    build.builder === null &&
    serverVersion !== null &&
    atLeast(serverVersion, NEW_ENOUGH) &&
    !(await chosen())
  const depends =
    missing !== null ||
    build.builder !== null ||
    dockerfile.depends ||
    needsBuildkit ||
    needsDriver ||
    passedOver ||
    (silently && (await chosen())) ||
    (needsStore && !containerdStore) ||
    (buildxVersion !== null && (await unknown())) ||
    (asksHow && !isEnginesOwn)
  const builder =
    depends && buildxVersion !== null
      ? await usableBuilder(
          build.builder,
          engine,
          env,
          (passedOver || silently) && !startsNothing,
          context,
          ask,
        )
      : null
  const facts = {
    buildxVersion,
    classic,
    store: containerdStore,
    driver: builder?.driver ?? 'docker',
    buildkitVersion: builder?.buildkitVersion ?? null,
    noEngine: missing === null ? null : missing.message.replace(/\.$/, ''),
  }
  const problems = [...unmet(requirements, facts), ...dockerfile.problems(builder)]
  if (problems.length > 0) throw new InputError(problems)
  const isKnown = builder !== null || buildxVersion === null || (asksHow && isEnginesOwn)
  return {
    capabilities: isKnown ? capabilitiesOf(facts) : null,
    builder: builder && `${builder.name} (${builder.driver})`,
    unknownVersion:
      startsNothing && (passedOver || silently) && builder !== null && builder.buildkitVersion === null,
  }
}

/** The drivers whose builder the build starts, if it does not run: https://docs.docker.com/build/builders/drivers/ */
const STARTED = /^(?:docker-container|kubernetes)$/

/**
 * @param versioned whether its version has to be known, for which it is started if need be
 * @param context the docker context in use
 * @throws ActionError if it does not answer, needs an engine that does not, or is the one of another context
 */
async function usableBuilder(
  name: string | null,
  { buildx, missing }: Pick<EngineDetails, 'buildx' | 'missing'>,
  env: () => Promise<Readonly<Record<string, string>>>,
  versioned: boolean,
  context: string | null,
  ask: AskBuilder | undefined,
): Promise<Builder> {
  const builder = await inspectBuilder(name, await env(), buildx, ask)
  const { driver, problem } = builder
  if (problem !== null) throw builderUnreachable(name, builder.name, problem, missing ?? undefined)
  // buildx refuses it as well, but not before the build: https://github.com/docker/buildx/blob/v0.29.1/builder/builder.go
  if (driver === 'docker' && context !== null && builder.name !== context && builder.name !== '')
    throw new ActionError(
      `The builder '${builder.name}' is the engine of the docker context '${builder.name}', and docker uses the context '${context}'.`,
      `set DOCKER_CONTEXT: ${builder.name} in the step's env, without DOCKER_HOST, or name another builder.`,
      { page: 'build.md#without-an-engine' },
    )
  if (driver === 'docker' && missing !== null) {
    throw new ActionError(
      `The builder '${builder.name}' is an engine's own (driver docker), and the step cannot ask that engine what it can do: ${missing.message}`,
      "let docker use that engine (DOCKER_CONTEXT or DOCKER_HOST in the step's env), or name a builder of another driver: remote, kubernetes, docker-container.",
      { cause: missing, page: 'build.md#without-an-engine' },
    )
  }
  if (versioned && builder.buildkitVersion === null && STARTED.test(driver)) {
    return startBuilder(builder, await env(), buildx)
  }
  return builder
}

/**
 * Says early what Lambda may refuse late, and what others take.
 * @returns null if the layers are gzip's, as nearly all are
 */
export function compressionNotice({ compression }: Pick<BuildInputs, 'compression'>): string | null {
  if (compression?.type !== 'zstd' && compression?.type !== 'uncompressed') return null
  return `The image's layers, those of its base image too, are ${compression.type === 'zstd' ? 'compressed with zstd' : 'not compressed'} (compression). ECS, Fargate and EKS take them with a current containerd or Docker; AWS Lambda may refuse all but gzip.`
}

/** The first buildx that adds provenance to an image by itself. */
const ATTESTS_BY_ITSELF = '0.10.0'

/**
 * Whether buildx adds its own provenance, which it does if it is allowed to and the build says nothing of provenance. The
 * builder needs an exporter that can: the `docker` driver has it with the containerd image store.
 * https://github.com/docker/buildx/blob/v0.29.1/build/opt.go (BUILDX_NO_DEFAULT_ATTESTATIONS)
 * @param setting of the step's environment; this action turns it off if it is not set
 * @param capabilities null if the builder was not inspected
 */
export function attestsByItself(
  { attests }: Pick<BuildInputs, 'attests'>,
  setting: string | undefined,
  { buildxVersion, containerdStore }: Pick<EngineDetails, 'buildxVersion' | 'containerdStore'>,
  capabilities: Capabilities | null,
): boolean {
  if (buildxVersion === null || !atLeast(buildxVersion, ATTESTS_BY_ITSELF)) return false
  if (parseDockerBoolean(setting ?? '') !== false) return false
  if (attests.some(({ value }) => attribute(splitCsv(value), 'type') === 'provenance')) return false
  return containerdStore || capabilities?.pushByDigest === true
}

/**
 * Says early what Lambda would say late: it takes an image of one platform, and no index. Whoever builds several
 * platforms knows that it is not for Lambda, and gets a notice; an attestation is easily overlooked, and is a warning.
 * https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
 * @param sbomApart whether the SBOM is taken out of the index that it makes of the image
 * @param byItself whether buildx adds an attestation by itself
 * @returns null if the inputs make a plain image
 */
export function lambdaWarning(
  build: BuildInputs,
  sbomApart: boolean,
  byItself = false,
): { kind: 'warning' | 'notice'; message: string } | null {
  const several = build.platforms.length > 1
  const attested = !sbomApart && build.attests.some(isEnabled)
  if (!several && !attested && !byItself) return null
  const why = several
    ? `several platforms (${build.platforms.join(', ')})`
    : attested
      ? 'an attestation (provenance, sbom or attests)'
      : "buildx's own provenance (BUILDX_NO_DEFAULT_ATTESTATIONS in the environment)"
  return {
    kind: several ? 'notice' : 'warning',
    message: `The image becomes an index because of ${why}. ECS, EKS and App Runner take it; AWS Lambda takes only an image of one platform without attestations.`,
  }
}
