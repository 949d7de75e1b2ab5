import { type Destination, pathOf } from '../../delivery/destination.ts'
import type { BuildHelp, LoginRenewal } from '../../docker/port.ts'
import type { Inputs } from '../../inputs/index.ts'
import type { World } from '../../world.ts'
import { loginHelp } from './prepare.ts'
import type { Pulls } from './pull-logins.ts'

// What docker is helped with in a build that takes its time.

/** Keeps docker's login up with the token: a build may take longer than a token lives. */
export function renewalOf(
  { session }: Destination,
  { keepLogin: keep, build }: Pick<Inputs, 'keepLogin' | 'build'>,
  pulls: Pick<Pulls, 'logins'>,
  world: Pick<World, 'docker' | 'openRegistry' | 'log' | 'debug'>,
): LoginRenewal {
  let used = session.credentials
  const follow = async (): Promise<boolean> => {
    if (session.credentials.password === used.password) return false
    used = session.credentials
    const help = loginHelp(session, world)
    const { secrets } = build
    const pullLogins = async () => [...build.pullLogins, ...(await pulls.logins())]
    await world.docker.login(session, { keep, secrets, pullLogins, ...help })
    return true
  }
  return {
    async renewIfExpiring() {
      await session.current()
      await follow()
    },
    async renewExpired() {
      // docker's own words do not tell an expired token from a missing permission; the registry's do, and on that
      // the token is renewed.
      await (await world.openRegistry(session)).acceptsToken()
      return follow()
    },
  }
}

/** Asks the registry of a destination for what it has under a reference, such as `HOST/NAME:TAG`. */
export function heldIn(
  { uri, session }: Pick<Destination, 'uri' | 'session'>,
  world: Pick<World, 'openRegistry'>,
): NonNullable<BuildHelp['held']> {
  return async (reference) => {
    const registry = await world.openRegistry(session)
    const tag = reference.slice(uri.length + 1)
    if ((await registry.head(pathOf({ uri }), tag)) === null) return null
    const { digest, content } = await registry.manifest(pathOf({ uri }), tag)
    return { digest, configDigest: content.config?.digest ?? null }
  }
}
