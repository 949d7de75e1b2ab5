import { linesInWords } from '../shared/build-failure.ts'
import { duration } from '../shared/duration.ts'
import { code, escapeMarkdown, fence, wrapped } from './escaping.ts'
import type { Excerpt, FailedBuild, FailedFacts, FailureFacts } from './facts.ts'
import { failedVerdict } from './verdict.ts'

/** Longer messages are in the log, which has all of them. */
const MOST_CHARACTERS = 20 * 1024
const PUSHED_SHOWN = 50

/** The summary of a run that failed before its end. */
export function failed(facts: FailedFacts): string[] {
  const { failure, pushedUris, totalSeconds } = facts
  const more = pushedUris.length - PUSHED_SHOWN
  return [
    failedVerdict(facts),
    ...(failure.build === null ? [wrapped(cut(failure.message))] : failedBuild(failure.build)),
    ...remedy(failure),
    ...(pushedUris.length === 0
      ? []
      : [
          'In ECR all the same, as far as the run came:',
          fence(
            [...pushedUris.slice(0, PUSHED_SHOWN), ...(more > 0 ? [`… and ${more} more`] : [])].join('\n'),
          ),
        ]),
    `**Time** ${duration(totalSeconds)}.`,
  ]
}

/** Why an image that is in ECR is not to be deployed. */
export function refusal(failure: FailureFacts): string[] {
  return [`> ${inLines(cut(failure.message))}`, ...remedy(failure)]
}

function remedy({ remedy: said }: FailureFacts): string[] {
  if (said === '') return []
  const [text = '', ...rest] = cut(said).split(STATEMENT)
  const parts = rest.map((part, at) =>
    at % 2 === 0 ? fence(spread(part)) : inLines(part.replace(/^[,.;]\s*/, '').trim()),
  )
  return [`**What to do:** ${inLines(text.trimEnd())}`, ...parts.filter((part) => part !== '')]
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

const inLines = (text: string) => text.split('\n').map(escapeMarkdown).join('<br>')

function failedBuild({ doing, step, reason, lines, excerpt }: FailedBuild): string[] {
  return [
    ...(step === null ? [] : [`${doing} failed at this step:`, fence(step)]),
    wrapped(cut(reason)),
    ...(excerpt === null
      ? []
      : [`In ${code(excerpt.file)}, ${linesOf(excerpt)}:`, fence(cut(excerptText(excerpt)))]),
    ...(lines.length === 0 ? [] : ['The last lines that it wrote:', fence(cut(lines.join('\n')))]),
  ]
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

/** Cut only between lines: half of a secret is a word that no mask hides. */
function cut(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text
  return `${text.slice(0, Math.max(0, text.lastIndexOf('\n', MOST_CHARACTERS)))}\n… the rest is in the log`
}
