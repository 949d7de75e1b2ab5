import { setSecret } from '@actions/core'
import { isTransientConnection } from '../shared/connections.ts'
import { isObject } from '../shared/is-object.ts'
import { LIMITS } from '../shared/limits.ts'
import { askGitHub } from './ask-github.ts'

/**
 * GitHub's OIDC token for an audience, which is masked. The toolkit's client waits for minutes for one answer, takes one
 * of any size, cannot be told to end, and loads all of undici with it, so the one request is made here.
 * https://docs.github.com/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
 * @param log gets a line for each retry
 * @throws Error that says what GitHub answered
 */
export function idToken(audience: string, log: (line: string) => void): Promise<string> {
  return askGitHub(
    {
      what: `The question to GitHub for an OIDC token of the audience '${audience}'`,
      withinMs: LIMITS.githubQuestionMs,
      ask: (signal) => askForToken(audience, signal),
      isTransient: (error) =>
        isTransientConnection(error) ||
        (error as { readonly transient?: unknown } | null)?.transient === true,
    },
    log,
  )
}

async function askForToken(audience: string, signal: AbortSignal): Promise<string> {
  const { readUpTo, sendRequest } = await import('../registry/http.ts')
  const { sharedAgents } = await import('../registry/open.ts')
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = process.env
  if (!URL.canParse(address) || !secret) {
    throw new Error('the runner names no address (ACTIONS_ID_TOKEN_REQUEST_URL) and no token to ask it with')
  }
  const url = new URL(address)
  url.search += `${url.search === '' ? '?' : '&'}audience=${encodeURIComponent(audience)}`
  const operation = 'Asking GitHub for an OIDC token'
  const request = { operation, method: 'GET', url, headers: { accept: 'application/json' }, signal } as const
  const response = await sendRequest(request, [200], await sharedAgents(process.env), `Bearer ${secret}`)
  const text = Buffer.from(await readUpTo(response, LIMITS.githubBodyBytes)).toString('utf8')
  const token = tokenOfAnswer(text)
  if (token === null) throw new Error(`the answer of ${url.host} has no OIDC token in it`)
  setSecret(token)
  return token
}

function tokenOfAnswer(text: string): string | null {
  try {
    const answer: unknown = JSON.parse(text)
    const value = isObject(answer) ? answer['value'] : null
    return typeof value === 'string' && value !== '' ? value : null
  } catch {
    return null
  }
}
