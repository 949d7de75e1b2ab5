import { splitCsv } from '../shared/csv.ts'
import type { InputName } from './names.ts'
import type { Reader } from './reader.ts'

/**
 * The fields of an item that docker reads as CSV, checked as docker would: what docker refuses is a problem before
 * the build, under the name of its input.
 * @param shown what a problem shows of the item; empty if it may hold a secret
 * @returns null if it is not CSV
 */
export function readFields(reader: Reader, input: InputName, item: string, shown = item): string[] | null {
  try {
    return splitCsv(item)
  } catch (error) {
    const reason = (error as Error).message
    const how = 'quote the whole field ("key=a,b"), and double each quote in it'
    reader.problem(input, shown, `is not comma-separated as docker reads it: ${reason}; ${how}`)
    return null
  }
}

/** A problem for each field that is not `key=value`. */
export function requireKeys(reader: Reader, input: InputName, item: string, fields: readonly string[]): void {
  const wrong = fields.find((field) => !/^[^=]+=/.test(field))
  if (wrong !== undefined) reader.problem(input, item, `must be key=value,…, and '${wrong}' has no key`)
}
