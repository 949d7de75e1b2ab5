import type { Reader } from './reader.ts'

/** The input `stall-timeout`, in seconds. */
export function readStallTimeout(reader: Reader): number {
  const name = 'stall-timeout'
  if (reader.text(name) === '0') return 0
  return reader.wholeNumber(name, 10, 3600, '0 or ') ?? 300
}
