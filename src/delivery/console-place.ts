import { PUBLIC_REGION, parsePrivateHost, parsePublicUri, partitionOf } from '../ecr/hosts.ts'
import type { ConsolePlace } from '../report/facts.ts'
import type { Destination } from './destination.ts'

/** Where ECR's console shows a repository; null if its host is not one of ECR's, which no console of AWS shows. */
export function consolePlace({
  uri,
  name,
  repository,
}: Pick<Destination, 'uri' | 'name' | 'repository'>): ConsolePlace | null {
  const ecr = parsePrivateHost(uri.split('/', 1)[0] ?? '')
  if (ecr !== null) {
    const { region, registryId } = ecr
    return { type: 'private', partition: partitionOf(region), region, registryId, name }
  }
  if (parsePublicUri(uri) === null || repository === null) return null
  const { registryId } = repository
  return { type: 'public', partition: 'aws', region: PUBLIC_REGION, registryId, name }
}
