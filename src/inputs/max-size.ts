import type { Reader } from './reader.ts'

/** The most that an image may have, compressed. */
export interface MaxSize {
  readonly bytes: number
  /** As it was given: `500MB`. */
  readonly given: string
}

/** As the ECR console shows sizes, and as IEC 80000-13 names the powers of 1024. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
}

/**
 * The input `max-size`. Letters count in either case; `500M`, which is one thing here and another there, is refused.
 * @returns null if it is not given, or wrong
 */
export function readMaxSize(reader: Reader): MaxSize | null {
  const given = reader.text('max-size')
  if (given === '') return null
  const [, number = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?) ?([a-z]{0,3})$/i.exec(given) ?? []
  const factor = number === '' ? undefined : UNITS[unit.toLowerCase()]
  const bytes = factor === undefined ? Number.NaN : Math.round(Number(number) * factor)
  const isWhole = factor !== 1 || !number.includes('.')
  if (isWhole && Number.isSafeInteger(bytes) && bytes > 0) return { bytes, given }
  reader.problem(
    'max-size',
    given,
    'must be a number of bytes above 0, or a number with kB, MB or GB (powers of 1000), KiB, MiB or GiB (powers of 1024), such as 500MB',
  )
  return null
}
