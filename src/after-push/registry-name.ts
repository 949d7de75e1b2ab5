import { parsePrivateHost } from '../ecr/hosts.ts'
import type { ProspectiveRepository } from '../ecr/types.ts'

/** `the registry 123456789012 in us-east-1`, as far as it is known. */
export function registryOf({ uri, registryId }: Pick<ProspectiveRepository, 'uri' | 'registryId'>): string {
  const ecr = parsePrivateHost(uri.split('/', 1)[0] ?? '')
  const id = ecr?.registryId ?? registryId
  return `the registry${id === null ? '' : ` ${id}`}${ecr === null ? '' : ` in ${ecr.region}`}`
}
