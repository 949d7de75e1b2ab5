/**
 * Characters that change the direction of what follows them: with them, a text can look like another one.
 * https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
 */
const DIRECTION = /[\u202A-\u202E\u2066-\u2069]/g

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
 * is written by its number is never part of Markdown, of HTML or of a link. Not for what may quote a secret: the runner
 * masks secrets in a summary only as they are written; see {@link fence}.
 * https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
 */
export function escapeMarkdown(value: string): string {
  return value
    .replace(/\p{Cc}/gu, ' ')
    .replace(DIRECTION, '\uFFFD')
    .replace(
      /[&<>|`*~[\]()!$\\#"']|(?<![a-z0-9])_|_(?![a-z0-9])/gi,
      (character) => `&#${character.charCodeAt(0)};`,
    )
    .replace(/(?<=:)(?=\/\/)|(?<=www)(?=\.)|(?=@)/gi, NOTHING)
}

/**
 * A fenced block that shows lines as they are; GitHub puts a button beside it that copies them. No character is
 * written in another way, so that the runner masks a secret in it.
 * https://spec.commonmark.org/0.31.2/#fenced-code-blocks
 * @param text may have several lines
 */
export function fence(text: string): string {
  const shown = text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, ' ')
    .replace(DIRECTION, '\uFFFD')
  const ticks = '`'.repeat(Math.max(2, longestRun(shown)) + 1)
  return `${ticks}text\n${shown}\n${ticks}`
}

/**
 * Text that a reader has to see as a whole: its lines wrap, where those of {@link fence} scroll. No character is written
 * in another way, so that the runner masks a secret in it.
 * https://spec.commonmark.org/0.31.2/#code-spans
 * @param text may have several lines; empty ones are left out
 */
export function wrapped(text: string): string {
  const lines = text
    .split(/\r\n?|\n/)
    .map((line) => line.replace(/\p{Cc}/gu, ' ').replace(DIRECTION, '\uFFFD'))
  const spans = lines.flatMap((line) => {
    if (line.trim() === '') return []
    const ticks = '`'.repeat(longestRun(line) + 1)
    // A blank on both sides is taken away.
    return [`${ticks} ${line} ${ticks}`]
  })
  return spans.join('<br>')
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
