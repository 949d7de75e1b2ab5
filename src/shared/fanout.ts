import { partsOf } from './combine.ts'
import { ActionError, messageOf, pagesOf, remedyOf } from './errors.ts'

/** How the work for one item ended. */
export type Outcome<T, R> =
  | { readonly item: T; readonly ok: true; readonly value: R }
  | { readonly item: T; readonly ok: false; readonly error: unknown }

/**
 * Does the same for every item, at most `limit` of them at a time. A failure stops none of the others.
 * @param limit at least 1
 * @returns how each ended, in the items' order; it never throws
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
      try {
        outcomes[at] = { item, ok: true, value: await work(item) }
      } catch (error) {
        outcomes[at] = { item, ok: false, error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  return outcomes
}

/**
 * One error for a delivery to several registries: which of them are known to have the image, and
 * what failed in each of the others, which may have it all the same.
 * @param what the image
 * @param outcomes one for each registry
 * @param nameOf a registry's repository, in the error
 * @param where what it is to be in each registry, if more than in it: `under every tag in`
 * @returns null if nothing failed; of a single registry, its own error
 */
export function oneError<T, R>(
  what: string,
  outcomes: readonly Outcome<T, R>[],
  nameOf: (item: T) => string,
  where = 'in',
): unknown {
  const failed = outcomes.filter((outcome) => !outcome.ok)
  const [first] = failed
  if (first === undefined) return null
  if (outcomes.length === 1) return first.error
  const holders = outcomes.filter((outcome) => outcome.ok).map(({ item }) => nameOf(item))
  const failures = failed.flatMap(({ item, error }) => partsOf(error).map((part) => ({ item, part })))
  const remedies = new Set(failures.map(({ part }) => remedyOf(part)).filter((remedy) => remedy !== ''))
  return new ActionError(
    [
      `${what} is known to be ${where} ${holders.length} of ${outcomes.length} registries.`,
      ...holders.map((name) => `Done: ${name}`),
      ...failures.map(({ item, part }) => `Failed: ${nameOf(item)}: ${messageOf(part)}`),
    ].join('\n'),
    [
      ...remedies,
      'Then run the job again: what is in a registry is not sent again. If the repository is immutable, a build needs if-image-exists: skip for that.',
    ].join('\n'),
    { cause: first.error, page: failures.flatMap(({ part }) => pagesOf(part)) },
  )
}
