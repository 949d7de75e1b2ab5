import { canonicalPlatformName, fullPlatformName, platformNames } from '../../oci/platform-names.ts'
import { type Platform, platformName } from '../../oci/types.ts'
import type { IndexPart } from '../../registry/index-part.ts'
import { ActionError } from '../../shared/errors.ts'

/** The names of all platforms that the parts are for; those that would share a name in full. */
export const platformsOf = (parts: readonly IndexPart[]): string[] =>
  platformNames(parts.flatMap(({ platforms }) => platforms))

/**
 * @param wanted the input `platforms`; empty: whatever the parts are for
 * @throws ActionError if a platform is missing, not wanted, or given twice
 */
export function refusePlatforms(parts: readonly IndexPart[], wanted: readonly string[]): void {
  refuseDoubled(parts)
  if (wanted.length === 0) return
  const found = parts.flatMap(({ platforms }) => platforms)
  const names = platformNames(found)
  const missing = wanted.filter((name) => !found.some((platform) => isNamed(platform, name)))
  const more = names.filter((_, at) => !wanted.some((name) => isNamed(found[at] as Platform, name)))
  if (missing.length + more.length === 0) return
  throw new ActionError(
    `The digests are for ${names.join(', ')}, and the input 'platforms' says ${wanted.join(', ')}: ${[
      ...missing.map((name) => `${name} is missing`),
      ...more.map((name) => `${name} is not wanted`),
    ].join(', ')}.`,
    'see which runner of the matrix has failed or has pushed another platform, or correct platforms.',
    { page: 'many-places.md#several-runners-one-image' },
  )
}

function refuseDoubled(parts: readonly IndexPart[]): void {
  const owners = new Map<string, string[]>()
  for (const { digest, platforms } of parts) {
    for (const platform of platforms) {
      // Windows images of one architecture differ by the version of the system.
      const name = canonicalPlatformName(fullPlatformName(platform))
      owners.set(name, [...(owners.get(name) ?? []), digest])
    }
  }
  const doubled = [...owners].filter(([, digests]) => digests.length > 1)
  if (doubled.length === 0) return
  const list = doubled.map(([name, digests]) => `${name} (${digests.join(', ')})`).join('; ')
  throw new ActionError(
    `More than one image is for the same platform: ${list}.`,
    "let every runner of the matrix build another platform (the input 'platforms', or the runner's own), and give each digest once.",
    { page: 'many-places.md#several-runners-one-image' },
  )
}

/** Whether a name means the platform: its full name, or the short one, which is that of all its versions. */
function isNamed(platform: Platform, name: string): boolean {
  const wanted = canonicalPlatformName(name)
  return [fullPlatformName(platform), platformName(platform)].some(
    (one) => canonicalPlatformName(one) === wanted,
  )
}
