import type { EventContext } from './context.ts'
import { textAt, valueAt } from './payload.ts'
import type { RepositoryData } from './repository.ts'

/** The event, read: all that rules and expressions draw on. */
export interface Scene {
  readonly eventName: string
  /** The commit that images are named after; empty if there is none. */
  readonly sha: string
  readonly shortSha: string
  readonly ref: string
  /** The ref's name if it is a branch, a tag, a pull request; else null. */
  readonly branch: string | null
  readonly tag: string | null
  readonly pullRequest: string | null
  readonly baseRef: string
  readonly isDefaultBranch: boolean
  readonly now: Date
  readonly commitDate: Date
  /** When the image was made, as far as the same commit makes the same image. */
  readonly created: Date
  /** What files of the image are dated to at most, if that is the same in each run; else null. */
  readonly sourceDate: Date | null
  readonly repository: RepositoryData
}

/**
 * The ref and the commit that images are named after. A `pull_request_target` run has those of the base branch,
 * which must not lend its name to a pull request's image.
 */
export function namedCommit(context: EventContext): { ref: string; sha: string } {
  const { eventName, payload } = context
  let { ref, sha } = context
  if (eventName.includes('pull_request_target')) {
    const number = valueAt(payload, 'number') ?? valueAt(payload, 'pull_request', 'number')
    ref = Number.isSafeInteger(number) ? `refs/pull/${number}/merge` : ''
  }
  if (context.prHeadSha && eventName.includes('pull_request')) {
    sha = textAt(payload, 'pull_request', 'head', 'sha') || sha
  }
  return { ref, sha }
}

/** When the commit was made, by the payload; null if it does not say so. */
export function commitDateInPayload(payload: unknown, sha: string): Date | null {
  const commits = valueAt(payload, 'commits')
  const candidates: unknown[] = Array.isArray(commits) ? [...commits] : []
  candidates.push(valueAt(payload, 'head_commit'))
  for (const commit of candidates) {
    const timestamp = textAt(commit, 'timestamp')
    if (timestamp !== null && textAt(commit, 'id') === sha) return usableDate(new Date(timestamp))
  }
  return null
}

/** The date if its year has four digits in every time zone; else null. */
export function usableDate(date: Date): Date | null {
  const time = date.getTime()
  return time >= Date.UTC(1000, 0, 2) && time < Date.UTC(9999, 11, 31) ? date : null
}

/** When the commit was made; null if nobody knows. */
export interface CommitDate {
  /** By the event or the checkout alone, so that the same run always gives the same. */
  readonly known: Date | null
  /** By GitHub's API too, if it was asked. */
  readonly found: Date | null
  /** Of the commit that is checked out, whichever it is. */
  readonly checkedOut: Date | null
}

/** Without a commit's date the current time stands in, as in docker/metadata-action. */
export function readScene(context: EventContext, repository: RepositoryData, commitDate: CommitDate): Scene {
  const { ref, sha } = namedCommit(context)
  const branch = after(ref, 'refs/heads/')
  const tag = after(ref, 'refs/tags/')
  const pull = after(ref, 'refs/pull/')
  return {
    eventName: context.eventName,
    sha,
    shortSha: sha.slice(0, context.shortShaLength),
    ref,
    branch,
    tag,
    pullRequest: pull?.replace(/\/merge$/, '') ?? null,
    baseRef: baseRef(context.payload, tag !== null, pull !== null),
    isDefaultBranch: isDefaultBranch(context, branch ?? ref),
    now: context.now,
    commitDate: commitDate.found ?? context.now,
    created: context.sourceDate ?? commitDate.known ?? context.now,
    // Without the event's date, the label of the creation is the time of the run.
    sourceDate: context.sourceDate ?? (commitDate.known && (commitDate.checkedOut ?? commitDate.known)),
    repository,
  }
}

function after(ref: string, prefix: string): string | null {
  return ref.startsWith(prefix) ? ref.slice(prefix.length) : null
}

function baseRef(payload: unknown, isTag: boolean, isPull: boolean): string {
  const ofTag = isTag ? textAt(payload, 'base_ref') : null
  if (ofTag !== null) return ofTag.replace(/^refs\/heads\//, '')
  return (isPull ? textAt(payload, 'pull_request', 'base', 'ref') : null) ?? ''
}

// Such events always run on the default branch's last commit:
// https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
const ON_DEFAULT_BRANCH = /create|discussion|issues|schedule/

function isDefaultBranch({ eventName, payload }: EventContext, name: string): boolean {
  if (name === '') return false
  return textAt(payload, 'repository', 'default_branch') === name || ON_DEFAULT_BRANCH.test(eventName)
}
