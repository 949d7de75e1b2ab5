import { findPulledImages } from '../../docker/build/pulled-images.ts'
import { readDockerfile } from '../../docker/build/read-dockerfile.ts'
import { isRemote } from '../../docker/syntax/context.ts'
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
  const pulls = [...(await usesOfPulls(inputs, home)), ...usesOfPublicCaches(inputs, home)]
  if (!inputs.push) {
    return [...pulls, ...usesOfPullRegistries(inputs, home), ...usesOfCaches(inputs, home)]
  }
  return [...pulls, useOf(inputs.repository, inputs.role, home, ['platform-unknown'])]
}

/**
 * What a build pulls from ECR, for the policies of the roles that docker is logged in with: every repository that
 * the Dockerfile and the build's other inputs name, whether the build needs it or not. What is not written out, such as a
 * variable in a name, or a Dockerfile that docker fetches itself, may be any repository of that registry.
 * ECR Public asks for a permission only if the build is logged in there (`openPublic` in `pulls.ts`).
 * @param home where the role is at home
 * @returns uses with the features `pull`, and `pull-through` if the name may be of a pull-through cache
 */
export async function usesOfPulls(inputs: PullUsesInputs, home: Home): Promise<RoleUse[]> {
  const { repository, role } = inputs
  const own = { region: repository.region, registryId: repository.registryId }
  const pushed = pushedTo(inputs, home)
  const privateHost = repository.registryType === 'private' ? repository.host : null
  const texts = await referringTexts(inputs)
  // Anything else that is ECR's has a variable in its host.
  const open =
    texts.some((text) => mentionsPrivateEcr(text.replaceAll(HOST_AND_NAME, ''), privateHost)) ||
    isFetched(inputs.build)
  const named = texts.flatMap(repositoriesNamedIn).map(({ host, name }) => {
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
  const { cacheFrom, cacheTo } = inputs.build
  if (home.partition === 'aws' && [...texts, ...cacheFrom, ...cacheTo].some(mentionsPublicEcr)) {
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

const isFetched = ({ context, file }: PullUsesInputs['build']) =>
  file === null || isRemote(context) || isRemote(file)

/** What is written, and of that the names of images once more with the variables that are known in their place. */
async function referringTexts({ build, buildArgValues }: PullUsesInputs): Promise<string[]> {
  const { buildContexts, attests } = build
  const written = [
    (await readDockerfile(build)) ?? '',
    ...buildArgValues.values(),
    ...buildContexts,
    ...attests.map(({ value }) => value),
  ]
  const { needed, besides } = await findPulledImages({ ...build, cacheFrom: [], cacheTo: [] }, buildArgValues)
  return [...written, ...[...needed, ...besides].map((image) => image.replaceAll(UNKNOWN, '$'))]
}
