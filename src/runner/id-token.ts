import { getIDToken } from '@actions/core'
import { LIMITS } from '../shared/limits.ts'
import { askGitHub } from './ask-github.ts'

/**
 * GitHub's OIDC token for an audience. The toolkit's client waits for minutes for one answer, and cannot be told to end:
 * a question that is no longer waited for goes on in the background, and changes nothing.
 * @param log gets a line for each retry
 * @throws Error that says what GitHub answered
 */
export function idToken(audience: string, log: (line: string) => void): Promise<string> {
  return askGitHub(
    {
      what: `The question to GitHub for an OIDC token of the audience '${audience}'`,
      withinMs: LIMITS.githubQuestionMs,
      ask: () => getIDToken(audience),
      isTransient: isTokenFault,
    },
    log,
  )
}

/** The toolkit writes the status into its message; `undefined` if there was no answer. */
function isTokenFault(error: unknown): boolean {
  const status = /Error Code : (\w+)/.exec(error instanceof Error ? error.message : '')?.[1]
  return status === 'undefined' || /^5\d\d$/.test(status ?? '')
}
