import type { RegistrySession } from '../oci/registry-session.ts'
import type { World } from '../world.ts'

/**
 * Opens connections to a registry for what comes next: to a distant one, opening a connection takes longer than a
 * question. What does not open is nobody's error: who needs the connection reports it.
 * @param session null if the registry is not known yet
 */
export async function warm(
  session: RegistrySession | null,
  connections: number,
  world: Pick<World, 'openRegistry'>,
): Promise<void> {
  if (session !== null) await (await world.openRegistry(session)).warm(connections)
}
