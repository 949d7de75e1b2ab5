import { ActionError } from './errors.ts'

/** How the work for one place ended. */
export type Outcome<T, R> =
  | { readonly item: T; readonly ok: true; readonly value: R }
  | { readonly item: T; readonly ok: false; readonly error: unknown }

/**
 * Does the same for every item, so many at a time. A failure stops none of the others.
 * @returns how each ended, in the items' order
 */
export async function fanOut<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<Outcome<T, R>[]> {
  const outcomes: Outcome<T, R>[] = []
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      const at = next++
      const item = items[at] as T
      outcomes[at] = await work(item).then(
        (value) => ({ item, ok: true, value }),
        (error: unknown) => ({ item, ok: false, error }),
      )
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  return outcomes
}

/**
 * One error for all that failed, which says what is where.
 * @param what the image
 * @param nameOf a place, in the error
 * @returns null where nothing failed
 */
export function oneError<T, R>(
  what: string,
  outcomes: readonly Outcome<T, R>[],
  nameOf: (item: T) => string,
): unknown {
  const failed = outcomes.filter((outcome) => !outcome.ok)
  if (failed.length === 0) return null
  // An error that is no ActionError is a defect of ours and says so by itself.
  const unknown = failed.find(({ error }) => !(error instanceof ActionError))
  if (unknown !== undefined) return unknown.error
  const errors = failed.map(({ error }) => error as ActionError)
  const [first] = errors
  if (first !== undefined && outcomes.length === 1) return first
  const there = outcomes.filter((outcome) => outcome.ok).map(({ item }) => nameOf(item))
  const remedies = [...new Set(errors.map(({ remedy }) => remedy))].filter((remedy) => remedy !== '')
  return new ActionError(
    [
      `${what} is in ${there.length} of ${outcomes.length} registries.`,
      ...there.map((name) => `There: ${name}`),
      ...failed.map(({ item, error }) => `Not there: ${nameOf(item)}: ${(error as Error).message}`),
    ].join('\n'),
    `${remedies.join('\n')}\nThen run the job again: what is there is not sent again. Where the repository is immutable, set if-image-exists: skip for that.`,
    { cause: first },
  )
}
