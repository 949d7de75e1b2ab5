import { DIGEST } from '../../oci/types.ts'
import { ActionError } from '../../shared/errors.ts'

// What the API names is put into command lines, references and the log, so that it must be what it is said to be.
// Which host it is stays ECR's to say: other partitions and ECR-compatible servers have their own.
const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i
const PATH = /^[a-z0-9][a-z0-9._/-]{0,300}$/
const ARN = /^arn:[\w-]+:[\w-]+:[\w-]*:\d{12}:repository\/[\w./-]+$/

/** An answer that is not what was asked for: not ECR, or something between that changes it. */
export function malformed(what: string): ActionError {
  return new ActionError(
    `ECR answered with ${what}.`,
    'check AWS_ENDPOINT_URL and proxies on the way to ECR.',
  )
}

/** @throws ActionError for what is no host, with a port where it has one */
export function soundHost(text: unknown): string {
  if (typeof text === 'string' && HOST.test(text)) return text
  throw malformed('an endpoint that is no host')
}

/** @throws ActionError for what is no digest */
export function soundDigest(text: unknown): string {
  if (typeof text === 'string' && DIGEST.test(text)) return text
  throw malformed('a digest that is none')
}

/** @returns null for what is no size: it is only shown */
export function soundSize(size: unknown): number | null {
  return Number.isSafeInteger(size) && (size as number) >= 0 ? (size as number) : null
}

/**
 * What identifies a repository, as an API names it.
 * @param asked the repository's name
 * @throws ActionError where one of it is missing or malformed, or where it is another repository
 */
export function soundRepository(
  found:
    | {
        readonly repositoryName?: unknown
        readonly repositoryArn?: unknown
        readonly repositoryUri?: unknown
        readonly registryId?: unknown
      }
    | null
    | undefined,
  asked: string,
): { readonly name: string; readonly arn: string; readonly uri: string; readonly registryId: string } {
  const { repositoryName: name, repositoryArn: arn, repositoryUri: uri, registryId } = found ?? {}
  if (!name || !arn || !uri || !registryId) {
    throw new ActionError(
      'ECR answered without a repository.',
      'check AWS_ENDPOINT_URL and proxies on the way to ECR.',
    )
  }
  if (name !== asked) throw malformed(`another repository than ${asked}`)
  if (typeof arn !== 'string' || !ARN.test(arn)) throw malformed("a repository's ARN that is none")
  if (typeof registryId !== 'string' || !/^\d{12}$/.test(registryId)) {
    throw malformed("a registry's id that is none")
  }
  const [host = '', ...path] = typeof uri === 'string' ? uri.split('/') : []
  const rest = path.join('/')
  if (!HOST.test(host) || !PATH.test(rest) || !`/${rest}`.endsWith(`/${asked}`)) {
    throw malformed("a repository's URI that is none")
  }
  return { name: asked, arn, uri: uri as string, registryId }
}
