import { fold } from './escaping.ts'
import type { Check } from './facts.ts'

/** The word says it; the sign before it only helps the eye. */
const WORDS = { passed: '✅ Passed', failed: '❌ Failed', unknown: '❔ Not known' } as const

/** What was checked after the push: a line each, and details of what did not fail in a fold. */
export function checks(all: readonly Check[]): string[] {
  if (all.length === 0) return []
  const list = all.map(({ outcome, line }) => `- ${WORDS[outcome]}: ${line}`).join('\n')
  const details = all.flatMap(({ outcome, detail }) =>
    detail === null ? [] : [outcome === 'failed' ? detail : fold('Details of the check', detail)],
  )
  return ['#### What was checked', list, ...details]
}
