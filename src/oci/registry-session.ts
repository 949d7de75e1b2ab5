/** What a registry asks for with every request: HTTP's basic credentials. */
export interface Credentials {
  readonly username: string
  /** A secret: it goes to the registry's own host and nowhere else. */
  readonly password: string
}

/** A registry for the length of a step. Its credentials may expire and be replaced; where it is never changes. */
export interface RegistrySession {
  readonly scheme: 'https' | 'http'
  /** With the port, if it has one. */
  readonly host: string
  /** The credentials of this moment, not checked for their age. */
  readonly credentials: Credentials
  /** Returns the credentials, renewed first if they are about to expire; those at hand if they cannot be renewed yet. */
  current(): Promise<Credentials>
  /**
   * Returns credentials to use instead of ones that the registry called expired.
   * @param refused the password that was refused
   * @returns null if others would not help or cannot be had
   */
  replace(refused: string): Promise<Credentials | null>
}
