import type { Checkout, EventContext } from './context.ts'
import { textAt, valueAt } from './payload.ts'

/** What labels say about the repository of the source. Null: not known, or not set. */
export interface RepositoryData {
  readonly name: string | null
  readonly description: string | null
  /** The page of the repository. */
  readonly url: string | null
  /** The SPDX id. */
  readonly license: string | null
  readonly defaultBranch: string | null
}

/**
 * What an event may lack and GitHub's API has. Each is called at most once, and only if the payload is not
 * enough; one that fails costs a warning, not the build.
 */
export interface GitHubLookups {
  /** @param repository `owner/name` */
  readonly repository?: (repository: string) => Promise<RepositoryData>
  readonly commitDate?: (repository: string, sha: string) => Promise<Date | null>
  /** The commit that the image is built from; null if that is no checkout. Asks git, and not GitHub. */
  readonly checkout?: () => Promise<Checkout | null>
}

/** Whether the payload lacks what the labels need: scheduled events have no repository in it, some no license. */
export function needsRepositoryData(context: EventContext): boolean {
  if (context.source !== undefined) return false
  const repository = valueAt(context.payload, 'repository')
  return ['description', 'license'].some((key) => valueAt(repository, key) === undefined)
}

/** The repository by the payload, by what was looked up, and by the run's own variables, in this order. */
export function describeRepository(context: EventContext, found: RepositoryData | null): RepositoryData {
  const payload = valueAt(context.payload, 'repository')
  const { repository, serverUrl, source } = context
  const defaultBranch = textAt(payload, 'default_branch') ?? found?.defaultBranch ?? null
  // What the event says is about the run's repository.
  if (source !== undefined) return { ...source, description: null, license: null, defaultBranch }
  return {
    name: textAt(payload, 'name') ?? found?.name ?? repository.slice(repository.indexOf('/') + 1),
    description: textAt(payload, 'description') ?? found?.description ?? null,
    url:
      textAt(payload, 'html_url') ?? found?.url ?? (repository === '' ? null : `${serverUrl}/${repository}`),
    license: textAt(payload, 'license', 'spdx_id') ?? found?.license ?? null,
    defaultBranch,
  }
}
