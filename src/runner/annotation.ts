import { firstLines } from '../shared/clip.ts'
import { byRemedy } from '../shared/combine.ts'
import { explain, moreAbout, withRemedy } from '../shared/errors.ts'

/**
 * How many characters the runner keeps of an annotation's message, also where it writes it into the log.
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs (_maxIssueMessageLength)
 */
export const LONGEST_ANNOTATION = 4096

/** Of more failures with a remedy of their own, the others are in the log. */
const FAILURES_KEPT = 8
/** More than what {@link firstLines} puts behind a text that it cuts, and the words between the parts. */
const WORDS_BETWEEN = 64

/** What a person reads of an error on the run's page, and what of it has no place there. */
export interface Annotation {
  readonly message: string
  /** All of it, for the log; null if the message has it, or ends with lines of which the runner shows the first. */
  readonly whole: string | null
}

/** The message of a warning or a notice: its beginning if it is too long. */
export function annotationOfText(text: string): Annotation {
  if (text.length <= LONGEST_ANNOTATION) return { message: text, whole: null }
  return { message: firstLines(text, LONGEST_ANNOTATION - WORDS_BETWEEN), whole: text }
}

/**
 * The message of the annotation for an error, with reason and remedy where the runner keeps them: of several failures or a
 * long list of mistakes, the beginning of each with its remedy.
 */
export function annotationOf(error: unknown): Annotation {
  const whole = explain(error)
  const parts = byRemedy(error)
  const about = moreAbout(error)
  const said = parts.map(({ message, remedy }) => withRemedy(message, remedy)).join('\n') + about
  if (said.length <= LONGEST_ANNOTATION) return { message: whole, whole: null }
  const shown = parts.slice(0, FAILURES_KEPT)
  const more = parts.length - shown.length
  const most = Math.floor((LONGEST_ANNOTATION - about.length) / shown.length) - 2 * WORDS_BETWEEN
  const texts = shown.map(({ message, remedy }) => {
    // A remedy is short, unless it quotes what is long.
    const advice = firstLines(remedy, Math.floor((most * 3) / 4))
    return withRemedy(firstLines(message, most - advice.length), advice)
  })
  return {
    message: [...texts, ...(more > 0 ? [`… and ${more} more failures, in the log`] : [])].join('\n') + about,
    whole,
  }
}
