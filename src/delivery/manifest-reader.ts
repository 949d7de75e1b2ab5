import type { Descriptor, Manifest } from '../oci/types.ts'
import type { World } from '../world.ts'
import { type OpenRepository, pathOf } from './destination.ts'

/** Reads one manifest. @throws RegistryError if the registry does not give it */
export type ReadManifest = () => Promise<Manifest>

/** Reads the configuration of an image. @throws RegistryError if the registry does not give it */
export type ReadConfig = (config: Descriptor) => Promise<Uint8Array>

/**
 * Reads the manifest of an image once for all who want it, as what a digest names never changes: after a push, a second
 * request would be on its way to the tags, and might have to wait for a connection.
 */
export function manifestReader(
  { session, uri }: Pick<OpenRepository, 'session' | 'uri'>,
  digest: string,
  world: Pick<World, 'openRegistry'>,
): ReadManifest {
  let reading: Promise<Manifest> | null = null
  return () => {
    reading ??= world.openRegistry(session).then((registry) => registry.manifest(pathOf({ uri }), digest))
    return reading
  }
}

/** Reads each configuration of a repository's images once: its platform is an output, and its history explains layers. */
export function configReader(
  { session, uri }: Pick<OpenRepository, 'session' | 'uri'>,
  world: Pick<World, 'openRegistry'>,
): ReadConfig {
  const known = new Map<string, Promise<Uint8Array>>()
  return (config) => {
    const reading =
      known.get(config.digest) ??
      world.openRegistry(session).then((registry) => registry.readBlob(pathOf({ uri }), config))
    known.set(config.digest, reading)
    return reading
  }
}
