import { DIGEST } from '../../oci/types.ts'
import { ActionError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import { deadline } from '../../shared/time.ts'
import { ACCOUNT_ID } from '../hosts.ts'
import type { Repository } from '../types.ts'

// What the API names goes into command lines, references and the log: it is checked to be what it should be. Which
// host it is, is for ECR to say: other partitions and ECR-compatible servers have their own.
const HOST_WITH_PORT = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i
const PATH = /^[a-z0-9][a-z0-9._/-]{0,300}$/
const ARN = /^arn:[\w-]+:[\w-]+:[\w-]*:\d{12}:repository\/[\w./-]+$/

/**
 * The error for an answer that is not what was asked for: it is not ECR's, or something on the way changes it.
 * @param answered `with …` or `without …`
 */
export function malformed(answered: string): ActionError {
  return new ActionError(`ECR answered ${answered}.`, 'check AWS_ENDPOINT_URL and proxies on the way to ECR.')
}

/**
 * Ends the reading of a list whose pages, all together, take longer than a call may.
 * @param of what the list is of
 */
export function listDeadline(of: string): AbortSignal {
  return deadline(
    LIMITS.awsCallMs,
    (after) =>
      new ActionError(
        `ECR has not given the whole list of ${of} within ${after}.`,
        'run the job again; if it stays, look at the proxy (HTTPS_PROXY, NO_PROXY), the VPC endpoint and the status of AWS.',
      ),
  )
}

/** @throws ActionError for everything but a host, which may have a port */
export function checkedHost(text: unknown): string {
  if (typeof text === 'string' && HOST_WITH_PORT.test(text)) return text
  throw malformed('with an endpoint that is not a host')
}

/** @throws ActionError for everything but a digest */
export function checkedDigest(text: unknown): string {
  if (typeof text === 'string' && DIGEST.test(text)) return text
  throw malformed('with an invalid digest')
}

/** @returns null for everything but a size in bytes: it is only shown */
export function checkedSize(size: unknown): number | null {
  return Number.isSafeInteger(size) && (size as number) >= 0 ? (size as number) : null
}

/** What both APIs answer about a repository, as far as it is used; a public one has no settings among it. */
export interface AnsweredRepository {
  readonly repositoryName?: string | undefined
  readonly repositoryArn?: string | undefined
  readonly repositoryUri?: string | undefined
  readonly registryId?: string | undefined
  readonly imageTagMutability?: Repository['mutability']['mode'] | undefined
  readonly imageTagMutabilityExclusionFilters?:
    | readonly { readonly filter?: string | undefined }[]
    | undefined
  readonly imageScanningConfiguration?: { readonly scanOnPush?: boolean | undefined } | undefined
  readonly encryptionConfiguration?:
    | {
        readonly encryptionType?: Repository['encryption']['type'] | undefined
        readonly kmsKey?: string | undefined
      }
    | undefined
}

/**
 * The repository that an API answered with, with the defaults of ECR for what it does not say.
 * @param asked the repository's name
 * @throws ActionError if what identifies it is missing or malformed, or it is another repository
 */
export function checkedRepository(found: AnsweredRepository | null | undefined, asked: string): Repository {
  const { repositoryName: name, repositoryArn: arn, repositoryUri: uri, registryId } = found ?? {}
  if (!name || !arn || !uri || !registryId) throw malformed('without a repository')
  if (name !== asked) throw malformed(`with another repository than ${asked}`)
  if (typeof arn !== 'string' || !ARN.test(arn)) throw malformed('with an invalid ARN of a repository')
  if (typeof registryId !== 'string' || !ACCOUNT_ID.test(registryId)) {
    throw malformed('with an invalid id of a registry')
  }
  if (!isUriOf(asked, uri)) throw malformed('with an invalid URI of a repository')
  return {
    name,
    arn,
    uri,
    registryId,
    mutability: {
      mode: found?.imageTagMutability ?? 'MUTABLE',
      exclusions: (found?.imageTagMutabilityExclusionFilters ?? []).flatMap(({ filter }) => filter ?? []),
    },
    scanOnPush: found?.imageScanningConfiguration?.scanOnPush ?? false,
    encryption: {
      type: found?.encryptionConfiguration?.encryptionType ?? 'AES256',
      key: found?.encryptionConfiguration?.kmsKey ?? null,
    },
  }
}

/** A public repository's URI has the registry's alias before the name. */
function isUriOf(name: string, uri: unknown): boolean {
  const [host = '', ...path] = typeof uri === 'string' ? uri.split('/') : []
  const rest = path.join('/')
  return HOST_WITH_PORT.test(host) && PATH.test(rest) && `/${rest}`.endsWith(`/${name}`)
}
