import type { RoleInput } from '../aws/workflow.ts'
import { ACCOUNT_ID, parsePrivateHost, REGION, type RegistryAddress } from '../ecr/hosts.ts'
import type { Reader } from './reader.ts'
import type { RepositoryInput } from './repository.ts'
import { isRoleArn, roleFor } from './role.ts'

/** Another registry that the image goes to. */
export interface RegistryTarget extends RegistryAddress {
  /** Its own, or that of the step. */
  readonly role: RoleInput | null
}

type Main = { readonly repository: RepositoryInput; readonly role: RoleInput | null }

const REGISTRY_RULE =
  'must be ACCOUNT.dkr.ecr.REGION.amazonaws.com, REGION or ACCOUNT/REGION, with a space and the ARN of a role after it if that registry needs its own'

/**
 * Reads `registries`: more registries that the same repository name is pushed to.
 * @param main where the image goes first, and as whom; a region alone means its account
 * @returns the registries in their order; what is wrong goes to the reader
 */
export function readRegistries(reader: Reader, main: Main): RegistryTarget[] {
  const items = reader.list('registries', 'lines').flatMap(splitAtCommas)
  const seen = new Set([keyOf(main.repository)])
  const targets: RegistryTarget[] = []
  for (const item of items) {
    const target = readTarget(reader, main, item)
    if (target === null) continue
    if (seen.has(keyOf(target))) {
      reader.problem('registries', item, 'is listed twice; the registry of repository is not to be repeated')
      continue
    }
    seen.add(keyOf(target))
    targets.push(target)
  }
  if (items.length > 0 && main.repository.registryType === 'public') {
    reader.problem('registries', items.join(', '), 'needs a private registry in repository')
  }
  return targets
}

const keyOf = ({ registryId, region }: Pick<RepositoryInput, 'registryId' | 'region'>) =>
  `${registryId}/${region}`

/** A role's name may hold a comma: what follows a comma is a new item only if it begins like one. */
function splitAtCommas(line: string): string[] {
  return line.split(/,\s*(?=\d{12}[./]|[a-z]{2,8}-)/).map((item) => item.trim())
}

function readTarget(reader: Reader, { repository, role }: Main, item: string): RegistryTarget | null {
  const [registry = '', arn, ...rest] = item.split(/\s+/)
  const address = parsePrivateHost(registry) ?? parseAddress(registry)
  if (address === null || rest.length > 0 || (arn !== undefined && !isRoleArn(arn))) {
    reader.problem('registries', item, REGISTRY_RULE)
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
