/** Whether an error is one of AWS's exceptions of these names. */
export function isException(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name)
}

/** Whether an error, or what it was made of, is a missing permission. */
export function isDenied(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return isException(cause, 'AccessDeniedException', 'AccessDenied')
}

/**
 * Reads something that a repository need not have.
 * @param absent the exceptions by which AWS says that it does not exist
 * @returns null if it does not exist, or has no value
 */
export async function orNull<T>(
  absent: readonly string[],
  read: () => Promise<T | undefined>,
): Promise<T | null> {
  try {
    return (await read()) ?? null
  } catch (error) {
    if (isException(error, ...absent)) return null
    throw error
  }
}
