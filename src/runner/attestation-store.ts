import { isObject } from '../shared/is-object.ts'
import { LIMITS } from '../shared/limits.ts'
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
  return askGitHub(
    {
      what: "The question to GitHub's API to keep the attestation",
      withinMs: LIMITS.githubStoreMs,
      isTransient: isApiFault,
      ask: async (signal): Promise<GitHubStore> => {
        try {
          const { data } = await request('POST /repos/{owner}/{repo}/attestations', {
            owner,
            repo,
            bundle: content as Record<string, unknown>,
            request: { signal, fetch },
          })
          const id = isObject(data) ? data['id'] : undefined
          if (typeof id !== 'number' && typeof id !== 'string')
            throw new Error('the answer names no attestation')
          return { stored: true, url: `${serverUrl}/${repository}/attestations/${id}` }
        } catch (error) {
          const { status } = error as { readonly status?: number }
          if (status === 403 || status === 404) return { stored: false, status }
          throw error
        }
      },
    },
    log,
  )
}
