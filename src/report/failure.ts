import { linesInWords } from '../shared/build-failure.ts'
import { firstLines } from '../shared/clip.ts'
import { duration } from '../shared/duration.ts'
import { asGiven, fence, link, sentences, wrapped } from './escaping.ts'
import type { Excerpt, FailedBuild, FailedFacts, FailureFacts, FailurePart, RunFacts } from './facts.ts'
import { leftInEcr } from './left.ts'
import { commitLink } from './places.ts'
import { failedVerdict } from './verdict.ts'

/** Longer messages are in the log, which has all of them. */
const MOST_CHARACTERS = 20 * 1024
/** Of each of many failures, so much is shown however many they are. */
const LEAST_CHARACTERS = 1024
const FAILURES_SHOWN = 20

/** The summary of a run that failed before its end. */
export function failed(facts: FailedFacts, run: RunFacts | null): string[] {
  const { failure, left, totalSeconds } = facts
  return [
    failedVerdict(facts),
    ...(failure.build === null ? reasons(failure) : failedBuild(failure.build, failure)),
    ...(left === null ? [] : leftInEcr(left)),
    ...commitLink(run),
    `**Time** ${duration(totalSeconds)}.`,
  ]
}

/** Why an image that is in ECR is not to be deployed. */
export function refusal(failure: FailureFacts): string[] {
  return reasons(failure, '> ')
}

/**
 * What failed, each with what to do about it.
 * @param quote what each message begins with
 */
export function reasons({ parts, more: pages }: FailureFacts, quote = ''): string[] {
  const most = Math.max(LEAST_CHARACTERS, Math.floor(MOST_CHARACTERS / parts.length))
  const more = parts.length - FAILURES_SHOWN
  return [
    ...parts
      .slice(0, FAILURES_SHOWN)
      .flatMap((part) => [`${quote}${wrapped(cut(part.message, most))}`, ...remedy(part, most)]),
    ...(more > 0 ? [`… and ${more} more failures, in the log.`] : []),
    ...moreIn(pages),
  ]
}

function remedy({ remedy: said }: FailurePart, most = MOST_CHARACTERS): string[] {
  if (said === '') return []
  const [text = '', ...rest] = cut(said, most).split(STATEMENT)
  const parts = rest.map((part, at) =>
    at % 2 === 0 ? fence(spread(part)) : sentences(part.replace(/^[,.;]\s*/, '').trim()),
  )
  return [`**What to do:** ${sentences(text.trimEnd())}`, ...parts.filter((part) => part !== '')]
}

/** A statement of a policy, which is in a block of its own, to be copied. */
const STATEMENT = /(\{"Effect":(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})/

/** JSON on lines of its own; what is none stays as it is. */
function spread(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}

/** Where a build failed, and what to do about it. */
export function failedBuild(
  { doing, step, reason, lines, linesAre = 'The last lines that it wrote', excerpt }: FailedBuild,
  { parts, more }: FailureFacts,
): string[] {
  return [
    ...(step === null ? [] : [`${doing} failed at this step:`, fence(cut(step))]),
    wrapped(cut(reason)),
    ...(excerpt === null
      ? []
      : [`In ${asGiven(excerpt.file)}, ${linesOf(excerpt)}:`, fence(cut(excerptText(excerpt)))]),
    ...(lines.length === 0 ? [] : [`${linesAre}:`, fence(cut(lines.join('\n')))]),
    ...parts.flatMap((part) => remedy(part)),
    ...moreIn(more),
  ]
}

/** Where the documents say more about what failed. */
function moreIn(pages: FailureFacts['more'] = []): string[] {
  const shown = pages.map(({ name, url }) => (url === null ? asGiven(name) : link(name, url)))
  return shown.length === 0 ? [] : [`**More:** ${shown.join(', ')}.`]
}

function linesOf({ lines, endLine }: Excerpt): string {
  const first = lines.find(({ failed: is }) => is)?.number ?? endLine
  const [from, to] = [lines[0]?.number, lines.at(-1)?.number ?? endLine]
  const shown = to < endLine ? ` (${from} to ${to} are shown)` : ''
  return `${linesInWords({ line: first, endLine })}${shown}`
}

/** `>>>` before the lines that failed, as BuildKit marks them. */
function excerptText({ lines }: Excerpt): string {
  const width = String(lines.at(-1)?.number ?? 0).length
  return lines
    .map(
      ({ number, text, failed: is }) => `${is ? '>>>' : '   '} ${String(number).padStart(width)} | ${text}`,
    )
    .join('\n')
}

const cut = (text: string, most = MOST_CHARACTERS) => firstLines(text, most)
