import { type Contexts, evaluateValue, isKnown, resolve, textOf } from './expressions.ts'

/** The values of one job of a matrix; what is not in it is not known. */
export type Combination = Readonly<Record<string, unknown>>

/** GitHub makes no more jobs of a matrix. */
const MOST = 256

/**
 * The jobs of a matrix, as far as it is known.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix
 * @param matrix what stands under `strategy.matrix`
 */
export function combinationsOf(matrix: unknown, contexts: Contexts): Combination[] {
  const given = typeof matrix === 'string' ? evaluateValue(matrix, contexts) : matrix
  if (typeof given !== 'object' || given === null) return [{}]
  const { include, exclude, ...lists } = given as Record<string, unknown>
  const axes = Object.entries(lists).flatMap(([name, list]): [string, unknown[]][] => {
    const values = valuesOf(list, contexts)
    return values === null ? [] : [[name, values]]
  })
  const crossed = axes.reduce<Combination[]>(
    (rows, [name, values]) =>
      rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))).slice(0, MOST),
    [{}],
  )
  const excluded = mapsOf(valuesOf(exclude, contexts))
  const kept = crossed.filter((row) => !excluded.some((one) => agrees(one, row)))
  return included(Object.keys(lists).length === 0 ? [] : kept, mapsOf(valuesOf(include, contexts)), axes)
}

/** The values of a list, with their expressions resolved; null if it is not known. */
function valuesOf(list: unknown, contexts: Contexts): unknown[] | null {
  const given = typeof list === 'string' ? evaluateValue(list, contexts) : list
  if (!Array.isArray(given)) return null
  return given.map((value) => resolved(value, contexts))
}

function resolved(value: unknown, contexts: Contexts): unknown {
  if (typeof value === 'string' && value.includes('${{')) {
    const parts = resolve(value, contexts)
    return isKnown(parts) ? textOf(parts) : undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const members = Object.entries(value).map(([key, one]) => [key, resolved(one, contexts)] as const)
  return Object.fromEntries(members.filter(([, one]) => one !== undefined))
}

const mapsOf = (values: unknown[] | null): Combination[] =>
  (values ?? []).filter((one) => typeof one === 'object' && one !== null) as Combination[]

const agrees = (one: Combination, row: Combination) =>
  Object.entries(one).every(([name, value]) => JSON.stringify(row[name]) === JSON.stringify(value))

/** What `include` adds: to each job of which it changes no value of the lists, or else a job of its own. */
function included(
  rows: Combination[],
  more: Combination[],
  axes: readonly [string, unknown[]][],
): Combination[] {
  let made: Combination[] = rows
  const own: Combination[] = []
  for (const one of more) {
    const fixed = Object.fromEntries(
      Object.entries(one).filter(([name]) => axes.some(([axis]) => axis === name)),
    )
    const isMeant = (row: Combination) => agrees(fixed, row)
    if (made.some(isMeant)) made = made.map((row) => (isMeant(row) ? { ...row, ...one } : row))
    else own.push(one)
  }
  const all = [...made, ...own]
  return all.length === 0 ? [{}] : all
}
