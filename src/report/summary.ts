import { asked } from './asked.ts'
import { checks } from './checks.ts'
import type { AnyFacts, RunFacts, SummaryFacts } from './facts.ts'
import { failed, refusal } from './failure.ts'
import { heldBack } from './held-back.ts'
import { fitInto, type Part } from './limit.ts'
import { places } from './places.ts'
import { plannedParts } from './planned.ts'
import { layers, size } from './size.ts'
import { chart, time } from './time.ts'
import { verdict, verdictNote } from './verdict.ts'
import { whatNow } from './what-now.ts'

/**
 * What GitHub takes of a step's summary, in bytes, and no summary at all beyond it.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
 */
export const SUMMARY_LIMIT = 1024 * 1024

/**
 * The job summary, as GitHub's Markdown: the verdict first, then where the image is, its size, the time, what was
 * checked, and what to do now.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
 * @param run null if it is not known
 */
export function renderSummary(facts: AnyFacts, run: RunFacts | null = null): string {
  return fitInto(partsFor(facts, run), SUMMARY_LIMIT)
}

function partsFor(facts: AnyFacts, run: RunFacts | null): Part[] {
  if (facts.state === 'failed') return failed(facts, run).map(always)
  if (facts.state === 'planned') return plannedParts(facts, run).map(always)
  return facts.state === 'asked' ? asked(facts, run).map(always) : done(facts, run)
}

const always = (text: string): Part => ({ text, leftOut: null })

function done(given: SummaryFacts, run: RunFacts | null): Part[] {
  const facts = given.outcome === 'exists' ? uncompared(given) : given
  const note = verdictNote(facts)
  const optional = (text: string | null, leftOut: string): Part[] =>
    text === null ? [] : [{ text, leftOut }]
  return [
    always(verdict(facts)),
    ...(facts.failure === null ? [] : refusal(facts.failure).map(always)),
    ...optional(note, 'notes'),
    ...places(facts, run).map(always),
    ...size(facts).map(always),
    ...optional(layers(facts), 'the layers'),
    ...time(facts).map(always),
    ...optional(chart(facts), 'the chart of the time'),
    ...checks(facts.checks).flatMap((text) => optional(text, 'details of a check')),
    ...heldBack(facts).map(always),
    ...whatNow(facts).map(always),
  ]
}

/** If ECR had the image under every tag, a comparison with what a tag held before says nothing. */
function uncompared(facts: SummaryFacts): SummaryFacts {
  return { ...facts, compared: null, sizes: facts.sizes.map((one) => ({ ...one, before: null })) }
}
