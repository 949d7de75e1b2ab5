import type { SetOutputs } from '../report/outputs.ts'
import { combineAny } from '../shared/combine.ts'
import type { Verdict } from './index.ts'

/** One verdict for all; null if none of them was asked for. */
export function joined(verdicts: readonly (Verdict | null)[]): Verdict | null {
  const given = verdicts.filter((verdict) => verdict !== null)
  if (given.length === 0) return null
  return {
    checks: given.flatMap(({ checks }) => checks),
    failure: combineAny(given.map(({ failure }) => failure)),
  }
}

/**
 * Puts together how the checks ended in every registry, and sets the output that is about all of them.
 * @returns null if there were none
 */
export function joinVerdicts(
  verdicts: readonly (Verdict | null)[],
  { setOutputs }: { readonly setOutputs: SetOutputs },
): Verdict | null {
  const all = verdicts.filter((verdict) => verdict !== null)
  const signatures = all.flatMap((verdict) => verdict.signatures ?? [])
  if (all.some((verdict) => verdict.signatures !== undefined))
    setOutputs({ 'signing-status': JSON.stringify(signatures) })
  return joined(all)
}
