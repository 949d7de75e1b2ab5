import { readFile } from 'node:fs/promises'
import type { GitHub } from '../metadata/describe.ts'
import { readEventContext } from '../metadata/index.ts'
import { textAt } from '../metadata/payload.ts'
import { isObject } from '../shared/is-object.ts'
import { LIMITS } from '../shared/limits.ts'
import { askGitHub } from './ask-github.ts'
import { readCheckout } from './checkout.ts'

/**
 * GitHub as the runner tells of it; its API is asked, and its client loaded, only for what an event lacks.
 * @param env the job's environment
 * @param token the input github-token; empty: the API is asked nothing
 * @param log gets a line for each retry
 */
export function connectGitHub(
  env: Readonly<Record<string, string | undefined>>,
  token: string,
  log: (line: string) => void,
): GitHub {
  type Request = ReturnType<typeof import('@actions/github').getOctokit>['request']
  const asking = async <T>(
    what: string,
    ask: (send: Request, request: { signal: AbortSignal; fetch: typeof globalThis.fetch }) => Promise<T>,
  ) => {
    // Of the client, `request` alone: dist/ has neither its table of endpoints nor its pages (dev/dist-packages.ts).
    const { request } = (await import('@actions/github')).getOctokit(token)
    const fetch = wholeAnswers(
      (request.endpoint.DEFAULTS.request as { fetch: typeof globalThis.fetch }).fetch,
    )
    const question = { what, withinMs: LIMITS.githubFactMs, isTransient: isApiFault }
    return askGitHub({ ...question, ask: (signal) => ask(request, { signal, fetch }) }, log)
  }
  const split = (repository: string) => {
    const [owner = '', repo = ''] = repository.split('/')
    return { owner, repo }
  }
  return {
    checkout: (folder) => readCheckout(folder, env),
    event: async () => readEventContext(env, await readPayload(env['GITHUB_EVENT_PATH']), new Date()),
    lookups:
      token === ''
        ? {}
        : {
            async repository(repository) {
              const { data } = await asking(
                `The question to GitHub's API for ${repository}`,
                (send, request) => send('GET /repos/{owner}/{repo}', { ...split(repository), request }),
              )
              return {
                name: textAt(data, 'name'),
                description: textAt(data, 'description'),
                url: textAt(data, 'html_url'),
                license: textAt(data, 'license', 'spdx_id'),
                defaultBranch: textAt(data, 'default_branch'),
              }
            },
            async commitDate(repository, sha) {
              // Git's commit alone: the API's other answer has the patch of each file with it, megabytes of a large one.
              // https://docs.github.com/rest/git/commits#get-a-commit-object
              const { data } = await asking(
                `The question to GitHub's API for the commit ${sha}`,
                (send, request) =>
                  send('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
                    ...split(repository),
                    commit_sha: sha,
                    request,
                  }),
              )
              const date = textAt(data, 'committer', 'date')
              return date === null ? null : new Date(date)
            },
          },
  }
}

/** An answer that is larger than GitHub's are, or none of its API's. */
class NotOfGitHub extends Error {
  override readonly name = 'NotOfGitHub'
}

/**
 * @returns the same, with answers that have come whole. The client would read a body of any size, and take one that
 *   breaks off, or is no JSON, for an answer in which there is nothing.
 */
export function wholeAnswers(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (...args) => {
    const response = await fetch(...args)
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength
      if (size > LIMITS.githubBodyBytes) {
        throw new NotOfGitHub(`the answer of GitHub is larger than ${LIMITS.githubBodyBytes} bytes`)
      }
      chunks.push(chunk)
    }
    const { ok, status, headers } = response
    const body = Buffer.concat(chunks)
    if (ok && !isJsonObject(body)) {
      throw new NotOfGitHub(`the answer of GitHub is no JSON object (${status}, ${size} bytes)`)
    }
    return new Response(size === 0 ? null : body, { status, headers })
  }
}

function isJsonObject(body: Buffer): boolean {
  try {
    return isObject(JSON.parse(body.toString('utf8')))
  } catch {
    return false
  }
}

/** Octokit gives the status 500 to a request without an answer. */
export function isApiFault(error: unknown): boolean {
  if ((error as { readonly cause?: unknown } | null)?.cause instanceof NotOfGitHub) return false
  return ((error as { readonly status?: unknown } | null)?.status as number) >= 500
}

/** The event; without one, or with one that is no JSON, what the environment says has to do. */
async function readPayload(file: string | undefined): Promise<unknown> {
  if (!file) return {}
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return {}
  }
}
