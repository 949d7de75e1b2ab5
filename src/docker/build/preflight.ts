import { InputError } from '../../shared/errors.ts'
import type { EngineDetails } from '../engine.ts'
import type { Capabilities } from '../naming.ts'
import type { BuildInputs, InspectOptions } from '../port.ts'
import { isEnabled } from '../syntax/attestations.ts'
import { parseExporter } from '../syntax/exporters.ts'
import { inspectBuilder } from './builder.ts'
import { capabilitiesOf, requirementsOf, unmet } from './requirements.ts'

/**
 * Checks that this docker can do all that a build asks for. The builder is inspected only if something depends on it.
 * @param env for a docker process that speaks to the builder
 * @returns what the builder can do; null if it was not inspected
 * @throws InputError with every input that this docker cannot do, and what is needed for it
 * @throws ActionError if there is no builder of the wanted name
 */
export async function checkBuild(
  build: BuildInputs,
  { push, byDigest, beforeTags, sbomApart, annotations }: InspectOptions,
  engine: EngineDetails,
  env: () => Promise<Readonly<Record<string, string>>>,
): Promise<Capabilities | null> {
  const { buildxVersion, buildx, classic, containerdStore } = engine
  const requirements = requirementsOf(build, push, annotations, { byDigest, beforeTags })
  const needsStore = requirements.some(({ store }) => store === true)
  const needsDriver = requirements.some((needs) => (needs.dockerDriver ?? needs.otherBuildkit) !== undefined)
  const depends =
    build.builder !== null ||
    needsDriver ||
    // An old BuildKit passes over what it does not know.
    build.compression !== null ||
    build.reproducible ||
    (needsStore && !containerdStore) ||
    (push &&
      (build.load ||
        byDigest ||
        beforeTags ||
        sbomApart ||
        build.outputs.some((output) => parseExporter(output)?.loads)))
  const builder =
    depends && buildxVersion !== null ? await inspectBuilder(build.builder, await env(), buildx) : null
  const driver = builder?.driver ?? 'docker'
  const buildkitVersion = builder?.buildkitVersion ?? null
  const facts = { buildxVersion, classic, store: containerdStore, driver, buildkitVersion }
  const problems = unmet(requirements, facts)
  if (problems.length > 0) throw new InputError(problems)
  return builder === null && buildxVersion !== null ? null : capabilitiesOf(facts)
}

/**
 * Says early what Lambda may refuse late, and what others take.
 * @returns null if the layers are gzip's, as nearly all are
 */
export function compressionNotice({ compression }: Pick<BuildInputs, 'compression'>): string | null {
  if (compression?.type !== 'zstd' && compression?.type !== 'uncompressed') return null
  return `The image's layers, those of its base image too, are ${compression.type === 'zstd' ? 'compressed with zstd' : 'not compressed'} (compression). ECS, Fargate and EKS take them with a current containerd or Docker; AWS Lambda may refuse all but gzip.`
}

/**
 * Says early what Lambda would say late: it takes an image of one platform, and no index. Whoever builds several
 * platforms knows that it is not for Lambda, and gets a notice; an attestation is easily overlooked, and is a warning.
 * https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
 * @param sbomApart whether the SBOM is taken out of the index that it makes of the image
 * @returns null if the inputs make a plain image
 */
export function lambdaWarning(
  build: BuildInputs,
  sbomApart: boolean,
): { kind: 'warning' | 'notice'; message: string } | null {
  const several = build.platforms.length > 1
  if (!several && (sbomApart || !build.attests.some(isEnabled))) return null
  const why = several
    ? `several platforms (${build.platforms.join(', ')})`
    : 'an attestation (provenance, sbom or attests)'
  return {
    kind: several ? 'notice' : 'warning',
    message: `The image becomes an index because of ${why}. ECS, EKS and App Runner take it; AWS Lambda takes only an image of one platform without attestations.`,
  }
}
