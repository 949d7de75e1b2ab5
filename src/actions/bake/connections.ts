import type { Ecr } from '../../ecr/port.ts'
import type { RegistryToken } from '../../ecr/tokens.ts'
import type { World } from '../../world.ts'

/** So long a token that was just issued is given to whoever asks for one: targets ask nearly at the same time. */
const FRESH_MS = 30_000

/**
 * Connects to each registry once, whatever the number of targets that go there: a role is assumed once, and a token is
 * asked for once.
 */
export function sharedConnections(connect: World['connectEcr'], clock: World['clock']): World['connectEcr'] {
  const known = new Map<string, Promise<Ecr>>()
  return (target) => {
    const { repository, role, allowedAccounts = [] } = target
    const { region, registryId, registryType } = repository
    const key = JSON.stringify([region, registryId, registryType, role, allowedAccounts])
    const found = known.get(key) ?? connect(target).then((ecr) => withSharedToken(ecr, clock))
    known.set(key, found)
    return found
  }
}

function withSharedToken(ecr: Ecr, clock: () => number): Ecr {
  let issued: { readonly at: number; readonly token: Promise<RegistryToken> } | null = null
  return {
    ...ecr,
    authorize() {
      if (issued === null || clock() - issued.at > FRESH_MS) issued = { at: clock(), token: ecr.authorize() }
      return issued.token
    },
  }
}
