import type { BakePlan, BakeTarget } from '../../docker/bake/plan.ts'
import type { BakeSource } from '../../docker/bake/port.ts'
import type { BuildRequest } from '../../docker/port.ts'
import { type BakeBuildInputs, buildOfTarget } from '../../inputs/bake-target.ts'
import type { Inputs } from '../../inputs/index.ts'
import { PLAIN_BUILD } from './engine.ts'

/** What the inputs say of every target, also of one that has no image. */
export type Everywhere = Pick<BakeBuildInputs, 'noCache' | 'pull' | 'attests'>

/**
 * Of every target of a plan, how it is built, and what is told of it if it fails: its Dockerfile, its context, its
 * arguments.
 */
export function otherRequests(
  { targets }: BakePlan,
  { builder }: BakeSource,
  given: Everywhere,
): Map<string, BuildRequest> {
  return new Map(
    targets.map((target) => [
      target.name,
      {
        ...buildOfTarget(target, { ...PLAIN_BUILD, ...given, builder }, { cwd: process.cwd() }),
        labels: [],
        annotations: [],
        naming: 'local',
        references: [],
      },
    ]),
  )
}

/** The inputs of a target, and as they would be for each target that is built with it. */
export function inputsOfAll({
  inputs,
  upon,
}: {
  readonly inputs: Inputs
  readonly upon: readonly BakeTarget[]
}): readonly Inputs[] {
  const { builder } = inputs.build
  return [
    inputs,
    ...upon.map((target) => ({
      ...inputs,
      build: buildOfTarget(target, { ...PLAIN_BUILD, builder }, { cwd: process.cwd() }),
      buildArgValues: new Map(Object.entries(target.args)),
    })),
  ]
}
