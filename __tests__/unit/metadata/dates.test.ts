import { expect, test } from '@jest/globals'
import { dateProblem, formatDate } from '../../../src/metadata/dates.ts'

// Moment's own results for these tokens are in cases.json, at one point in time. Here: the edges of years, days
// and offsets. Worked out with moment-timezone 0.6.
const edges: [instant: string, format: string, zone: string, expected: string][] = [
  ['2020-12-31T15:00:00Z', 'YYYY-MM-DD HH', 'Asia/Seoul', '2021-01-01 00'],
  ['2021-01-01T00:00:00Z', 'GGGG-[W]WW gggg-ww DDDD', 'UTC', '2020-W53 2021-01 001'],
  ['2023-01-01T12:00:00Z', 'GGGG-[W]WW-E gggg-ww-e', 'UTC', '2022-W52-7 2023-01-0'],
  ['2024-12-30T12:00:00Z', 'GGGG-[W]WW-E gggg-ww-e DDDo', 'UTC', '2025-W01-1 2025-01-1 365th'],
  ['2024-03-10T06:59:59Z', 'HH:mm Z', 'America/New_York', '01:59 -05:00'],
  ['2024-03-10T07:00:00Z', 'HH:mm ZZ', 'America/New_York', '03:00 -0400'],
  ['2024-07-01T00:00:00Z', '', 'Europe/London', '2024-07-01T01:00:00+01:00'],
  ['2024-01-01T00:00:00Z', '', 'Europe/London', '2024-01-01T00:00:00Z'],
  ['2024-01-01T12:34:56.789Z', 'h hh k a A SSSSS', 'UTC', '12 12 12 pm PM 78900'],
  ['2024-01-11T00:00:00Z', 'Do kk hh', 'UTC', '11th 24 12'],
  ['2024-01-22T00:00:00Z', 'Do Mo Qo [] [a]] \\Y z', 'UTC', '22nd 1st 1st  a] Y UTC'],
]

test.each(edges)('%s as %s in %s', (instant, format, zone, expected) => {
  expect(formatDate(new Date(instant), format, zone)).toBe(expected)
  expect(dateProblem(format, zone)).toBeNull()
})
