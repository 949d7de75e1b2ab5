import type { Verdict } from '../../after-push/index.ts'
import type { SummaryFacts } from '../../report/summary.ts'

/** What a run came to. */
export interface Result extends Omit<SummaryFacts, 'name' | 'sections' | 'seconds'> {
  /** Of the build and the push. */
  readonly seconds: number
  /** Null where nothing was asked for that follows a push. */
  readonly verdict: Verdict | null
}
