import type { Inputs } from '../../inputs/index.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import type { World } from '../../world.ts'
import { inspect } from '../build-push/prepare.ts'
import type { Planned } from '../step.ts'
import { conclude } from './conclude.ts'
import { Findings } from './findings.ts'
import { findWhere, notStarted, planImage } from './image.ts'

/**
 * What the main action would do: everything is asked that a run asks before its build, and nothing is changed.
 * @param inputs with the values for the image
 * @param wanted the image as the inputs name it
 */
export async function planBuildPush(
  inputs: Inputs,
  wanted: ImageMetadata,
  world: Omit<World, 'summarize'>,
): Promise<Planned> {
  const findings = new Findings()
  const ask = () => findings.attempt(inspect(inputs, world))
  // Of an image that exists, the engine may not be needed at all.
  const inspecting = inputs.ifImageExists === 'skip' ? null : ask()
  const found = await findWhere(inputs, wanted, findings, world)
  const engine = found.held === null ? (inspecting ?? ask()) : null
  const result = await planImage(inputs, wanted, found, engine, [inputs], findings, world)
  const known = await engine
  if (known?.unknownVersion) findings.noteUnknown(notStarted(known.builder))
  return conclude(result, findings, world)
}
