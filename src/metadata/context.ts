import { isAnnotationLevel } from './annotation-levels.ts'
import { Problems } from './problems.ts'

/** What GitHub says about the run. */
export interface EventContext {
  /** `push`, `pull_request`… */
  readonly eventName: string
  readonly sha: string
  /** `refs/heads/…`, `refs/tags/…` or `refs/pull/…`. */
  readonly ref: string
  /** `owner/name`. */
  readonly repository: string
  /** The repository of the commit if that is not the run's own; its page is null if it is not known. */
  readonly source?: { readonly name: string | null; readonly url: string | null }
  /** `https://github.com`, or GitHub Enterprise Server's. */
  readonly serverUrl: string
  /** The event's JSON. Nothing in it is trusted to have a type. */
  readonly payload: unknown
  readonly now: Date
  /** What the image's creation is dated to, by SOURCE_DATE_EPOCH; null if the job does not say. */
  readonly sourceDate: Date | null
  /** Name images of pull requests after the head commit, not after the merge commit that was built. */
  readonly prHeadSha: boolean
  readonly shortShaLength: number
  /** `manifest`, `index`… for annotations that do not say their own. */
  readonly annotationLevels: readonly string[]
}

/** The commit that is checked out where the image is built from. */
export interface Checkout {
  readonly sha: string
  readonly date: Date
  /** When another commit was made, if the checkout has it; null if it has not. Nothing is fetched for it. */
  readonly dateOf?: (sha: string) => Promise<Date | null>
  /** The address that it was fetched from, as git has it, password and all; null if it has none. */
  readonly origin?: () => Promise<string | null>
  /** Asks for `refs/heads/…` or `refs/tags/…`; null if the commit is checked out by itself and has no tag. */
  readonly ref: () => Promise<string | null>
}

/**
 * The context from the environment that GitHub's runner and the user's `env:` set.
 * @param env the job's environment; the variables DOCKER_METADATA_… are those of docker/metadata-action, and
 *   SOURCE_DATE_EPOCH is that of https://reproducible-builds.org/specs/source-date-epoch/
 * @param payload the parsed content of the file GITHUB_EVENT_PATH
 * @throws MetadataError naming each variable that holds nothing usable
 */
export function readEventContext(
  env: Readonly<Record<string, string | undefined>>,
  payload: unknown,
  now: Date,
): EventContext {
  const problems = new Problems()
  const length = env['DOCKER_METADATA_SHORT_SHA_LENGTH'] || '7'
  if (!/^0*[1-9]\d{0,3}$/.test(length)) {
    problems.add('DOCKER_METADATA_SHORT_SHA_LENGTH', length, 'must be a whole number, such as 7')
  }
  const levels = env['DOCKER_METADATA_ANNOTATIONS_LEVELS'] || 'manifest'
  const annotationLevels = levels.split(',').map((level) => level.trim())
  if (!annotationLevels.every(isAnnotationLevel)) {
    problems.add(
      'DOCKER_METADATA_ANNOTATIONS_LEVELS',
      levels,
      'must be a comma-separated list of manifest, index, manifest-descriptor and index-descriptor, each with a [platform] if wanted',
    )
  }
  const epoch = env['SOURCE_DATE_EPOCH'] || null
  // The last second of the year 9999: a later one has no date that others can read.
  if (epoch !== null && !(/^\d{1,12}$/.test(epoch) && Number(epoch) <= 253402300799)) {
    problems.add('SOURCE_DATE_EPOCH', epoch, 'must be a time in whole seconds since 1970, such as 1700000000')
  }
  problems.throwIfAny()
  return {
    eventName: env['GITHUB_EVENT_NAME'] ?? '',
    sha: env['GITHUB_SHA'] ?? '',
    ref: env['GITHUB_REF'] ?? '',
    repository: env['GITHUB_REPOSITORY'] ?? '',
    serverUrl: env['GITHUB_SERVER_URL'] || 'https://github.com',
    payload,
    now,
    sourceDate: epoch === null ? null : new Date(Number(epoch) * 1000),
    prHeadSha: /true/i.test(env['DOCKER_METADATA_PR_HEAD_SHA'] ?? ''),
    shortShaLength: Number(length),
    annotationLevels,
  }
}
