import { withoutSecrets } from '../shared/secrets.ts'

/**
 * Characters that are not seen, or change the direction of what follows them: with them, a text can look like another
 * one. Not the two that join letters and parts of an emoji, U+200C and U+200D.
 * https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
 * https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const UNSEEN = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/g

/**
 * A text without what would not be seen. The secrets that this run knows of are masked first: the runner finds one only
 * if every character stands as it is.
 */
function shown(text: string): string {
  return withoutSecrets(text).replace(UNSEEN, '\uFFFD')
}

/**
 * Parts an address, so that none becomes a link by itself: renderers look for them in the text that entities stand for.
 * https://github.github.com/gfm/#autolinks-extension-
 */
const NOTHING = '<!-- -->'

/** An HTML element that shows the text as it is, in a fixed-width font. */
export function code(value: string): string {
  return `<code>${escapeMarkdown(value)}</code>`
}

/**
 * Escapes text so that it is shown as it is, also in a table's cell and inside of an HTML element: a character that
 * is written by its number is never part of Markdown, of HTML or of a link. Not for what may quote a secret of the job that
 * this run was not told: the runner masks it only as it is written; see {@link fence} and {@link wrapped}.
 * https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
 */
export function escapeMarkdown(value: string): string {
  return shown(value)
    .replace(/\p{Cc}/gu, ' ')
    .replace(
      /[&<>|`*~[\]()!$\\#"']|(?<![a-z0-9])_|_(?![a-z0-9])/gi,
      (character) => `&#${character.charCodeAt(0)};`,
    )
    .replace(/(?<=:)(?=\/\/)|(?<=www)(?=\.)|(?=@)/gi, NOTHING)
}

/**
 * A fenced block that shows lines as they are; GitHub puts a button beside it that copies them. Every character is
 * written as it is, so that the runner masks a secret in it, but for those that are not seen.
 * https://spec.commonmark.org/0.31.2/#fenced-code-blocks
 * @param text may have several lines
 */
export function fence(text: string): string {
  const lines = shown(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, ' ')
  const ticks = '`'.repeat(Math.max(2, longestRun(lines)) + 1)
  return `${ticks}text\n${lines}\n${ticks}`
}

/**
 * Text that a reader has to see as a whole: its lines wrap, where those of {@link fence} scroll. Every character is
 * written as there.
 * https://spec.commonmark.org/0.31.2/#code-spans
 * @param text may have several lines; empty ones are left out
 */
export function wrapped(text: string): string {
  const lines = shown(text)
    .split(/\r\n?|\n/)
    .map((line) => line.replace(/[^\P{Cc}\t]/gu, ' '))
  const spans = lines.flatMap((line) => {
    if (line.trim() === '') return []
    const ticks = '`'.repeat(longestRun(line) + 1)
    // A blank on both sides is taken away.
    return [`${ticks} ${line} ${ticks}`]
  })
  return spans.join('<br>')
}

/**
 * A value of one line in a fixed-width font, which holds every character as it is if it has any that Markdown or HTML
 * would read. Not for a table, whose cells end at a vertical bar.
 */
export function asGiven(value: string): string {
  return escapeMarkdown(value) === value ? code(value) : wrapped(value.replace(/[\r\n]+/g, ' '))
}

/** What Markdown and GitHub leave as it is, also at the beginning of a line, unless it is as below. */
const PLAIN = /^[\p{L}'"(][\p{L}\p{N} .,;:/'"()?=%+_-]*$/u
/** An address, an emoji, a reference to an issue or a commit, or what may be an emphasis. */
const READ_BY_GITHUB = /:\/\/|www\.|:[\w+-]+:|\bGH-\d|\b[0-9a-f]{7,}\b|(?<![a-z0-9])_|_(?![a-z0-9])/i

/**
 * Lines that are read as sentences if nothing in them is more than text, else as {@link wrapped} has them: every character
 * is written as there.
 */
export function sentences(text: string): string {
  const lines = text.split(/\r\n?|\n/).filter((line) => line.trim() !== '')
  return lines
    .map((line) => {
      // What masks a secret may be an emphasis.
      const text = shown(line)
      return PLAIN.test(text) && !READ_BY_GITHUB.test(text) ? text : wrapped(line)
    })
    .join('<br>')
}

const longestRun = (text: string) => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))

/** A part that is shown when its title is clicked. */
export function fold(title: string, content: string): string {
  return `<details><summary>${escapeMarkdown(title)}</summary>\n\n${content}\n\n</details>`
}

/**
 * A table with a header, as screen readers want one.
 * @param rows of Markdown, each with as many cells as the head
 */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A link that is one whatever its address holds. */
export function link(text: string, address: string): string {
  const safe = new URL(address).href.replace(/[()<>[\]|*`'"\\]/g, (character) => percent(character))
  return `[${escapeMarkdown(text)}](${safe})`
}

const percent = (character: string) =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
