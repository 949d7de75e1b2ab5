import { platformName } from '../../oci/types.ts'
import type { IndexPart } from '../../registry/create-index.ts'
import { ActionError } from '../../shared/errors.ts'

/** The names of all platforms that the parts are for. */
export const platformsOf = (parts: readonly IndexPart[]) =>
  parts.flatMap(({ platforms }) => platforms.map((platform) => platformName(platform)))

/** @throws ActionError where a platform is missing, there twice, or none */
export function refusePlatforms(parts: readonly IndexPart[], wanted: readonly string[]): void {
  const owners = new Map<string, string[]>()
  for (const { digest, platforms } of parts) {
    if (platforms.length === 0) {
      throw new ActionError(
        `${digest} is for no platform: its configuration does not say one.`,
        'give the digests of images, as push-by-digest put them out.',
      )
    }
    for (const platform of platforms) {
      // Windows images of one architecture differ by the version of the system.
      const name = `${commonName(platformName(platform))}${platform['os.version'] ? ` (${platform['os.version']})` : ''}`
      owners.set(name, [...(owners.get(name) ?? []), digest])
    }
  }
  const doubled = [...owners].filter(([, digests]) => digests.length > 1)
  if (doubled.length > 0) {
    const list = doubled.map(([name, digests]) => `${name} (${digests.join(', ')})`).join('; ')
    throw new ActionError(
      `More than one image is for the same platform: ${list}.`,
      "let every runner of the matrix build another platform (the input 'platforms', or the runner's own), and give each digest once.",
    )
  }
  if (wanted.length === 0) return
  const found = platformsOf(parts)
  const [have, want] = [found, wanted].map((names) => names.map(commonName)) as [string[], string[]]
  const missing = wanted.filter((name) => !have.includes(commonName(name)))
  const more = found.filter((name) => !want.includes(commonName(name)))
  if (missing.length + more.length === 0) return
  throw new ActionError(
    `The digests are for ${found.join(', ')}, and the input 'platforms' says ${wanted.join(', ')}: ${[
      ...missing.map((name) => `${name} is missing`),
      ...more.map((name) => `${name} is not wanted`),
    ].join(', ')}.`,
    'see which runner of the matrix has failed or has pushed another platform, or correct platforms.',
  )
}

/**
 * Names that mean the same platform become one, as containerd has them: what runs on the one runs on the other.
 * https://github.com/containerd/platforms/blob/main/database.go
 */
function commonName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^([^/]+)\/(?:x86_64|x86-64)(?=\/|$)/, '$1/amd64')
    .replace(/^([^/]+)\/aarch64(?=\/|$)/, '$1/arm64')
    .replace(/\/amd64\/v1$/, '/amd64')
    .replace(/\/arm64\/v?8$/, '/arm64')
    .replace(/\/arm$/, '/arm/v7')
}
