import type { Verdict } from '../after-push/index.ts'
import type { ImageMetadata } from '../metadata/index.ts'
import type { BuildStep, Phase, SummaryFacts } from '../report/facts.ts'
import { jsonOutput, type Outputs } from '../report/outputs.ts'
import { duration } from '../shared/duration.ts'
import { ending } from '../shared/ending.ts'
import type { World } from '../world.ts'
import { failedLine, failureOf, summarizeSafely } from './failed.ts'

/** What an action came to. */
export interface Result
  extends Omit<SummaryFacts, 'state' | 'name' | 'failure' | 'checks' | 'totalSeconds' | 'phases' | 'steps'> {
  /** What followed the preparation; times in milliseconds of the world's clock. */
  readonly phases: readonly Phase[]
  /** Times as those of the phases. */
  readonly steps: readonly BuildStep[]
  /** Null if no check was asked for that follows a push. */
  readonly verdict: Verdict | null
}

/** What an action says while it works, so that its end can say it whatever happens. */
export interface Progress {
  /** The image as it is known so far; null if the action neither makes nor names one. */
  image: Pick<ImageMetadata, 'labels' | 'annotations'> | null
  /** How long the step has worked. */
  readonly seconds: () => number
}

/**
 * Runs an action from its checked inputs to its end: outputs are set as they become true, `json` with all of them at
 * the end, then the summary; only after that a failed check fails the step. A run that fails earlier has a summary too.
 * @param work returns null if there is nothing to summarize
 * @throws what the work throws, or the failure of a check
 */
export async function runAction<W extends Omit<World, 'docker'>>(
  {
    repository: { name },
    summary,
  }: { readonly repository: { readonly name: string }; readonly summary: boolean },
  outer: W,
  work: (world: W, progress: Progress) => Promise<Result | null>,
): Promise<void> {
  const started = outer.began
  const secondsAt = (moment: number) => Math.max(0, moment - started) / 1000
  const outputs: Partial<Outputs> = {}
  const seconds = () => secondsAt(outer.clock())
  const progress: Progress = { image: { labels: {}, annotations: [] }, seconds }
  let timed = false
  let summarized = false
  let over = false
  const setOutputs: World['setOutputs'] = (some) => {
    Object.assign(outputs, some)
    outer.setOutputs(some)
  }
  const toTheEnd = async () => {
    const result = await work({ ...outer, setOutputs }, progress)
    if (result === null) return
    const { verdict, phases, steps, ...facts } = result
    const inSeconds = <T extends Phase | BuildStep>(part: T): T => ({
      ...part,
      from: secondsAt(part.from),
      to: secondsAt(part.to),
    })
    const first = phases[0]?.from ?? outer.clock()
    const times = {
      totalSeconds: seconds(),
      phases: [{ name: 'preparation', from: started, to: first }, ...phases].map(inSeconds),
      steps: steps.map(inSeconds),
    }
    // Of a run that was told to end, there is a summary already: its work goes on until the process ends.
    if (over) return
    outer.log(`Took ${duration(times.totalSeconds)} in all`)
    timed = true
    if (summary) {
      summarized = true
      const told = {
        ...facts,
        ...times,
        state: 'done',
        name,
        failure: verdict?.failure ? failureOf(verdict.failure) : null,
        checks: verdict?.checks ?? [],
      } as const
      await summarizeSafely(told, outer)
    }
    if (verdict?.failure) throw verdict.failure
  }
  const tellAll = () => outer.setOutputs({ json: jsonOutput(outputs, progress.image) })
  try {
    await ending.before(toTheEnd())
  } catch (error) {
    over = true
    // First, as a run that is cancelled may have no time for more.
    tellAll()
    const totalSeconds = seconds()
    // A check fails only after the line of a whole run.
    if (!timed) outer.log(failedLine(error, totalSeconds))
    // A check that failed is in the summary already.
    if (summary && !summarized) {
      const pushedUris = outputs['image-uris']?.split('\n') ?? pushedByDigest(outputs)
      const facts = { state: 'failed', name, failure: failureOf(error), pushedUris, totalSeconds } as const
      await summarizeSafely(facts, outer)
    }
    throw error
  }
  tellAll()
}

/** What has got into ECR, and no tag names yet (`gate: before-tags`). */
function pushedByDigest({ pushed, 'digest-uri': uri }: Partial<Outputs>): string[] {
  return pushed === 'true' && uri !== undefined ? [uri] : []
}
