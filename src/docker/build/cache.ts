import { isImmutable, type Mutability } from '../../ecr/settings/mutability.ts'
import type { CachePreset } from '../port.ts'

/** The caches that a preset stands for, as values of `cache-from` and `cache-to`. */
export interface Cache {
  readonly cacheFrom: readonly string[]
  readonly cacheTo: readonly string[]
  /** Why it is less than was asked for. */
  readonly warnings: readonly string[]
}

/**
 * The caches that a preset stands for. In ECR a cache is an image of its own under a tag of its own,
 * `buildcache-…`, in the image's repository. ECR takes no manifests but those of images, so it needs `image-manifest`
 * and `oci-mediatypes`. A build does not fail because its cache does.
 * https://docs.docker.com/build/cache/backends/
 * @param name the repository's name, which is the scope of GitHub's cache
 * @param image the repository to push to; null without a push, when nobody is logged in to it
 */
export function presetCache(
  preset: CachePreset,
  name: string,
  image: { readonly uri: string; readonly mutability: Mutability } | null,
): Cache {
  const suffix = preset.variant === '' ? '' : `-${preset.variant}`
  if (preset.kind === 'gha') {
    // buildx would leave such a cache out silently.
    if (!preset.hasGitHubCache) {
      return leftOut("cache: gha is left out: the runner gives this job no access to GitHub's cache.")
    }
    const scope = `type=gha,scope=${name}${suffix}`
    return { cacheFrom: [scope], cacheTo: [`${scope},mode=max,ignore-error=true`], warnings: [] }
  }
  if (image === null) {
    return leftOut('cache: ecr is left out: without a push nobody logs in to ECR; cache: gha works without.')
  }
  const tags = preset.scopes.map((scope) => `buildcache-${scope}${suffix}`)
  const own = tags[0] as string
  const fixed = isImmutable(image.mutability, own)
  const attributes = 'mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true'
  return {
    cacheFrom: tags.map((tag) => `type=registry,ref=${image.uri}:${tag}`),
    cacheTo: fixed ? [] : [`type=registry,ref=${image.uri}:${own},${attributes}`],
    warnings: fixed
      ? [
          `cache: ecr is read but not written: the tags of ${image.uri} are immutable, and the tag ${own} would have to move with each run. Exclude buildcache-* from the repository's tag mutability (IMMUTABLE_WITH_EXCLUSION), or name another repository in cache-from and cache-to.`,
        ]
      : [],
  }
}

function leftOut(why: string): Cache {
  return { cacheFrom: [], cacheTo: [], warnings: [why] }
}
