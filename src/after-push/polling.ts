/** Time, as a run sees it. */
export interface Clock {
  /** Milliseconds since some point in time. */
  readonly clock: () => number
  readonly sleep: (milliseconds: number) => Promise<void>
}

const FIRST_PAUSE = 2_000
const LONGEST_PAUSE = 15_000

/**
 * Asks again and again, with growing pauses, until there is an answer or the time is over; the last question is
 * asked when it is over.
 * @param ask what is asked; returns undefined where there is no answer yet
 * @returns the answer, or undefined where none came in time
 */
export async function poll<T>(
  { clock, sleep }: Clock,
  timeoutMs: number,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const end = clock() + timeoutMs
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    const answer = await ask()
    if (answer !== undefined) return answer
    const left = end - clock()
    if (left <= 0) return undefined
    await sleep(Math.min(pause, left))
  }
}
