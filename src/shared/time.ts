/** Time, as a run sees it; a test brings its own. */
export interface Clock {
  /** Milliseconds since some point in time, unaffected by changes of the system's time. */
  readonly clock: () => number
  readonly sleep: (milliseconds: number) => Promise<void>
}

/**
 * Waits.
 * @param ref false lets the process end while this is all that it waits for
 */
export function sleep(milliseconds: number, { ref = true }: { readonly ref?: boolean } = {}): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    if (!ref) timer.unref()
  })
}

/**
 * Waits for work until a time is over.
 * @returns null once it is: the work goes on, nobody waits for it, and an error of it is nobody's
 */
export function inTime<T>(work: Promise<T>, limitMs: number): Promise<T | null> {
  return Promise.race([work, sleep(limitMs, { ref: false }).then(() => null)])
}

/** The time of this machine. */
export const REAL_TIME: Clock = { clock: () => performance.now(), sleep }

/**
 * A signal that aborts when a time is over. It keeps no process from its end.
 * @param late makes the reason of the signal; it gets the time in words: `90 s`
 */
export function deadline(milliseconds: number, late: (after: string) => Error): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(late(`${milliseconds / 1000} s`)), milliseconds).unref()
  return controller.signal
}

/** The pauses between two questions, in milliseconds: the first one, which grows by a factor, up to the longest. */
export interface Pauses {
  readonly firstMs: number
  readonly longestMs: number
  readonly factor: number
}

/**
 * Asks repeatedly, with growing pauses, until there is an answer or the time is over. The last question is asked
 * when the time is over, so that an answer that came during the last pause still counts.
 * @param ask what is asked; returns undefined if there is no answer yet
 * @returns the answer, or undefined if none came in time
 * @throws what `ask` throws
 */
export async function poll<T>(
  { clock, sleep }: Clock,
  timeoutMs: number,
  { firstMs, longestMs, factor }: Pauses,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const end = clock() + timeoutMs
  for (let pause = firstMs; ; pause = Math.min(pause * factor, longestMs)) {
    const answer = await ask()
    if (answer !== undefined) return answer
    const left = end - clock()
    if (left <= 0) return undefined
    await sleep(Math.min(pause, left))
  }
}
