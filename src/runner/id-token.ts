import { getIDToken } from '@actions/core'
import { LIMITS } from '../shared/limits.ts'
import { SeenRequests } from '../shared/seen-requests.ts'
import { askGitHub } from './ask-github.ts'

/**
 * GitHub's OIDC token for an audience. The toolkit's client waits for minutes for one answer, takes one
 * of any size, and cannot be told to end: its requests are ended.
 * @param log gets a line for each retry
 * @throws Error that says what GitHub answered
 */
export function idToken(audience: string, log: (line: string) => void): Promise<string> {
  return askGitHub(
    {
      what: `The question to GitHub for an OIDC token of the audience '${audience}'`,
      withinMs: LIMITS.githubQuestionMs,
      ask: (signal) => limited(() => getIDToken(audience), signal),
      isTransient: isTokenFault,
    },
    log,
  )
}

async function limited<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const requests = new SeenRequests(LIMITS.githubBodyBytes)
  const end = () => requests.end()
  signal.addEventListener('abort', end)
  try {
    return await Promise.race([requests.run(ask), requests.tooLarge])
  } finally {
    requests.stop()
  }
}

/** The toolkit writes the status into its message; `undefined` if there was no answer. */
function isTokenFault(error: unknown): boolean {
  const status = /Error Code : (\w+)/.exec(error instanceof Error ? error.message : '')?.[1]
  return status === 'undefined' || /^5\d\d$/.test(status ?? '')
}
