import { InputError } from '../../shared/errors.ts'
import type { EngineDetails } from '../engine.ts'
import type { BuildInputs, Docker } from '../port.ts'
import { isEnabled } from '../syntax/attestations.ts'
import { type Builder, inspectBuilder } from './builder.ts'
import { requirementsOf, unmet } from './requirements.ts'

/**
 * Checks that this docker can do all that a build asks for. A builder is asked for only where it decides.
 * @param env for a docker that speaks to the builder
 * @returns the builder's driver, `docker` where nobody needed to ask
 * @throws InputError with every input that this docker cannot do, and what is needed for it
 * @throws ActionError where there is no builder of the wanted name
 */
export async function checkBuild(
  build: BuildInputs,
  { push, byDigest, annotations }: Parameters<Docker['inspect']>[1],
  engine: EngineDetails,
  env: () => Promise<Readonly<Record<string, string>>>,
): Promise<Pick<Builder, 'driver'>> {
  const requirements = requirementsOf(build, push, annotations, byDigest)
  const stored = requirements.some(({ store }) => store === true)
  const asks =
    engine.buildxVersion !== null &&
    (build.builder !== null || (stored && !engine.containerdStore) || (push && (build.load || byDigest)))
  const builder = asks ? await inspectBuilder(build.builder, await env()) : null
  const driver = builder?.driver ?? 'docker'
  const problems = unmet(requirements, {
    buildxVersion: engine.buildxVersion,
    classic: engine.classic,
    store: engine.containerdStore || driver !== 'docker',
    driver,
    buildkitVersion: builder?.buildkitVersion ?? null,
  })
  if (problems.length > 0) throw new InputError(problems)
  return { driver }
}

/**
 * What the user would learn from Lambda otherwise: it takes an image of one platform, and no index. Several
 * platforms are plainly not for Lambda; an attestation can be overlooked, and so is a warning.
 * https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
 * @returns null where the inputs make a plain image
 */
export function lambdaWarning(build: BuildInputs): { kind: 'warning' | 'notice'; message: string } | null {
  const several = build.platforms.length > 1
  if (!several && !build.attests.some(isEnabled)) return null
  const why = several
    ? `several platforms (${build.platforms.join(', ')})`
    : 'an attestation (provenance, sbom or attests)'
  return {
    kind: several ? 'notice' : 'warning',
    message: `The image becomes an index because of ${why}. ECS, EKS and App Runner take it; AWS Lambda takes only an image of one platform without attestations.`,
  }
}
