import { createHash } from 'node:crypto'
import type { CachePreset } from '../docker/port.ts'
import { readDefaultBranch, readGitHubRun } from './github.ts'
import type { Reader } from './reader.ts'

/** The input `cache`. */
export function readCachePreset(
  reader: Reader,
  build: { readonly platforms: readonly string[]; readonly target: string | null },
): CachePreset | null {
  const kind = reader.matching('cache', /^(?:ecr|gha|none)$/, 'must be ecr, gha or none')
  if (kind !== 'ecr' && kind !== 'gha') return null
  const { env } = reader.source
  const parts = [...build.platforms, ...(build.target === null ? [] : [build.target])]
  return {
    kind,
    // GitHub itself falls back from the cache of a branch to that of the default branch.
    scopes: kind === 'ecr' ? readScopes(env) : [],
    hasGitHubCache: Boolean(
      env['ACTIONS_RUNTIME_TOKEN'] && (env['ACTIONS_RESULTS_URL'] || env['ACTIONS_CACHE_URL']),
    ),
    variant: parts.length === 0 ? '' : slug(parts.join('-').replaceAll('/', '-')),
  }
}

/** The branch of the run, then the one it would be merged into, then the default branch. */
function readScopes(env: Readonly<Record<string, string | undefined>>): string[] {
  const { ref, baseBranch } = readGitHubRun(env)
  const names = [nameOf(ref), baseBranch, readDefaultBranch(env)]
  return [...new Set(names.filter((name) => name !== null))].map(slug)
}

/** All Git tags share a cache: none of them is built a second time. */
function nameOf(ref: string): string {
  const [, kind, rest = ''] = /^refs\/(heads|tags|pull)\/(.+)$/.exec(ref) ?? []
  if (kind === 'tags') return 'tags'
  if (kind === 'pull') return `pull/${rest.replace(/\/(?:merge|head)$/, '')}`
  return rest || ref || 'local'
}

/** A part of a tag for any name. Two names that would become the same are told apart by a checksum. */
export function slug(name: string): string {
  const clean = name.replace(/[^a-zA-Z0-9_.-]+/g, '-').slice(0, 40)
  if (clean === name) return name
  return `${clean}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}
