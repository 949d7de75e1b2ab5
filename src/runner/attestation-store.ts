import { parseRetryAfter, TRANSIENT_STATUSES } from '../registry/errors.ts'
import { clip } from '../shared/clip.ts'
import { isObject } from '../shared/is-object.ts'
import { LIMITS } from '../shared/limits.ts'
import { logLine } from '../shared/log-line.ts'
import type { GitHubStore } from '../sigstore/job.ts'
import { askGitHub } from './ask-github.ts'
import { isApiFault, wholeAnswers } from './github.ts'

/**
 * Asks GitHub to keep a bundle in its own store, where `gh attestation verify` looks first.
 * https://docs.github.com/rest/repos/attestations#create-an-attestation
 * @param repository `OWNER/NAME`
 * @param log gets a line for each retry
 * @throws Error that says what GitHub answered
 */
export async function storeAttestation(
  { token, serverUrl }: { readonly token: string; readonly serverUrl: string },
  repository: string,
  bundle: Uint8Array,
  log: (line: string) => void,
): Promise<GitHubStore> {
  const { request } = (await import('@actions/github')).getOctokit(token)
  const fetch = wholeAnswers((request.endpoint.DEFAULTS.request as { fetch: typeof globalThis.fetch }).fetch)
  const [owner = '', repo = ''] = repository.split('/')
  const content: unknown = JSON.parse(Buffer.from(bundle).toString('utf8'))
  let refusals = 0
  // GitHub refuses a token or a bundle now and then that it takes a moment later; the registry has it, so not for long.
  const isWorthAnother = (error: unknown) => isRefusedForGood(error) && ++refusals < REFUSALS
  return askGitHub(
    {
      what: "The question to GitHub's API to keep the attestation",
      withinMs: LIMITS.githubStoreMs,
      isTransient: (error) => isApiFault(error) || isRefusedForNow(error) || isWorthAnother(error),
      askedToWaitMs,
      ask: async (signal): Promise<GitHubStore> => {
        try {
          const { data } = await request('POST /repos/{owner}/{repo}/attestations', {
            owner,
            repo,
            bundle: content as Record<string, unknown>,
            request: { signal, fetch },
          })
          const id = isObject(data) ? data['id'] : undefined
          // It becomes part of an address.
          if (!/^\d+$/.test(typeof id === 'number' || typeof id === 'string' ? String(id) : ''))
            throw new Error('the answer names no attestation')
          return { stored: true, url: `${serverUrl}/${repository}/attestations/${id}` }
        } catch (error) {
          const { status, response, message } = error as Refusal
          if (status === undefined || response === undefined) throw error
          const said = clip(logLine(message.replace(/\s+/g, ' ').trim()), MAX_REFUSAL_SAID)
          if ((status === 403 || status === 404) && !isRefusedForNow(error))
            return { stored: false, status, said }
          throw Object.assign(new Error(`${status}${said === '' ? '' : `: ${said}`}`, { cause: error }), {
            status,
            response,
          })
        }
      },
    },
    log,
  )
}

const MAX_REFUSAL_SAID = 300
/** How often GitHub may refuse one attestation (401, 422 and the like). */
const REFUSALS = 3

/** What of an error of GitHub's client is read; without a response, there was no answer. */
interface Refusal {
  readonly message: string
  readonly status?: number
  readonly response?: { readonly headers: Readonly<Record<string, string | undefined>> }
}

/**
 * Whether GitHub refuses for the number of questions, and not for who asks.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
function isRefusedForNow(error: unknown): boolean {
  const { status, response, message } = error as Refusal
  if (status !== 403) return status !== undefined && TRANSIENT_STATUSES.has(status)
  const { 'retry-after': after, 'x-ratelimit-remaining': remaining } = response?.headers ?? {}
  return after !== undefined || remaining === '0' || /\brate limit\b/i.test(message)
}

function isRefusedForGood(error: unknown): boolean {
  const { status = 0 } = error as Refusal
  return status >= 400 && status < 500 && !isRefusedForNow(error)
}

function askedToWaitMs(error: unknown): number | null {
  const headers = (error as Refusal).response?.headers ?? {}
  const afterMs = parseRetryAfter(headers['retry-after'])
  if (afterMs !== null || headers['x-ratelimit-remaining'] !== '0') return afterMs
  // Seconds since 1970.
  const resetMs = Number(headers['x-ratelimit-reset']) * 1000 - Date.now()
  return Number.isFinite(resetMs) ? Math.max(0, resetMs) : null
}
