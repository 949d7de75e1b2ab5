import { Verbatim } from '../faults/faults.ts'
import type { EcrError } from '../store/errors.ts'

/** An answer in the distribution API's form. */
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
 * What the registry says where the API has an exception; the codes are those of
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export function asRegistryError(error: EcrError): Verbatim {
  const [status, code] = codes[error.name] ?? [error.status, error.name]
  // Seen as `TAG_INVALID`, "because the tag is immutable", where the API says that the repository is.
  const message =
    error.name === 'ImageTagAlreadyExistsException'
      ? error.message.replace('the repository is immutable', 'the tag is immutable')
      : error.message
  return registryError(status, code, message)
}
