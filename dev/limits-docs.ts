import { DOCUMENTED_LIMITS, type LimitName } from '../src/shared/limits.ts'
import { EXPLAINED } from './limits-explained.ts'
import { table, withBlocks } from './markdown.ts'

const BEGIN = /<!-- limits, written by npm run docs -->/

/** The Markdown with the table of limits in it as `src/shared/limits.ts` makes it. */
export function withLimits(markdown: string): string {
  return withBlocks(markdown, BEGIN, () =>
    table(
      ['What is waited for', 'At most', 'Then'],
      (Object.keys(EXPLAINED) as LimitName[]).map((name) => [
        EXPLAINED[name].waitsFor,
        amount(name),
        EXPLAINED[name].outcome,
      ]),
    ),
  )
}

/** A limit in the unit that its name ends with, as a person writes it. */
function amount(name: LimitName): string {
  const value = DOCUMENTED_LIMITS[name]
  if (name.endsWith('Ms')) return `${value / 1000} s`
  if (name.endsWith('BytesPerSecond')) return `${value / 1024} KiB/s`
  if (name.endsWith('Bytes'))
    return value < 1024 * 1024 ? `${value / 1024} KiB` : `${value / 1024 / 1024} MiB`
  return String(value)
}
