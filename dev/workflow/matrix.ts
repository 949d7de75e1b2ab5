import { isDeepStrictEqual } from 'node:util'
import type { Json } from './expressions.ts'

/** One combination of a matrix. */
export type Combination = Readonly<Record<string, Json>>

const isMap = (value: Json | undefined): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function combinationsIn(value: Json | undefined, what: string): Combination[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || !value.every(isMap))
    throw new Error(`${what} of a matrix is not a list of maps`)
  return value
}

/**
 * The combinations of a matrix: its lists crossed, less `exclude`, with `include`.
 * https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
 * @throws Error if it is none, or has no combination, as GitHub fails the run then
 */
export function combinations(matrix: Json): Combination[] {
  if (!isMap(matrix)) throw new Error(`the matrix ${JSON.stringify(matrix)} is not a map`)
  const { include, exclude, ...lists } = matrix
  const names = Object.keys(lists)
  let crossed: Combination[] = names.length === 0 ? [] : [{}]
  for (const name of names) {
    const values = lists[name]
    if (!Array.isArray(values) || values.length === 0)
      throw new Error(`the matrix has no values for ${name}: ${JSON.stringify(values)}`)
    crossed = crossed.flatMap((row) => values.map((value) => ({ ...row, [name]: value as Json })))
  }
  const fits = (row: Combination, wanted: Combination) =>
    Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(row[key], value))
  const left = crossed.filter((row) => !combinationsIn(exclude, 'exclude').some((one) => fits(row, one)))
  const rows = left.map((original) => ({ original, row: original }))
  const added: Combination[] = []
  for (const one of combinationsIn(include, 'include')) {
    // It adds to each combination of which it changes nothing; if there is none, it is one of its own.
    const ofLists = Object.fromEntries(Object.entries(one).filter(([key]) => names.includes(key)))
    const taking = rows.filter(({ original }) => fits(original, ofLists))
    for (const each of taking) each.row = { ...each.row, ...one }
    if (taking.length === 0) added.push(one)
  }
  const all = [...rows.map(({ row }) => row), ...added]
  if (all.length === 0) throw new Error('the matrix has no combination')
  return all
}
