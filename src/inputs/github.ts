import { readFileSync } from 'node:fs'
import { textAt } from '../metadata/payload.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What builds need to know of the run. */
export interface GitHubRun {
  /** `https://github.com`, or GitHub Enterprise Server's. */
  readonly serverUrl: string
  /** `owner/name`; empty outside of GitHub. */
  readonly repository: string
  readonly sha: string
  /** `refs/heads/…`, `refs/tags/…` or `refs/pull/N/merge`. */
  readonly ref: string
  /** The branch that a pull request would be merged into; null for other events. */
  readonly baseBranch: string | null
  /** This very attempt of the run, as provenance names its builder; null outside of GitHub. */
  readonly attemptUrl: string | null
}

/**
 * https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables
 * @param env the job's environment
 */
export function readGitHubRun(env: Env): GitHubRun {
  const serverUrl = (env['GITHUB_SERVER_URL'] || 'https://github.com').replace(/(?<!\/)\/+$/, '')
  const repository = env['GITHUB_REPOSITORY'] ?? ''
  const run = env['GITHUB_RUN_ID']
  return {
    serverUrl,
    repository,
    sha: env['GITHUB_SHA'] ?? '',
    ref: env['GITHUB_REF'] ?? '',
    baseBranch: env['GITHUB_BASE_REF'] || null,
    attemptUrl:
      run && repository
        ? `${serverUrl}/${repository}/actions/runs/${run}/attempts/${env['GITHUB_RUN_ATTEMPT'] || '1'}`
        : null,
  }
}

/** The repository's default branch, as the event says; null if there is no event or it does not say. */
export function readDefaultBranch(env: Env): string | null {
  return textAt(readEvent(env), 'repository', 'default_branch') || null
}

/** The commit at the head of the pull request; null for other events. */
export function readPullRequestHead(env: Env): string | null {
  return textAt(readEvent(env), 'pull_request', 'head', 'sha') || null
}

function readEvent(env: Env): unknown {
  const file = env['GITHUB_EVENT_PATH']
  if (!file) return null
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    // Whoever asks has an answer for an event that does not say.
    return null
  }
}
