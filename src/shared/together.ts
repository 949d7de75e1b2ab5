import { combineErrors } from './combine.ts'

/**
 * Waits for all parts, as Promise.all does, but lets every part end before it throws: nothing goes on in the
 * background after an error was reported.
 * @returns the results in the order of the parts
 * @throws the failure, or one error that names every failure
 */
export async function together<const T extends readonly unknown[]>(
  parts: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(parts)
  const failures = results
    .filter((result) => result.status === 'rejected')
    .map((result) => result.reason as unknown)
  if (failures.length > 0) throw combineErrors(failures)
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as {
    -readonly [K in keyof T]: Awaited<T[K]>
  }
}
