import { type Contexts, evaluateValue, isKnown, resolve, textOf } from './expressions.ts'

/** The values of one job of a matrix; what is not in it, or undefined, is not known. */
export type Combination = Readonly<Record<string, unknown>>

/** A combination of the lists, and whether it is certain that nothing excludes it. */
interface Row {
  readonly values: Combination
  readonly isSure: boolean
}

/** GitHub makes no more jobs of a matrix. */
const MOST = 256

/**
 * The jobs of a matrix, as far as it is known: whatever its expressions are in a run, each job of it is one of these,
 * but for what is not known of them.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix
 * @param matrix what stands under `strategy.matrix`
 */
export function combinationsOf(matrix: unknown, contexts: Contexts): Combination[] {
  const given = typeof matrix === 'string' ? evaluateValue(matrix, contexts) : matrix
  if (typeof given !== 'object' || given === null) return [{}]
  const { include = [], exclude = [], ...lists } = given as Record<string, unknown>
  const crossed = Object.entries(lists).reduce<Combination[]>(
    (rows, [name, list]) => {
      const values = valuesOf(list, contexts) ?? [undefined]
      return rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))).slice(0, MOST)
    },
    [{}],
  )
  // Of a list that is not known, one entry of which nothing is known stands for all.
  const excluded = valuesOf(exclude, contexts) ?? [undefined]
  const rows = crossed.flatMap((values): Row[] => {
    const answers = excluded.map((one) => isMap(one) && agrees(one, values))
    return answers.includes(true)
      ? []
      : [{ values, isSure: excluded.every(isMap) && !answers.includes(null) }]
  })
  const more = valuesOf(include, contexts) ?? [undefined]
  return included(Object.keys(lists).length === 0 ? [] : rows, more, Object.keys(lists))
}

/** The values of a list, with their expressions resolved; null if it is not known. */
function valuesOf(list: unknown, contexts: Contexts): unknown[] | null {
  const given = typeof list === 'string' ? evaluateValue(list, contexts) : list
  if (!Array.isArray(given)) return null
  return given.map((value) => resolved(value, contexts))
}

/** A value, and what of it is not known as undefined: of a list, all of it. */
function resolved(value: unknown, contexts: Contexts): unknown {
  if (typeof value === 'string' && value.includes('${{')) {
    const parts = resolve(value, contexts)
    return isKnown(parts) ? textOf(parts) : undefined
  }
  if (Array.isArray(value)) {
    const members = value.map((one) => resolved(one, contexts))
    return members.every(isAllKnown) ? members : undefined
  }
  if (!isMap(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one, contexts)]))
}

const isMap = (value: unknown): value is Combination =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function isAllKnown(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isAllKnown)
  return isMap(value) ? Object.values(value).every(isAllKnown) : value !== undefined
}

/** Whether a job has the values of an entry; null if that is not known. */
function agrees(one: Combination, values: Combination): boolean | null {
  const answers = Object.entries(one).map(([name, value]) => same(value, values[name]))
  return answers.includes(false) ? false : answers.includes(null) ? null : true
}

function same(one: unknown, other: unknown): boolean | null {
  if (one === undefined || other === undefined) return null
  if (!isMap(one) || !isMap(other)) return JSON.stringify(one) === JSON.stringify(other)
  const names = (map: Combination) => Object.keys(map).sort().join('\n')
  return names(one) === names(other) ? agrees(one, other) : false
}

/** What `include` adds: to each job of which it changes no value of the lists, or else a job of its own. */
function included(rows: readonly Row[], more: readonly unknown[], axes: readonly string[]): Combination[] {
  let made = rows
  const own: Combination[] = []
  for (const one of more) {
    // It may add anything to each, and be a job of its own.
    const entry = isMap(one) ? one : null
    const isOfList = (name: string) => axes.includes(name)
    const fixed = Object.fromEntries(Object.entries(entry ?? {}).filter(([name]) => isOfList(name)))
    const answers = made.map(({ values }) => (entry === null ? null : agrees(fixed, values)))
    if (!made.some(({ isSure }, at) => isSure && answers[at] === true)) own.push(entry ?? {})
    made = made.map((row, at): Row => {
      const { values } = row
      if (answers[at] === false) return row
      if (answers[at] === true) return { ...row, values: { ...values, ...entry } }
      const touched = Object.keys(entry ?? values).filter((name) => !isOfList(name))
      return {
        ...row,
        values: { ...values, ...Object.fromEntries(touched.map((name) => [name, undefined])) },
      }
    })
  }
  const all = [...made.map(({ values }) => values), ...own]
  return all.length === 0 ? [{}] : all
}
