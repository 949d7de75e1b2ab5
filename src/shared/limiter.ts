/**
 * Lets a limited number of pieces of work run at the same time. After a failure nothing more is begun: what waits
 * fails with the same error.
 */
export class Limiter {
  readonly #waiting: (() => void)[] = []
  #free: number
  #failure: { readonly error: unknown } | null = null

  constructor(limit: number) {
    this.#free = limit
  }

  /** @throws what the work throws, or what other work threw before this one could begin */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      if (this.#failure !== null) throw this.#failure.error
      return await work()
    } catch (error) {
      this.#failure ??= { error }
      throw error
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}

/**
 * Waits for all, also after a failure: nothing goes on in the background after an error was reported.
 * @throws the first failure alone, as it is: for parts of one piece of work, which fail for the same reason
 */
export async function settled<T>(parts: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(parts)
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return results.map((result) => (result as PromiseFulfilledResult<T>).value)
}
