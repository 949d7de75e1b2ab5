/** A table of Markdown; blanks of the cells become one, and a bar is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function cell(text: string): string {
  return text.trim().replaceAll('|', '\\|').replace(/\s+/g, ' ')
}
