import { CommandError } from './command/errors.ts'

/** A table of Markdown; blanks of the cells become one, and a bar is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function cell(text: string): string {
  return text.trim().replaceAll('|', '\\|').replace(/\s+/g, ' ')
}

/**
 * The Markdown with every block made anew that stands between a comment and `<!-- end -->`.
 * @param begin what the comment is, with groups
 * @param make what belongs between them, from the groups
 * @throws CommandError if a block has no end
 */
export function withBlocks(
  markdown: string,
  begin: RegExp,
  make: (...groups: readonly string[]) => string,
): string {
  const block = new RegExp(`${begin.source}\n.*?<!-- end -->`, 'gs')
  const replaced = markdown.replace(block, (found: string) => {
    const comment = found.slice(0, found.indexOf('\n'))
    // The end is that of another block.
    if (begin.test(found.slice(comment.length))) throw noEnd(comment)
    const [, ...groups] = begin.exec(comment) ?? []
    return `${comment}\n${make(...groups)}\n<!-- end -->`
  })
  const begins = markdown.match(new RegExp(begin.source, 'g'))?.length ?? 0
  if (begins !== (markdown.match(block)?.length ?? 0)) throw noEnd('a comment')
  return replaced
}

function noEnd(comment: string): CommandError {
  return new CommandError(
    `There is no <!-- end --> after ${comment}.`,
    'put one on the line after what is written there.',
  )
}
