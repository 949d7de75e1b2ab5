import { parse } from 'csv-parse/sync'

/**
 * The fields of one comma-separated record, as docker reads `--output`, `--attest`, `--secret` and the like.
 * @throws Error where a quote is not closed
 */
export function splitCsv(text: string): string[] {
  const rows: string[][] = parse(text, {
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
  })
  return rows.flat().map((field) => field.trim())
}

/** The record that docker reads those fields from: a field with a comma, a quote or a line break is quoted. */
export function joinCsv(fields: readonly string[]): string {
  return fields
    .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',')
}

/** The value of `key=…` among the fields of a record, in whatever case docker accepts the key; the last one counts. */
export function attribute(fields: readonly string[], key: string): string | undefined {
  const found = fields.findLast((field) => field.slice(0, field.indexOf('=')).trim().toLowerCase() === key)
  return found?.slice(found.indexOf('=') + 1).trim()
}
