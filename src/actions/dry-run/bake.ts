import type { BakeTarget } from '../../docker/bake/plan.ts'
import type { BakeSource } from '../../docker/bake/port.ts'
import type { BakePlanned } from '../../report/plan.ts'
import { byRemedy, combineAny } from '../../shared/combine.ts'
import { fanOut, type Outcome } from '../../shared/fanout.ts'
import type { World } from '../../world.ts'
import { combineByTarget, type TargetFailure } from '../bake/by-target.ts'
import { sameContent } from '../bake/content.ts'
import { inspectFor } from '../bake/engine.ts'
import { TARGETS_AT_ONCE, twinsOf } from '../bake/prepare.ts'
import { inputsOfAll } from '../bake/requests.ts'
import type { TargetWork } from '../bake/target.ts'
import type { Planned } from '../step.ts'
import { planOf, tellPlan } from './conclude.ts'
import { Findings } from './findings.ts'
import { findWhere, notStarted, planImage } from './image.ts'
import { holdersOf } from './registries.ts'

/**
 * What bake would do: of every target, everything is asked that a run asks before its build, and nothing is changed.
 * @param works whose images go to ECR
 * @param others that are built besides, and have no image there
 */
export async function planBake(
  works: readonly TargetWork[],
  others: readonly BakeTarget[],
  source: BakeSource,
  world: Pick<World, 'docker' | 'setOutputs' | 'log' | 'warn'>,
): Promise<Planned> {
  const general = new Findings()
  const begun = await fanOut(works, TARGETS_AT_ONCE, async (work) => {
    const findings = new Findings()
    const same = work.contentTag === null ? null : sameContentOf(work)
    return { work, findings, found: await findWhere(work.inputs, work.image, findings, work.world, same) }
  })
  const each = begun.map(unwrapped)
  const toBuild = each.filter(({ found }) => found.held === null).map(({ work }) => work)
  const engine =
    toBuild.length === 0 && others.length === 0
      ? null
      : await general.attempt(inspectFor(toBuild, source, world, true))
  if (engine?.unknownVersion) general.noteUnknown(notStarted(engine.builder))
  const planned = await fanOut(each, TARGETS_AT_ONCE, async ({ work, findings, found }) => {
    const { inputs, image } = work
    const builder = found.held === null ? Promise.resolve(engine) : null
    const builds = inputsOfAll(work)
    const result = await planImage(inputs, image, found, builder, builds, findings, work.world)
    return { name: work.name, contentTag: work.contentTag, findings, result }
  })
  const all = planned.map(unwrapped)
  const failures = all.flatMap(({ name, findings: { failure } }): TargetFailure[] =>
    failure === null ? [] : [{ name, error: failure }],
  )
  failures.push(
    ...twinsOf(
      each.map(({ work, found: { place, others: more } }) => ({
        name: work.name,
        places: holdersOf([place, ...more]),
      })),
    ),
  )
  const notAsked = all.flatMap(({ name, findings: { unknown } }): TargetFailure[] =>
    unknown === null ? [] : [{ name, error: unknown }],
  )
  const failure = withGeneral(general.failure, failures, works.length)
  const unknown = withGeneral(general.unknown, notAsked, works.length)
  const targets = Object.fromEntries(
    all.map(({ name, result, findings }) => [name, planOf(result, findings)] as const),
  )
  const exist = all.every(({ result }) => result.exists)
  const plan: BakePlanned = {
    action: 'bake',
    outcome: failure !== null ? 'fail' : exist ? 'exists' : 'push',
    steps: [...stepsOfAll(targets), ...others.map(stepOfOther), ...all.flatMap(stepOfContent)],
    problems: failure === null ? [] : byRemedy(failure),
    unknown: unknown === null ? [] : byRemedy(unknown),
    targets,
    others: others.map(({ name }) => name),
  }
  return tellPlan({ plan, uses: all.flatMap(({ result }) => result.uses), failure, unknown }, world)
}

const sameContentOf = (work: TargetWork) => (ecr: Parameters<typeof sameContent>[1]) => sameContent(work, ecr)

/** Whatever speaks against a run is among the findings: what is thrown is a defect. */
function unwrapped<T, R>(outcome: Outcome<T, R>): R {
  if (!outcome.ok) throw outcome.error
  return outcome.value
}

function withGeneral(general: unknown, ofTargets: readonly TargetFailure[], all: number): unknown {
  return combineAny([general, ofTargets.length === 0 ? null : combineByTarget(ofTargets, all)])
}

/** The steps of all targets, each with the targets that have it: of one login, there is one line. */
function stepsOfAll(targets: BakePlanned['targets']): string[] {
  const names = new Map<string, string[]>()
  for (const [name, { steps }] of Object.entries(targets))
    for (const step of steps) names.set(step, [...(names.get(step) ?? []), name])
  return [...names].map(([step, of]) => `[${of.join(', ')}] ${step}`)
}

const stepOfOther = ({ name }: BakeTarget) =>
  `[${name}] Build it, and leave what its definition says: it has no image in ECR`

function stepOfContent({
  name,
  contentTag,
  result: { work },
}: {
  readonly name: string
  readonly contentTag: string | null
  readonly result: { readonly work: { readonly build: object | null } }
}): string[] {
  return contentTag === null || work.build === null
    ? []
    : [`[${name}] Put the tag ${contentTag} after all others, which stands for the content`]
}
