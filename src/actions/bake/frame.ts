import type { BakeInputs } from '../../inputs/bake.ts'
import { bakeOutputs } from '../../report/bake-outputs.ts'
import type { BakedFacts, BakedTarget } from '../../report/facts.ts'
import { duration } from '../../shared/duration.ts'
import { ending } from '../../shared/ending.ts'
import { messageOf } from '../../shared/errors.ts'
import { failedLine, failureOf, summarizeSafely } from '../failed.ts'
import type { Planned } from '../step.ts'
import type { BakeWorld } from './bake-world.ts'
import type { Baked } from './build.ts'
import type { TargetWork } from './target.ts'

/** What the run of bake says while it works, so that its end can say it whatever happens. */
export interface BakeProgress {
  /** Those whose images go to ECR; none as long as the definition is not read. */
  works: readonly TargetWork[]
  /** Those that leave files alone. */
  files: readonly string[]
  /** The jobs of a matrix, in words, if that is all that was asked for; else none. */
  jobs: readonly string[]
  /** Null as long as nothing was built. */
  built: Baked | null
  /** What a dry run came to; null if it is none, or is not at its end. */
  planned: Planned | null
  /** How long the step has worked. */
  readonly seconds: () => number
}

/**
 * Runs bake from its checked inputs to its end: outputs and summary tell what is in ECR, also if the run fails.
 * @throws what the work throws
 */
export async function runBakeAction(
  { repository: { name }, summary, dryRun }: Pick<BakeInputs, 'repository' | 'summary' | 'dryRun'>,
  outer: BakeWorld,
  work: (world: BakeWorld, progress: BakeProgress) => Promise<void>,
): Promise<void> {
  const seconds = () => Math.max(0, outer.clock() - outer.began) / 1000
  const progress: BakeProgress = { works: [], files: [], jobs: [], built: null, planned: null, seconds }
  let failure: unknown = null
  try {
    await ending.before(work(outer, progress))
    failure = progress.planned?.failure ?? null
  } catch (error) {
    failure = error
    if (ending.reason === null) await ending.before(askForTheirTags(progress, outer)).catch(() => undefined)
  }
  outer.setOutputs(bakeOutputs(progress.works.map(toldOf)))
  if (failure !== null) for (const { pushed, world } of progress.works) pushed.tell(world.log)
  const totalSeconds = seconds()
  const begun = progress.works.some(({ pushed }) => pushed.left().begun)
  if (failure === null) outer.log(`Took ${duration(totalSeconds)} in all`)
  else {
    const left = progress.works[0]?.pushed.left() ?? NOTHING_IN_ECR
    outer.log(failedLine(failure, totalSeconds, dryRun ? null : { ...left, begun }))
  }
  if (summary && progress.planned !== null) {
    const told = failure === null ? null : failureOf(failure)
    await summarizeSafely({ ...progress.planned, failure: told, name, totalSeconds }, outer)
  } else if (summary) {
    const facts: BakedFacts = {
      state: 'baked',
      name,
      targets: progress.works.map(factsOf),
      files: progress.built === null ? [] : progress.files,
      jobs: progress.jobs,
      failure: failure === null ? null : failureOf(failure),
      totalSeconds,
    }
    // What only tells of the work never fails it.
    await outer
      .summarizeBake(facts)
      .catch((error: unknown) => outer.warn(`The job summary could not be written: ${messageOf(error)}`))
  }
  if (failure !== null) throw failure
}

const NOTHING_IN_ECR = { put: [], existed: [], lost: [], unknown: [], begun: false }

/** A run that fails still asks which of its tags have been put. */
async function askForTheirTags({ works }: BakeProgress, world: BakeWorld): Promise<void> {
  const open = works.filter(({ pushed }) => pushed.unanswered().length > 0)
  if (open.length === 0) return
  const { askUnanswered } = await import('../../delivery/unanswered.ts')
  await Promise.all(open.map(({ pushed }) => askUnanswered(pushed, world)))
}

/** What the outputs tell of a target. */
function toldOf({ name, state, outputs, pushed, result }: TargetWork) {
  // Of one that has not come to its end, what the record knows is true.
  const told = result === null ? { ...staysTrue(outputs), ...pushed.outputs() } : outputs
  return { name, state, outputs: told }
}

/** Outputs that stay true of an image that did not get all its names. */
function staysTrue(outputs: TargetWork['outputs']): TargetWork['outputs'] {
  const {
    'image-uri': _,
    'image-uris': __,
    digest: ___,
    'digest-uri': ____,
    tags: _____,
    version: ______,
    ...rest
  } = outputs
  return rest
}

function factsOf({ name, state, outputs, pushed, result, failure, inputs }: TargetWork): BakedTarget {
  const told = result === null ? pushed.outputs() : outputs
  return {
    name,
    repository: inputs.repository.name,
    outcome:
      result !== null
        ? state === 'skipped' || result.outcome === 'exists'
          ? 'exists'
          : result.outcome
        : told.digest === undefined
          ? 'none'
          : 'unnamed',
    digest: told.digest ?? null,
    place: result?.places[0] ?? null,
    tags: (told.tags ?? '').split('\n').filter(Boolean),
    sizeInBytes:
      outputs.size === undefined || outputs.size === ''
        ? (result?.sizeInBytes ?? null)
        : Number(outputs.size),
    registries: result?.places.length ?? 0,
    checks: result?.verdict?.checks ?? [],
    failed: failure !== null,
    verifyCommands: result?.verifyCommands ?? [],
  }
}
