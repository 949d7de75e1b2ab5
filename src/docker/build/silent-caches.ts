import { attribute, splitCsv } from '../../shared/csv.ts'
import type { Stalled } from '../stall/watch.ts'

/**
 * Those of the values of `cache-from` whose manifest a build was waiting for when it was ended. BuildKit names a cache of
 * a registry by its reference, and every other one `TYPE:HASH`.
 * https://github.com/moby/buildkit/blob/v0.25.0/solver/llbsolver/bridge.go (cmKey)
 */
export function silentCaches({ wait }: Stalled, cacheFrom: readonly string[]): string[] {
  const named = [...wait.what.matchAll(/\bimporting cache manifest from ([^\s,]+)/g)].map(([, name]) => name)
  return cacheFrom.filter((cache) => {
    const fields = splitCsv(cache)
    const type = attribute(fields, 'type') ?? 'registry'
    const reference = attribute(fields, 'ref') ?? (cache.includes('=') ? null : cache)
    if (type === 'registry') return named.some((name) => name === reference)
    return named.some((name) => name?.startsWith(`${type}:`))
  })
}
