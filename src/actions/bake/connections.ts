import type { Ecr } from '../../ecr/port.ts'
import type { RegistryToken } from '../../ecr/tokens.ts'
import type { Repository } from '../../ecr/types.ts'
import type { World } from '../../world.ts'

/** So long a token that was just issued is given to whoever asks for one: targets ask nearly at the same time. */
const FRESH_MS = 30_000

/**
 * Connects to each registry once, whatever the number of targets that go there: a role is assumed once, a token is asked
 * for once, and repositories that are asked for at the same time are asked for in one call.
 */
export function sharedConnections(connect: World['connectEcr'], clock: World['clock']): World['connectEcr'] {
  const known = new Map<string, Promise<Ecr>>()
  return (target) => {
    const { repository, role, allowedAccounts = [] } = target
    const { region, registryId, registryType } = repository
    const key = JSON.stringify([region, registryId, registryType, role, allowedAccounts])
    const found = known.get(key) ?? connect(target).then((ecr) => gathering(withSharedToken(ecr, clock)))
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

/** Repositories that are about to be asked for. */
interface Gathered {
  readonly names: Set<string>
  /** Null if each has to be asked for alone. */
  readonly answer: Promise<ReadonlyMap<string, Repository> | null>
}

/** What is asked for before the next turn of the event loop goes into one call; if ECR refuses that, each goes alone. */
function gathering(ecr: Ecr): Ecr {
  const { findRepositories } = ecr
  if (findRepositories === undefined) return ecr
  let open: Gathered | null = null
  const gather = (): Gathered => {
    const names = new Set<string>()
    const answer = new Promise((resolve) => setImmediate(resolve)).then(() => {
      open = null
      return names.size < 2 ? null : findRepositories([...names])
    })
    return { names, answer }
  }
  return {
    ...ecr,
    async findRepository(name) {
      open ??= gather()
      const { names, answer } = open
      names.add(name)
      return (await answer)?.get(name) ?? ecr.findRepository(name)
    },
  }
}
