import { type PrivateHost, parsePrivateHost } from '../ecr/hosts.ts'
import type { Ecr } from '../ecr/port.ts'
import { inputsFor, type Logins, roleAt } from '../inputs/registries.ts'
import type { RepositoryInput } from '../inputs/repository.ts'
import { cacheImages } from '../shared/cache-images.ts'
import { attribute, splitCsv } from '../shared/csv.ts'
import { ActionError, messageOf } from '../shared/errors.ts'
import { tellInFew } from '../shared/in-few.ts'
import { together } from '../shared/together.ts'
import type { World } from '../world.ts'

/** A cache in ECR that is to be written. */
interface EcrCache {
  readonly place: PrivateHost
  readonly name: string
  /** Whether the build goes on without it (`ignore-error=true`). */
  readonly optional: boolean
}

/**
 * Checks that the repositories of the caches exist that a build writes to ECR: docker would find out when all is built
 * and the image is pushed. What cannot be asked, such as without the permission, is left to docker.
 * @param ecr of the image's own repository, in the registry of `host`
 * @throws ActionError with every one that does not exist, and that ECR does not create on a push
 */
export async function checkCacheRepositories(
  inputs: Logins & {
    readonly repository: RepositoryInput
    readonly build: { readonly cacheTo: readonly string[] }
  },
  ecr: Ecr,
  host: string | null,
  world: Pick<World, 'connectEcr' | 'log' | 'warn'>,
): Promise<void> {
  const caches = inputs.build.cacheTo
    .flatMap(ecrCaches)
    // The image's own repository is made, if it has to be.
    .filter(({ place, name }) => place.host !== host || name !== inputs.repository.name)
  // Docker writes it as whoever it is logged in as there.
  const at = (place: PrivateHost) => {
    const { repository, role } = inputs
    return inputsFor({ repository, role }, { ...place, role: roleAt(place, inputs, null) })
  }
  const absent = async ({ place, name }: EcrCache): Promise<boolean> => {
    const registry = place.host === host ? ecr : await world.connectEcr(at(place))
    return (await registry.findRepository(name)) === null && !(await registry.createsOnPush(name))
  }
  const left: string[] = []
  const asked = together(
    caches.map(async (cache) => {
      const uri = `${cache.place.host}/${cache.name}`
      const isAbsent = await absent(cache).catch((error: unknown) => {
        world.log(`Whether the repository of the cache ${uri} exists is not known: ${messageOf(error)}`)
        return false
      })
      if (!isAbsent) return
      const what = `The repository of the cache ${uri} (cache-to) does not exist`
      if (cache.optional) left.push(`${what}: the cache will not be written (ignore-error=true).`)
      else {
        throw new ActionError(
          `${what}; create-repository makes that of the image only.`,
          "create it (aws ecr create-repository), or a repository creation template of ECR for pushes, correct cache-to, or keep the cache in the image's own repository (cache: ecr).",
          { page: 'build.md#a-cache-between-runs' },
        )
      }
    }),
  )
  await asked.finally(() => tellInFew(left, world.warn, world.log))
}

/** Those of a value of `cache-to` that are in private ECR. */
function ecrCaches(cache: string): EcrCache[] {
  const optional = /^(?:1|t|true)$/i.test(attribute(splitCsv(cache), 'ignore-error') ?? '')
  return cacheRepositories(cache).flatMap(({ place, name }) =>
    place === null ? [] : [{ place, name, optional }],
  )
}

/** The repository of a cache in a registry. */
export interface CacheRepository {
  /** The image that holds the cache, as it was given. */
  readonly text: string
  /** Null if its host is none of private ECR's. */
  readonly place: PrivateHost | null
  readonly name: string
}

/**
 * @param cache a value of `cache-from` or `cache-to`
 * @returns none if it is no cache in a registry; several if it is the names of images alone
 */
export function cacheRepositories(cache: string): CacheRepository[] {
  return cacheImages(cache).map((text) => {
    const [host = '', ...names] = text.split('/')
    return { text, place: parsePrivateHost(host), name: names.join('/').replace(/[@:].*$/, '') }
  })
}
