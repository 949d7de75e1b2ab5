import { ActionError, explain } from './errors.ts'

/** As Promise.all, but lets every part end before it throws: nothing goes on behind an error that was reported. */
export async function together<const T extends readonly unknown[]>(
  parts: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(parts)
  const failures = results
    .filter((result) => result.status === 'rejected')
    .map((result) => result.reason as unknown)
  if (failures.length > 0) throw combine(failures)
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as {
    -readonly [K in keyof T]: Awaited<T[K]>
  }
}

/** Several failures of one round are one error, unless they all say the same. */
function combine(failures: readonly unknown[]): unknown {
  const known = failures.filter((failure) => failure instanceof ActionError)
  if (known.length < failures.length) return failures.find((failure) => !(failure instanceof ActionError))
  const [first, ...others] = [
    ...new Map(known.map((failure) => [failure.remedy || failure.message, failure])).values(),
  ]
  if (others.length === 0) return first
  const text = [first, ...others].map(explain).join('\n')
  return new ActionError(text, '', { cause: first })
}
