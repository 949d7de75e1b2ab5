import { firstLines } from '../shared/clip.ts'
import { duration } from '../shared/duration.ts'
import { asGiven, code, fence } from './escaping.ts'
import type { AskedFacts, RunFacts } from './facts.ts'
import { commitLink } from './places.ts'

/** Longer answers are in the log, which has all of them. */
const ANSWER_SHOWN = 20 * 1024

/** The summary of a run that only asked a Dockerfile, and built nothing. */
export function asked({ name, call, answer, totalSeconds }: AskedFacts, run: RunFacts | null): string[] {
  return [
    `### ✅ Asked, not built: ${code(name)}`,
    `The answer of the Dockerfile to ${asGiven(`call: ${call}`)}:`,
    ...(answer === '' ? ['Nothing.'] : [fence(firstLines(answer, ANSWER_SHOWN))]),
    ...commitLink(run),
    `**Time** ${duration(totalSeconds)}.`,
  ]
}
