import { type Platform, platformName } from './types.ts'

/**
 * A platform with the version and the features of its system, as containerd writes it:
 * `windows(10.0.20348.587+win32k)/amd64`. The short name if it has neither.
 * https://github.com/containerd/platforms/blob/main/platforms.go (FormatAll)
 */
export function fullPlatformName(platform: Platform): string {
  const features = [...new Set(platform['os.features'] ?? [])].filter((feature) => feature !== '').sort()
  const options = [platform['os.version'] ?? '', ...features].map(encodeOption).join('+')
  return platformName(options === '' ? platform : { ...platform, os: `${platform.os}(${options})` })
}

/** Characters that would be read as part of the name's syntax. */
function encodeOption(text: string): string {
  return text.replace(/[%+()/]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/**
 * Names for platforms that stand beside each other: the short name, and the full one for those that would share a
 * short name, such as two versions of Windows.
 * @returns a name for each, in the same order; two are equal only if the platforms are
 */
export function platformNames(platforms: readonly Platform[]): string[] {
  const short = platforms.map(platformName)
  const isShared = (name: string) => short.indexOf(name) !== short.lastIndexOf(name)
  return platforms.map((platform, at) => {
    const name = short[at] as string
    return isShared(name) ? fullPlatformName(platform) : name
  })
}

/**
 * One name for all names of a platform, by containerd's rules: what runs on the one runs on the other.
 * https://github.com/containerd/platforms/blob/main/database.go
 * @param name short or full
 */
export function canonicalPlatformName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^([^/]+)\/(?:x86_64|x86-64)(?=\/|$)/, '$1/amd64')
    .replace(/^([^/]+)\/aarch64(?=\/|$)/, '$1/arm64')
    .replace(/\/amd64\/v1$/, '/amd64')
    .replace(/\/arm64\/v?8$/, '/arm64')
    .replace(/\/arm$/, '/arm/v7')
}
