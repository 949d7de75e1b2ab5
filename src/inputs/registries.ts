import type { RoleInput } from '../aws/workflow.ts'
import { ACCOUNT_ID, parsePrivateHost, parsePublicUri, REGION, type RegistryAddress } from '../ecr/hosts.ts'
import type { Reader } from './reader.ts'
import type { RepositoryInput } from './repository.ts'
import { accountOfRole, isRoleArn, roleFor } from './role.ts'

/** Another registry, that the image goes to or that the build pulls from. */
export interface RegistryTarget extends RegistryAddress {
  /** Its own, or that of the step. */
  readonly role: RoleInput | null
}

type ListOfRegistries = 'registries' | 'pull-registries'
type Main = { readonly repository: RepositoryInput; readonly role: RoleInput | null }

const REGISTRY_RULE =
  'must be ACCOUNT.dkr.ecr.REGION.amazonaws.com, REGION or ACCOUNT/REGION, with a space and the ARN of a role after it if that registry needs its own'

/**
 * Reads `registries`: more registries that the same repository name is pushed to.
 * @param main where the image goes first, and as whom; a region alone means its account
 * @returns the registries in their order; what is wrong goes to the reader
 */
export function readRegistries(reader: Reader, main: Main): RegistryTarget[] {
  const items = readItems(reader, 'registries')
  const twice = 'is listed twice; the registry of repository is not to be repeated'
  const targets = readTargets(reader, 'registries', main, items, new Set([keyOf(main.repository)]), twice)
  if (items.length > 0 && main.repository.registryType === 'public') {
    reader.problem('registries', items.join(', '), 'needs a private registry in repository')
  }
  return targets
}

/**
 * Reads `pull-registries`: registries that the build pulls from, in the form of `registries`.
 * @param main where the image goes, and as whom; a region alone means its account
 * @returns the registries in their order; what is wrong goes to the reader
 */
export function readPullRegistries(reader: Reader, main: Main): RegistryTarget[] {
  const name = 'pull-registries'
  const items = readItems(reader, name)
  const open = items.filter((item) => parsePublicUri(item.split(/\s/, 1)[0] as string) !== null)
  for (const item of open)
    reader.problem(name, item, 'is ECR Public, which everybody may pull from; leave it out')
  const others = items.filter((item) => !open.includes(item))
  return readTargets(reader, name, main, others, new Set(), 'is listed twice')
}

const readItems = (reader: Reader, input: ListOfRegistries) =>
  reader.list(input, 'lines').flatMap(splitAtCommas)

/** @param seen the registries that are not to be listed, to which each one is added */
function readTargets(
  reader: Reader,
  input: ListOfRegistries,
  main: Main,
  items: readonly string[],
  seen: Set<string>,
  twice: string,
): RegistryTarget[] {
  const targets: RegistryTarget[] = []
  for (const item of items) {
    const target = readTarget(reader, input, main, item)
    if (target === null) continue
    if (seen.has(keyOf(target))) {
      reader.problem(input, item, twice)
      continue
    }
    seen.add(keyOf(target))
    targets.push(target)
  }
  return targets
}

const keyOf = ({ registryId, region }: Pick<RepositoryInput, 'registryId' | 'region'>) =>
  `${registryId}/${region}`

/** A role's name may hold a comma: what follows a comma is a new item only if it begins like one. */
function splitAtCommas(line: string): string[] {
  return line.split(/,\s*(?=\d{12}[./]|[a-z]{2,8}-)/).map((item) => item.trim())
}

function readTarget(
  reader: Reader,
  input: ListOfRegistries,
  { repository, role }: Main,
  item: string,
): RegistryTarget | null {
  const [registry = '', arn, ...rest] = item.split(/\s+/)
  const address = parsePrivateHost(registry) ?? parseAddress(registry)
  if (address === null || rest.length > 0 || (arn !== undefined && !isRoleArn(arn))) {
    reader.problem(input, item, REGISTRY_RULE)
    return null
  }
  const { region, registryId } = address
  const own = arn === undefined ? role : { ...(role ?? roleFor(arn, reader.source.env)), arn }
  return { region, registryId: registryId ?? repository.registryId, role: own }
}

/** `REGION` or `ACCOUNT/REGION`. */
function parseAddress(text: string): RegistryAddress | null {
  const slash = text.lastIndexOf('/')
  const region = text.slice(slash + 1)
  const registryId = slash < 0 ? null : text.slice(0, slash)
  if (!REGION.test(region) || (registryId !== null && !ACCOUNT_ID.test(registryId))) return null
  return { region, registryId }
}

/** The inputs for another registry: the same repository there. */
export function inputsFor<T extends Main>(inputs: T, { region, registryId, role }: RegistryTarget): T {
  const repository = { ...inputs.repository, host: null, alias: null, region, registryId }
  return { ...inputs, repository, role }
}

/** The inputs that say as whom docker is logged in to a registry. */
export interface Logins {
  readonly role: RoleInput | null
  readonly registries: readonly RegistryTarget[]
  readonly pullRegistries: readonly RegistryTarget[]
}

/**
 * The role that docker is logged in with to a registry that the build names, as `build-push/pulls.ts` chooses it.
 * @param pushed the registry that the image is pushed to, to which docker has that login alone; null if none is
 */
export function roleAt(
  { region, registryId }: Pick<RegistryTarget, 'region' | 'registryId'>,
  { role, registries, pullRegistries }: Logins,
  pushed: Pick<RegistryTarget, 'region' | 'registryId'> | null,
): RoleInput | null {
  if (pushed?.region === region && pushed.registryId === registryId) return role
  const target = [...pullRegistries, ...registries].find(
    (one) =>
      one.region === region && (one.registryId ?? (one.role && accountOfRole(one.role.arn))) === registryId,
  )
  return target === undefined ? role : target.role
}
