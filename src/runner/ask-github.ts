import { LIMITS } from '../shared/limits.ts'
import { describeRetry, inAttempts, TRANSIENT_BACKOFF, withRetries } from '../shared/retry.ts'
import { sleep } from '../shared/time.ts'

/** A question to GitHub. */
export interface Question<T> {
  /** What is asked for, to begin a line of the log with. */
  readonly what: string
  /** How long all attempts may take together, in milliseconds. */
  readonly withinMs: number
  /** Asks once; what ignores the signal is no longer waited for once it is aborted. */
  readonly ask: (signal: AbortSignal) => Promise<T>
  /** Whether the same question may be answered in a moment. */
  readonly isTransient: (error: unknown) => boolean
  /** How long GitHub asks to wait before the next attempt, in milliseconds; null if it does not say. */
  readonly askedToWaitMs?: (error: unknown) => number | null
}

/** GitHub did not answer in time. */
class GitHubSilent extends Error {
  override readonly name = 'GitHubSilent'
}

/**
 * Asks GitHub, which may not answer at all: each attempt and all of them together have their limit.
 * @param log gets a line for each retry
 * @throws Error in one line, with the number of attempts if there was more than one
 */
export async function askGitHub<T>(
  { what, withinMs, ask, isTransient, askedToWaitMs }: Question<T>,
  log: (line: string) => void,
): Promise<T> {
  let attempts = 0
  let askedMs = 0
  try {
    return await withRetries(
      { ...TRANSIENT_BACKOFF, withinMs, sleep },
      (_, whole) => {
        attempts++
        return answered(ask, whole)
      },
      (error) => {
        if (!(error instanceof GitHubSilent) && !isTransient(error)) return null
        const afterMs = askedToWaitMs?.(error) ?? null
        askedMs += afterMs ?? 0
        return askedMs > LIMITS.retryAfterMs ? null : { reason: inOneLine(error), afterMs }
      },
      (retry) => log(describeRetry(what, retry)),
    )
  } catch (error) {
    throw new Error(`${inOneLine(error)}${inAttempts(attempts)}`, { cause: error })
  }
}

async function answered<T>(ask: (signal: AbortSignal) => Promise<T>, whole?: AbortSignal): Promise<T> {
  const ended = new AbortController()
  const late = Promise.withResolvers<never>()
  const end = () => {
    // The rejection comes first: what heeds the signal rejects with less to say.
    late.reject(new GitHubSilent(`GitHub did not answer within ${seconds(started)} s`))
    ended.abort()
  }
  const started = performance.now()
  const timer = setTimeout(end, LIMITS.githubAnswerMs)
  whole?.addEventListener('abort', end)
  try {
    return await Promise.race([late.promise, ask(ended.signal)])
  } finally {
    clearTimeout(timer)
    whole?.removeEventListener('abort', end)
  }
}

const seconds = (since: number) => Number(((performance.now() - since) / 1000).toFixed(1))

/** What GitHub's own client says has line breaks and blanks for a terminal in it. */
function inOneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/\s+/g, ' ').replace(/^Error message: /, '')
}
