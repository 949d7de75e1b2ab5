import type { sleep } from '../../shared/time.ts'
import { explainEcrError } from '../errors/explain.ts'
import { describeRegistry, type RegistryAddress } from '../hosts.ts'
import { prepareClient } from './client.ts'

/** What an adapter of the port is connected with. */
export interface EcrOptions<ClientConfig> {
  /** Null: the SDK's chain decides. */
  readonly region: string | null
  /** Another account's registry; null: the registry of the credentials' own account. */
  readonly registryId: string | null
  /** Called with each secret before anything else sees it. */
  readonly mask: (secret: string) => void
  /** Gets a line for each retry. */
  readonly log?: (line: string) => void
  /** Waits between two attempts; a test brings one that does not wait. */
  readonly pause?: typeof sleep
  readonly client?: ClientConfig
  /** Whether the credentials in `client` have limits of their own, as those of a role have. */
  readonly credentialsLimited?: boolean
}

/** A client of one registry, and how its calls are made. */
export interface Api<Client> {
  readonly client: Client
  readonly calling: Calling
  /** The registry as members of a call's input: empty for that of the credentials' own account. */
  readonly registry: { readonly registryId?: string }
}

/**
 * Makes calls of one operation.
 * @param operation the API's name for it, such as `CreateRepository`
 * @param repository what it is about; null for the registry itself
 * @throws ActionError that names the IAM action, the resource and the remedy
 */
export type Calling = <T>(operation: string, repository: string | null, calls: () => Promise<T>) => Promise<T>

/**
 * The API of one registry, whose failures are explained and whose retries are logged.
 * @param service as IAM names it
 */
export function openApi<Client extends { readonly config: object; readonly middlewareStack: object }>(
  service: 'ecr' | 'ecr-public',
  client: Client,
  { region, registryId }: RegistryAddress,
  {
    log = () => undefined,
    pause,
    credentialsLimited,
  }: Pick<EcrOptions<never>, 'log' | 'pause' | 'credentialsLimited'>,
): Api<Client> {
  const called = { region, registryId }
  const describe = (operation: string) => `${service}:${operation} in ${describeRegistry(called)}`
  prepareClient(client, { describe, log, pause, credentialsLimited })
  return {
    client,
    registry: registryId === null ? {} : { registryId },
    async calling(operation, repository, calls) {
      try {
        return await calls()
      } catch (error) {
        throw explainEcrError(error, { ...called, action: `${service}:${operation}`, repository })
      }
    },
  }
}
