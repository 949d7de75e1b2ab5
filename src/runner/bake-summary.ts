import { summary } from '@actions/core'
import { renderBake } from '../report/bake.ts'
import type { BakedFacts } from '../report/facts.ts'
import { runOf } from './runner.ts'

/** Writes the job summary of bake. */
export async function summarizeBake(facts: BakedFacts): Promise<void> {
  if (process.env['GITHUB_STEP_SUMMARY']) {
    await summary.addRaw(renderBake(facts, runOf(process.env))).write()
  }
}
