import { splitCsv } from '../shared/csv.ts'

/** One field of a line: `key=value`, or a value alone. */
export interface Field {
  /** In lower case; null for a value alone. */
  readonly key: string | null
  readonly value: string
}

/**
 * The fields of one line of `tags` or `flavor`: CSV, so that a quoted field may hold commas.
 * Empty fields (a comma too many) are left out.
 * @throws Error with what is wrong with the quotes
 */
export function splitFields(line: string): Field[] {
  // Quotes are rare; without one, CSV is a split at the commas.
  const cells = line.includes('"') || line.includes('\n') ? parseLine(line) : line.split(',')
  return cells
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '')
    .map((cell) => {
      // A key is a word: the `=` in {{date 'YYYY' tz='UTC'}} starts no value.
      const match = /^([a-zA-Z0-9_-]+)\s*=\s*/.exec(cell)
      if (match === null) return { key: null, value: cell }
      return { key: (match[1] as string).toLowerCase(), value: cell.slice(match[0].length) }
    })
}

function parseLine(line: string): string[] {
  try {
    return splitCsv(line)
  } catch (error) {
    const { message } = error as Error
    throw new Error(
      `is not CSV: ${message}; quote a whole field ("value=a,b"), and use single quotes in expressions`,
      { cause: error },
    )
  }
}
