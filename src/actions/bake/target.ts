import { PushRecord } from '../../delivery/push-record.ts'
import type { BakeTarget } from '../../docker/bake/plan.ts'
import type { Inputs } from '../../inputs/index.ts'
import type { ImageMetadata } from '../../metadata/index.ts'
import type { Outputs } from '../../report/outputs.ts'
import type { Result } from '../step.ts'
import type { FinishWorld, OuterWorld } from '../work.ts'

/** A target whose image goes to ECR, and how far it has come. */
export interface TargetWork {
  readonly name: string
  readonly plan: BakeTarget
  /** What it builds upon, and other targets that are built with it: what they pull is logged in to with its inputs. */
  readonly upon: readonly BakeTarget[]
  /** As the main action would have them to build this target alone. */
  readonly inputs: Inputs
  /** Its tags, labels and annotations as the inputs and the definition name it. */
  readonly image: ImageMetadata
  /** What is known of its image, and would be the outputs if it were built alone. */
  readonly outputs: Partial<Outputs>
  readonly pushed: PushRecord
  /** The world in which it is worked on: its lines begin with its name, and its outputs stay here. */
  readonly world: FinishWorld
  /** The tag of its content, which is put after all others; null if it has none. */
  readonly contentTag: string | null
  /** Whether it was built, or left out as its image exists; null as long as neither is so. */
  state: 'built' | 'skipped' | null
  /** What it came to; null as long as it is not at its end. */
  result: Result | null
  /** Why its image is not what was asked for; null if nothing is wrong so far. */
  failure: unknown
}

/** @param shared what all targets of the step have in common */
export function targetWork(
  { plan, upon, inputs, image }: Pick<TargetWork, 'plan' | 'upon' | 'inputs' | 'image'>,
  shared: OuterWorld,
): TargetWork {
  const { name } = plan
  const pushed = new PushRecord()
  const outputs: Partial<Outputs> = {}
  const saying = (tell: (line: string) => void) => (line: string) => tell(`[${name}] ${line}`)
  const world: FinishWorld = {
    ...shared,
    pushed,
    setOutputs: (some) => {
      Object.assign(outputs, some)
    },
    log: saying(shared.log),
    debug: saying(shared.debug),
    notice: saying(shared.notice),
    warn: saying(shared.warn),
  }
  return {
    name,
    plan,
    upon,
    inputs,
    image,
    outputs,
    pushed,
    world,
    contentTag: null,
    state: null,
    result: null,
    failure: null,
  }
}
