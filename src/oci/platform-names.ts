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

/** The systems that may stand alone: https://github.com/containerd/platforms/blob/main/database.go */
const SYSTEMS = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux macos nacl netbsd openbsd plan9 solaris wasip1 windows zos'.split(
    ' ',
  ),
)

/** The architectures that may stand alone, their other names among them. */
const ARCHITECTURES = new Set(
  '386 aarch64 amd64 amd64p32 arm arm64 arm64be armbe armel armhf i386 loong64 mips mips64 mips64le mips64p32 mips64p32le mipsle ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm x86-64 x86_64'.split(
    ' ',
  ),
)

/** Whether a word that stands alone is a system, with or without a version, or an architecture. */
export function isPlatformWord(word: string): boolean {
  const lower = word.toLowerCase()
  return ARCHITECTURES.has(lower) || SYSTEMS.has(lower.replace(/\(.*/, ''))
}

/** Another name of an architecture, and the variant that comes with it. */
const OTHER_NAMES: Readonly<Record<string, readonly [string, string?]>> = {
  aarch64: ['arm64'],
  armel: ['arm', 'v6'],
  armhf: ['arm', 'v7'],
  i386: ['386', ''],
  'x86-64': ['amd64'],
  x86_64: ['amd64'],
}

/** The variant that is meant if there is none. */
const USUAL_VARIANTS: Readonly<Record<string, string>> = { amd64: 'v1', arm64: 'v8' }

/**
 * One name for all names of a platform, by containerd's rules: what runs on the one runs on the other. An architecture
 * alone is Linux's.
 * https://github.com/containerd/platforms/blob/main/platforms.go (Parse, Normalize)
 * @param name short or full, or a system or an architecture alone
 * @param architecture of a system that stands alone; without it, its name stays alone
 */
export function canonicalPlatformName(name: string, architecture?: string): string {
  const [first = '', ...rest] = name.toLowerCase().split('/')
  const [system, word, given = ''] =
    rest.length > 0
      ? [first, ...rest]
      : ARCHITECTURES.has(first)
        ? ['linux', first]
        : [first, architecture?.toLowerCase()]
  const os = system.replace(/^macos(?=\(|$)/, 'darwin')
  if (word === undefined) return os
  const [known, own] = OTHER_NAMES[word] ?? [word]
  const numbered = own ?? (/^arm(?:64)?$/.test(known) ? given.replace(/^(?=\d)/, 'v') : given)
  const variant = known === 'arm' && numbered === '' ? 'v7' : numbered
  return [os, known, ...(variant === '' || variant === USUAL_VARIANTS[known] ? [] : [variant])].join('/')
}

/**
 * Whether an image's platform is the one that is asked for.
 * @param wanted short or full; of a system alone, any architecture will do
 */
export function isForPlatform(platform: Platform, wanted: string): boolean {
  const [os = '', ...rest] = canonicalPlatformName(wanted).split('/')
  const system = os.replace(/\(.*/, '')
  if (rest.length === 0) return platform.os.toLowerCase() === system
  return canonicalPlatformName(platformName(platform)) === [system, ...rest].join('/')
}

/** What a processor runs besides its own: https://github.com/containerd/platforms/blob/main/compare.go (platformVector) */
const RUNS_TOO: Readonly<Record<string, string>> = { amd64: '386', arm64: 'arm' }

/**
 * Whether a machine runs an image without an emulator, as containerd knows it; variants are not compared.
 * @param machine such as `linux/amd64`
 */
export function runsBoth(machine: string, platform: Platform): boolean {
  const [os, architecture = ''] = canonicalPlatformName(machine).split('/')
  const [system, own] = canonicalPlatformName(platformName(platform)).split('/')
  return os === system && (own === architecture || own === RUNS_TOO[architecture])
}
