import { pulledImagesOf } from '../../docker/build/pulled-images.ts'
import { readDockerfile } from '../../docker/build/read-dockerfile.ts'
import { UNKNOWN } from '../../docker/syntax/expand.ts'
import { mentionsPrivateEcr, mentionsPublicEcr, parsePrivateHost, parsePublicUri } from '../../ecr/hosts.ts'
import type { Inputs } from '../../inputs/index.ts'
import { roleAt } from '../../inputs/registries.ts'
import { cacheImages } from '../../shared/cache-images.ts'
import { type Home, pushedTo, type RoleUse, useOf, usesOfCaches, usesOfPullRegistries } from '../uses.ts'

type PullUsesInputs = Pick<
  Inputs,
  'build' | 'buildArgValues' | 'repository' | 'role' | 'registries' | 'pullRegistries' | 'push'
>

/** What a text names in private ECR: a repository, or the beginning of one's name with a `*` behind it. */
interface Named {
  readonly host: string
  readonly name: string
}

/**
 * What `usesOfBuildPush` leaves to its caller: what the build pulls, also if nothing is pushed, and that the platform of
 * the image may have to be read from it.
 * @param home where the role is at home
 */
export async function usesOfBuilding(inputs: PullUsesInputs, home: Home): Promise<RoleUse[]> {
  const uses = usesOfReading(await readDockerfile(inputs.build), inputs, home)
  return inputs.push ? [...uses, useOf(inputs.repository, inputs.role, home, ['platform-unknown'])] : uses
}

/**
 * What the build pulls, and what it does with caches that `usesOfBuildPush` does not have.
 * @param dockerfile null if docker fetches it
 * @param home where the role is at home
 */
export function usesOfReading(dockerfile: string | null, inputs: PullUsesInputs, home: Home): RoleUse[] {
  const pulls = [...usesOfPulls(dockerfile, inputs, home), ...usesOfPublicCaches(inputs, home)]
  if (inputs.push) return pulls
  return [...pulls, ...usesOfPullRegistries(inputs, home), ...usesOfCaches(inputs, home)]
}

/**
 * What a build pulls from ECR, for the policies of the roles that docker is logged in with: every repository that
 * the Dockerfile and the build's other inputs name, whether the build needs it or not. What is not written out and not
 * found out, such as a name that depends on the builder, or a Dockerfile that docker fetches itself, may be any
 * repository of that registry.
 * ECR Public asks for a permission only if the build is logged in there (`openPublic` in `pulls.ts`).
 * @returns uses with the features `pull`, and `pull-through` if the name may be of a pull-through cache
 */
function usesOfPulls(dockerfile: string | null, inputs: PullUsesInputs, home: Home): RoleUse[] {
  const { repository, role, build } = inputs
  const own = { region: repository.region, registryId: repository.registryId }
  const pushed = pushedTo(inputs, home)
  const privateHost = repository.registryType === 'private' ? repository.host : null
  const images = imagesReadBy(dockerfile, inputs)
  const written = [
    dockerfile ?? '',
    ...inputs.buildArgValues.values(),
    ...build.buildContexts,
    ...build.attests.map(({ value }) => value),
  ]
  // If the host of every image is known, what is written with a variable behind its host is one of the images.
  const isKnown = dockerfile !== null && images.every((image) => !/^[^/]*\$/.test(image))
  const open =
    dockerfile === null ||
    [...(isKnown ? [] : written), ...images].some((text) =>
      // Anything else that is ECR's has a variable in its host.
      mentionsPrivateEcr(text.replaceAll(HOST_AND_NAME, ''), privateHost),
    )
  const names = [
    ...written.flatMap(repositoriesNamedIn).filter(({ name }) => !isKnown || !name.endsWith('*')),
    ...images.flatMap(repositoriesNamedIn),
  ]
  const named = names.map(({ host, name }) => {
    const place = parsePrivateHost(host)
    return place === null
      ? { place: own, name, as: role }
      : { place, name, as: roleAt(place, inputs, pushed) }
  })
  if (open) named.push({ place: own, name: '*', as: role })
  const uses = named.map(({ place: { region, registryId }, name, as }) =>
    useOf({ name, registryType: 'private', region, registryId }, as, home, [
      'pull',
      // A rule of such a cache is about a folder, of which the first pull creates the repository.
      /^[^*/]+\//.test(name) && 'pull-through',
    ]),
  )
  const { cacheFrom, cacheTo } = build
  if (home.partition === 'aws' && [...written, ...images, ...cacheFrom, ...cacheTo].some(mentionsPublicEcr)) {
    uses.push(useOf({ ...own, name: '*', registryType: 'public' }, role, home, ['pull']))
  }
  return [...new Map(uses.map((use) => [JSON.stringify([use.as, use.repository]), use])).values()]
}

/** Caches that are written to ECR Public: only the account's own repositories take a push. */
function usesOfPublicCaches({ build, role }: PullUsesInputs, home: Home): RoleUse[] {
  return build.cacheTo.flatMap(cacheImages).flatMap((image) => {
    const name = parsePublicUri(image)?.name.replace(/[@:].*$/, '') ?? ''
    if (name === '') return []
    return [useOf({ name, registryType: 'public', region: null, registryId: null }, role, home, ['push'])]
  })
}

const HOST_AND_NAME =
  /(?<![\w.-])(\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.[a-z0-9.-]*[a-z0-9])(?:\/([a-z0-9._/-]*)([:@]|\$|(?=[^\w]|$)))?/g

/** What is named with its registry. A variable behind a name, or none, may go on in any way. */
function repositoriesNamedIn(text: string): Named[] {
  return [...text.matchAll(HOST_AND_NAME)].map(([, host = '', name = '', end = '']) => ({
    host,
    name: name === '' || end === '$' ? `${name}*` : name.replace(/[./_-]+$/, ''),
  }))
}

/** The names of the images, with `$` for what is not known of them. */
function imagesReadBy(dockerfile: string | null, { build, buildArgValues }: PullUsesInputs): string[] {
  const other = { ...build, cacheFrom: [], cacheTo: [] }
  const { needed, besides } = pulledImagesOf(dockerfile, other, buildArgValues)
  return [...needed, ...besides].map((image) => image.replaceAll(UNKNOWN, '$'))
}
