import type { BakeSource } from '../../docker/bake/port.ts'
import type { BuildInputs, Engine } from '../../docker/port.ts'
import { buildOfTarget } from '../../inputs/bake-target.ts'
import { INPUTS, type InputName } from '../../inputs/names.ts'
import { isSbomApart } from '../../inputs/sbom-apart.ts'
import { ActionError, InputError, type Problem } from '../../shared/errors.ts'
import type { World } from '../../world.ts'
import type { TargetWork } from './target.ts'

/** A build that nothing is asked for besides. */
export const PLAIN_BUILD = {
  noCache: false,
  pull: false,
  pullLogins: [],
  compression: null,
  attests: [],
  cache: null,
  allow: [],
  stallSeconds: 0,
} as const

/**
 * Asks which engine and builder there are, and whether they can do what all targets ask for.
 * @param works whose images go to ECR; none if only files are built
 * @param startsNothing a builder that does not run stays so
 * @throws ActionError if they cannot, or do not answer
 */
export async function inspectFor(
  works: readonly TargetWork[],
  { builder }: BakeSource,
  world: Pick<World, 'docker' | 'log'>,
  startsNothing = false,
): Promise<Engine> {
  const builds = works.map(({ inputs: { build } }) => build)
  const all = <T>(pick: (build: BuildInputs) => readonly T[]) => [...new Set(builds.flatMap(pick))]
  const build: BuildInputs = {
    ...buildOfTarget(null, { ...PLAIN_BUILD, builder }, { cwd: process.cwd() }),
    // Of several platforms the most is asked for; a Dockerfile is the builder's own to judge.
    platforms: builds.map(({ platforms }) => platforms).sort((a, b) => b.length - a.length)[0] ?? [],
    attests: all(({ attests }) => attests),
    cacheFrom: all(({ cacheFrom }) => cacheFrom),
    cacheTo: all(({ cacheTo }) => cacheTo),
    cache: builds[0]?.cache ?? null,
    compression: builds[0]?.compression ?? null,
  }
  try {
    const engine = await world.docker.inspect(build, {
      push: works.length > 0,
      byDigest: works.length > 0,
      beforeTags: false,
      sbomApart: works.some(({ inputs }) => isSbomApart(inputs)),
      startsNothing,
      annotations: [
        ...new Set(
          works.flatMap(({ inputs, plan }) => [...inputs.metadata.annotations, ...plan.annotations]),
        ),
      ],
    })
    if (engine.noEngine !== null)
      world.log(
        `No engine is used: ${engine.noEngine.replace(/\.$/, '')}; the builder ${engine.builder} builds without`,
      )
    return engine
  } catch (error) {
    throw error instanceof InputError ? asOfDefinition(error) : error
  }
}

/** What the definition asks for, and bake itself, is no input of it. */
function asOfDefinition({ problems }: InputError): ActionError {
  const declared: readonly InputName[] = INPUTS.bake
  // That images have no tag so far is so whether or not that input asks for it.
  const ofInputs = declared.filter((name) => name !== 'push-by-digest')
  if (problems.every(({ input }) => ofInputs.some((name) => name === input))) return new InputError(problems)
  return new ActionError(problems.map(ofDefinition).join('\n'), '', { page: 'bake.md#the-builder' })
}

function ofDefinition({ input, value, message }: Problem): string {
  if (input === 'push-by-digest')
    return `The builder cannot give bake images without a tag, which they get when all of them are in ECR: ${message}.`
  return `The builder cannot build this definition: ${input} '${value}': ${message}.`
}
