import { parse } from 'csv-parse/sync'

/**
 * The fields of one comma-separated record, without the blanks around them, which docker keeps as a part of a value
 * ({@link splitRecord}, {@link wholeAttribute}). A field that holds a comma or a quote is quoted as a whole, and each
 * quote in it doubled.
 * https://github.com/tonistiigi/go-csvvalue/blob/main/csvvalue.go
 * @throws Error that says what docker would refuse, without the text, which may hold a secret
 */
export function splitCsv(text: string): string[] {
  return splitRecord(text).map((field) => field.trim())
}

/** As {@link splitCsv}, with the blanks around the fields. */
export function splitRecord(text: string): string[] {
  // Most have nothing that CSV quotes, and lists can have thousands: making a parser takes longer than the record.
  if (!/["\n]/.test(text)) return text === '' ? [] : text.split(',')
  let rows: string[][]
  try {
    rows = parse(text, { relax_column_count: true, skip_empty_lines: true, record_delimiter: '\n' })
  } catch (error) {
    throw new Error(csvReason((error as { code?: string }).code), { cause: error })
  }
  if (rows.length > 1) throw new Error('a line ends outside of quotes')
  return rows[0] ?? []
}

function csvReason(code: string | undefined): string {
  if (code === 'INVALID_OPENING_QUOTE') return 'a quote stands inside of a field'
  return 'a quote is not closed, or not alone'
}

/** The record that docker reads those fields from: a field with a comma, a quote or a line break is quoted. */
export function joinCsv(fields: readonly string[]): string {
  return fields
    .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',')
}

/**
 * The value of `key=…` among the fields of a record, in whatever case docker accepts the key, without the blanks around
 * it; the last one counts.
 */
export function attribute(fields: readonly string[], key: string): string | undefined {
  return wholeAttribute(fields, key)?.trim()
}

/** As {@link attribute}, of the fields of {@link splitRecord}, with the blanks that docker keeps around the value. */
export function wholeAttribute(fields: readonly string[], key: string): string | undefined {
  const found = fields.findLast((field) => field.slice(0, field.indexOf('=')).trim().toLowerCase() === key)
  return found?.slice(found.indexOf('=') + 1)
}
