import { firstLines } from '../shared/clip.ts'
import { duration } from '../shared/duration.ts'
import { code, fence, fold, sentences } from './escaping.ts'
import type { PlannedFacts, RunFacts } from './facts.ts'
import { reasons } from './failure.ts'
import { commitLink } from './places.ts'

/** More steps, and more of what is not known, are in the log and in the output `plan`. */
const STEPS_SHOWN = 100
/** Longer policies are in the output. */
const POLICY_SHOWN = 20 * 1024

/** The summary of a dry run: what a run would do, what would stop it, and what it has to be allowed. */
export function plannedParts(facts: PlannedFacts, run: RunFacts | null): string[] {
  const { name, steps, unknown, policies, failure, totalSeconds } = facts
  const heading = failure === null ? '✅ Dry run, nothing changed' : '❌ Dry run, a push would fail'
  return [
    `### ${heading}: ${code(name)}`,
    ...(failure === null ? [] : reasons(failure)),
    failure === null ? 'A run would:' : 'Without that, a run would:',
    listOf(steps, 1),
    ...(unknown.length === 0
      ? []
      : [
          '#### Not known',
          'This dry run could not find it out, and it says nothing about a run, whose role may be another:',
          listOf(
            unknown.map(({ message }) => message),
            null,
          ),
        ]),
    ...policies.map(({ role, policy }) =>
      fold(
        `The smallest IAM policy for it${role === null || policies.length === 1 ? '' : `, of ${role}`}`,
        fence(firstLines(policy, POLICY_SHOWN)),
      ),
    ),
    ...commitLink(run),
    `**Time** ${duration(totalSeconds)}.`,
  ]
}

/** @param first the number of the first line; null for dots */
function listOf(lines: readonly string[], first: number | null): string {
  const more = lines.length - STEPS_SHOWN
  const all = [...lines.slice(0, STEPS_SHOWN), ...(more > 0 ? [`… and ${more} more, in the log`] : [])]
  return all.map((line, at) => `${first === null ? '-' : `${first + at}.`} ${sentences(line)}`).join('\n')
}
