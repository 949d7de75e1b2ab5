import type { Verdict } from '../after-push/index.ts'
import type { ImageMetadata } from '../metadata/index.ts'
import { jsonOutput, type Outputs } from '../report/outputs.ts'
import type { SummaryFacts } from '../report/summary.ts'
import { ending } from '../shared/ending.ts'
import { explain } from '../shared/errors.ts'
import type { World } from '../world.ts'

/** What an action came to. */
export interface Result extends Omit<SummaryFacts, 'name' | 'failure' | 'sections' | 'seconds'> {
  /** Of the build and the push; null if nothing was built. */
  readonly buildSeconds: number | null
  /** Null if no check was asked for that follows a push. */
  readonly verdict: Verdict | null
}

/** What an action says while it works, so that its end can say it whatever happens. */
export interface Progress {
  /** The image as it is known so far. */
  image: Pick<ImageMetadata, 'labels' | 'annotations'>
}

/**
 * Runs an action from its checked inputs to its end: outputs are set as they become true, `json` with all of them at
 * the end, then the summary; only after that a failed check fails the step.
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
  const started = outer.clock()
  const outputs: Partial<Outputs> = {}
  const progress: Progress = { image: { labels: {}, annotations: [] } }
  const setOutputs: World['setOutputs'] = (some) => {
    Object.assign(outputs, some)
    outer.setOutputs(some)
  }
  const toTheEnd = async () => {
    const result = await work({ ...outer, setOutputs }, progress)
    if (result === null) return
    const { verdict, buildSeconds, ...facts } = result
    if (summary) {
      const seconds = { build: buildSeconds ?? 0, total: (outer.clock() - started) / 1000 }
      // What only tells of the work never fails it.
      await outer
        .summarize({
          ...facts,
          name,
          failure: failureOf(verdict),
          sections: verdict?.sections ?? [],
          seconds,
        })
        .catch((error: Error) => outer.warn(`The job summary could not be written: ${error.message}`))
    }
    if (verdict?.failure) throw verdict.failure
  }
  try {
    await ending.before(toTheEnd())
  } finally {
    outer.setOutputs({ json: jsonOutput(outputs, progress.image) })
  }
}

function failureOf(verdict: Verdict | null): string | null {
  return verdict?.failure ? explain(verdict.failure) : null
}
