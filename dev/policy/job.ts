// What a job says of itself: its environment on GitHub, and whether it gets a token.

/** The name of the environment, as it is written. */
export const environmentOf = (environment: unknown): unknown =>
  typeof environment === 'object' && environment !== null
    ? (environment as { name?: unknown }).name
    : environment

/**
 * Whether a job gets an OIDC token. A called workflow has at most what its caller has.
 * @param caller null if nobody calls
 */
export function tokenOf(permissions: unknown, caller: boolean | null): boolean {
  if (permissions === undefined || permissions === null) return caller ?? false
  const asked =
    permissions === 'write-all' || (permissions as { 'id-token'?: unknown })['id-token'] === 'write'
  return asked && caller !== false
}
