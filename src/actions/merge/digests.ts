import { parsePrivateHost } from '../../ecr/hosts.ts'
import type { Reader } from '../../inputs/reader.ts'
import type { RepositoryInput } from '../../inputs/repository.ts'
import { ActionError } from '../../shared/errors.ts'

/** An item of the input `digests`. */
export interface DigestItem {
  /** The item as it was given: a digest, or an image URI with one. */
  readonly given: string
  readonly digest: string
  /** The registry in the URI; null if there is none. */
  readonly host: string | null
}

const ITEM = /^(?:([^@\s]+?)(?::\w[\w.-]{0,127})?@)?(sha256:[0-9a-f]{64})$/

/**
 * Reads `digests`: digests, or image URIs with one of them, such as the output `digest-uri`. A URI of another
 * repository is a problem, as far as the inputs tell; {@link refuseOtherRegistries} tells the rest.
 */
export function readDigests(reader: Reader, repository: RepositoryInput): DigestItem[] {
  const items: DigestItem[] = []
  const given = reader.list('digests', 'words')
  for (const item of given) {
    const [, uri = '', digest] = ITEM.exec(item) ?? []
    if (digest === undefined) {
      reader.problem('digests', item, 'must be sha256: and 64 hexadecimal digits, or an image URI with them')
      continue
    }
    if (items.some((one) => one.digest === digest)) {
      reader.problem('digests', digest, 'is listed twice')
      continue
    }
    const { host, name } = splitUri(uri, repository.name)
    // A repository without a name has a problem of its own.
    if (repository.name !== '' && (name !== repository.name || isElsewhere(host, repository))) {
      reader.problem(
        'digests',
        item,
        `is not in the repository that the input 'repository' names (${repository.name}); merge takes images of one repository, and promote copies them from another`,
      )
    }
    items.push({ given: item, digest, host })
  }
  if (given.length === 0) {
    reader.problem('digests', '', "is required: the output 'digest' of each runner, one a line")
  }
  return items
}

/**
 * @param uri the repository's
 * @throws ActionError if an item names another registry, which only ECR's answer could tell
 */
export function refuseOtherRegistries(items: readonly DigestItem[], uri: string): void {
  const [own = ''] = uri.split('/')
  const others = items.filter(({ host }) => host !== null && host !== own && !isSameHost(host, own))
  if (others.length === 0) return
  throw new ActionError(
    `The input 'digests' names images of another repository than ${uri}: ${others.map(({ given }) => given).join(', ')}.`,
    'give the digests that push-by-digest put out for this repository, or correct repository; the action promote copies an image from another one.',
    { page: 'many-places.md#several-runners-one-image' },
  )
}

/** The part before the first slash is a host if it looks like one, by docker's rule. Nothing means the repository. */
function splitUri(uri: string, repository: string): { readonly host: string | null; readonly name: string } {
  if (uri === '' || uri === repository) return { host: null, name: repository }
  const [, host, name] = /^([^/]*[.:][^/]*|localhost)\/(.+)$/.exec(uri) ?? []
  return host === undefined || name === undefined ? { host: null, name: uri } : { host, name }
}

/** Whether a host of ECR is of another account or region than the inputs say. */
function isElsewhere(host: string | null, { registryId, region }: RepositoryInput): boolean {
  const registry = host === null ? null : parsePrivateHost(host)
  if (registry === null) return false
  return (
    (registryId ?? registry.registryId) !== registry.registryId ||
    (region ?? registry.region) !== registry.region
  )
}

/** A registry of ECR has several hosts: with and without FIPS, and for both versions of IP. */
function isSameHost(one: string, other: string): boolean {
  const ours = parsePrivateHost(one)
  const theirs = parsePrivateHost(other)
  return ours !== null && ours.registryId === theirs?.registryId && ours.region === theirs.region
}
