import type { SetOutputs } from '../report/outputs.ts'
import { combineErrors } from '../shared/combine.ts'
import type { Verdict } from './index.ts'

/**
 * Puts together how the checks ended in every registry, and sets the output that is about all of them.
 * @returns null if there were none
 */
export function joinVerdicts(
  verdicts: readonly (Verdict | null)[],
  { setOutputs }: { readonly setOutputs: SetOutputs },
): Verdict | null {
  const all = verdicts.filter((verdict) => verdict !== null)
  if (all.length === 0) return null
  const signatures = all.flatMap((verdict) => verdict.signatures ?? [])
  if (all.some((verdict) => verdict.signatures !== undefined))
    setOutputs({ 'signing-status': JSON.stringify(signatures) })
  const failures = all.map(({ failure }) => failure).filter((failure) => failure !== null)
  return {
    checks: all.flatMap(({ checks }) => checks),
    failure: failures.length === 0 ? null : combineErrors(failures),
  }
}
