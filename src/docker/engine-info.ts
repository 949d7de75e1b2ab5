import { canonicalPlatformName } from '../oci/platform-names.ts'
import { clip } from '../shared/clip.ts'
import { ActionError } from '../shared/errors.ts'

/** The part of `docker info --format json` that is used; 20.10 has it too. The engine's own answer has no `ClientInfo`. */
export interface Info {
  readonly ServerVersion?: string
  /** Such as `linux`. */
  readonly OSType?: string
  /** As the kernel calls it: `x86_64`. */
  readonly Architecture?: string
  readonly ProductLicense?: string
  readonly ServerErrors?: readonly string[]
  /** Pairs of a name and a value; the containerd image store names its snapshotter there. */
  readonly DriverStatus?: readonly (readonly string[])[] | null
  readonly ClientInfo?: {
    /** Since 23.0. */
    readonly Version?: string
    readonly Plugins?:
      | readonly {
          readonly Name?: string
          readonly Version?: string
          readonly Err?: string
          readonly Path?: string
        }[]
      | null
  }
}

/** @returns null for what `docker info` does not print */
export function infoIn(stdout: string): Info | null {
  try {
    return parseInfo(stdout)
  } catch {
    return null
  }
}

/** @throws ActionError for what `docker info` does not print */
export function parseInfo(stdout: string): Info {
  try {
    const info: unknown = JSON.parse(stdout)
    if (isInfo(info)) return info
    throw new Error('it has another form')
  } catch (error) {
    throw new ActionError(
      `'docker info' did not answer with JSON: ${clip(stdout, 200)}`,
      'update Docker on the runner; 20.10 and later are known to work.',
      { cause: error },
    )
  }
}

function isInfo(value: unknown): value is Info {
  if (typeof value !== 'object' || value === null) return false
  const { ServerVersion, OSType, Architecture, ProductLicense, ServerErrors, DriverStatus, ClientInfo } =
    value as Record<string, unknown>
  const text = (given: unknown) => given === undefined || typeof given === 'string'
  const list = (given: unknown, of: (item: unknown) => boolean) =>
    (given ?? null) === null || (Array.isArray(given) && given.every(of))
  const { Version, Plugins } = (ClientInfo ?? {}) as Record<string, unknown>
  return (
    [ServerVersion, OSType, Architecture].every(text) &&
    text(ProductLicense) &&
    list(ServerErrors, text) &&
    list(DriverStatus, (pair) => Array.isArray(pair) && pair.every(text)) &&
    text(Version) &&
    list(Plugins, (plugin) => {
      const { Name, Version: own, Err, Path } = (plugin ?? {}) as Record<string, unknown>
      return plugin !== null && [Name, own, Err, Path].every(text)
    })
  )
}

/** What the kernel calls an architecture that containerd does not know by that name. */
const KERNEL_NAMES: Readonly<Record<string, string>> = {
  armv6l: 'arm/v6',
  armv7l: 'arm/v7',
  armv8l: 'arm/v7',
  i586: '386',
  i686: '386',
  loongarch64: 'loong64',
}

/** The platform of an engine, such as `linux/amd64`; null if it does not say it. */
export function enginePlatform({ OSType, Architecture }: Info): string | null {
  if (!OSType || !Architecture) return null
  return canonicalPlatformName(`${OSType}/${KERNEL_NAMES[Architecture] ?? Architecture}`)
}
