import { Verbatim } from '../faults/failures.ts'
import type { EcrError } from '../store/errors.ts'

/** An error in the form of the distribution API. */
export function registryError(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Verbatim {
  const body = JSON.stringify({ errors: [{ code, message }] })
  return new Verbatim(status, body, { 'content-type': 'application/json; charset=utf-8', ...headers }, code)
}

const codes: Record<string, [status: number, code: string]> = {
  RepositoryNotFoundException: [404, 'NAME_UNKNOWN'],
  ImageTagAlreadyExistsException: [400, 'TAG_INVALID'],
  ReferencedImagesNotFoundException: [400, 'MANIFEST_BLOB_UNKNOWN'],
  LayersNotFoundException: [400, 'MANIFEST_BLOB_UNKNOWN'],
  ImageDigestDoesNotMatchException: [400, 'DIGEST_INVALID'],
  InvalidParameterException: [400, 'MANIFEST_INVALID'],
  AccessDeniedException: [403, 'DENIED'],
  TokenExpired: [403, 'DENIED'],
  LimitExceededException: [403, 'DENIED'],
  ThrottlingException: [429, 'TOOMANYREQUESTS'],
}

/**
 * The registry's error for an exception of the API. The codes are those of
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export function asRegistryError(error: EcrError): Verbatim {
  const [status, code] = codes[error.name] ?? [error.status, error.name]
  // ECR's registry says "because the tag is immutable"; its API says that the repository is.
  const message =
    error.name === 'ImageTagAlreadyExistsException'
      ? error.message.replace('the repository is immutable', 'the tag is immutable')
      : error.message
  return registryError(status, code, message)
}
