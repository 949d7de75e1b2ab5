import { clip } from '../../shared/clip.ts'
import { attribute, splitCsv } from '../../shared/csv.ts'
import type { Page } from '../../shared/pages.ts'
import type { BuildRequest } from '../port.ts'
import { type FailingStep, isCacheExport } from './failing-step.ts'

/** Why a build failed, and what to do about it. */
export interface Cause {
  readonly what: string
  readonly remedy: string
  /** The page that says more. */
  readonly page?: Page
}

const CACHES = 'build.md#a-cache-between-runs'
const OWN_REPOSITORY = "or keep the cache in the image's own repository (cache: ecr)."

/**
 * The cause of a cache that could not be exported: its repository does not exist, or its registry refuses. A cache is
 * pushed as an image is, and the reason is in the words of a push.
 * https://github.com/containerd/containerd/blob/main/core/remotes/docker/pusher.go
 * @returns null if it is another, or no cache is the reason
 */
export function cacheCause(failure: FailingStep, { cacheTo }: Pick<BuildRequest, 'cacheTo'>): Cause | null {
  if (!isCacheExport(failure)) return null
  const reason = failure.reason ?? ''
  const caches = cachesOf(cacheTo, reason)
  const list = clip(caches.join(', '), 300)
  const named = (one: string) =>
    caches.length > 1
      ? `${one.replace('the cache', 'one of the caches')} (${list}; docker does not say which)`
      : `${one}${caches.length === 0 ? '' : ` (${list})`}`
  // A registry other than ECR's own create-on-push says 404 of a repository that does not exist.
  if (/\b404 Not Found\b|\bname unknown\b/i.test(reason)) {
    return {
      what: `${named('The repository of the cache')} does not exist; create-repository makes that of the image only`,
      remedy: `create the cache's repository (aws ecr create-repository), or a repository creation template of ECR for pushes; ${OWN_REPOSITORY}`,
      page: CACHES,
    }
  }
  if (/\bno basic auth credentials\b|\b401 Unauthorized\b/i.test(reason)) {
    return {
      what: `${named('The registry of the cache')} wants a login that docker does not have`,
      remedy: `log in to the registry of the cache with the input pull-registries if it is one of ECR, else with registry-auth or in a step before this one; ${OWN_REPOSITORY}`,
      page: CACHES,
    }
  }
  if (/\binsufficient_scope\b|\b403 Forbidden\b|\bdenied: /i.test(reason)) {
    return {
      what: `${named('The registry of the cache')} denies access`,
      remedy: `the identity that docker is logged in with needs ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage and ecr:BatchGetImage on the repository of the cache; ${OWN_REPOSITORY}`,
      page: 'iam.md#keep-the-build-cache-in-ecr',
    }
  }
  return null
}

/** `HOST/NAME` of the caches that a reason may be about: the one that it names, or else all. */
function cachesOf(cacheTo: BuildRequest['cacheTo'], reason: string): string[] {
  const [, host, repository] = /\bhttps?:\/\/([^/\s]+)\/v2\/(\S+)\/(?:blobs|manifests)\//.exec(reason) ?? []
  if (host !== undefined) return [`${host}/${repository}`]
  const all = [...new Set(cacheTo.flatMap((cache) => reference(cache) ?? []))]
  const name = /\brepository with name '([^']+)'/i.exec(reason)?.[1]
  const meant = all.filter((one) => one.slice(one.indexOf('/') + 1) === name)
  return meant.length === 0 ? all : meant
}

/** `HOST/NAME` of a value of `cache-to`, which may be a reference alone; null if it is in no registry. */
function reference(cache: string): string | null {
  const fields = splitCsv(cache)
  const ref = attribute(fields, 'ref') ?? (cache.includes('=') ? null : cache)
  return ref?.replace(/[@:][^/]*$/, '') ?? null
}
