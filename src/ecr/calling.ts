/**
 * Makes one call of ECR's API.
 * @param action the IAM action, which an error names
 * @param repository what the call is about; null for the registry itself
 * @throws ActionError for whatever the SDK throws
 */
export type Calling = <T>(action: string, repository: string | null, call: () => Promise<T>) => Promise<T>

/** Whether the SDK threw the exception of this name. */
export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name
}

/** Whether an error, or what it was made of, is a missing permission. */
export function isDenied(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return isNamed(cause, 'AccessDeniedException') || isNamed(cause, 'AccessDenied')
}
