import type { Credentials, RegistrySession } from '../oci/registry-session.ts'

/** ECR's tokens live for twelve hours. https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html */
const TOKEN_LIFETIME_MS = 12 * 3600_000
/** A stated expiry is believed only between these two: clocks are wrong, and so was ECR (dotnet/docker-tools#1310). */
const SHORTEST_MS = 5 * 60_000
/** A token is renewed before something long begins if it has less than this left, or a quarter of its life. */
const LITTLE_MS = 15 * 60_000
/** If the registry rejects a token that was renewed less than this ago, renewing it again will not help. */
const RENEWED_LATELY_MS = 10 * 60_000

/** A registry token as ECR issues it. */
export interface RegistryToken extends Credentials {
  /**
   * `123456789012.dkr.ecr.ap-northeast-2.amazonaws.com`, with a port if the registry has one; null if the API names
   * none with the token (ECR Public): then it is that of the repository's URI.
   */
  readonly host: string | null
  /** `http` if the API itself says so: a local ECR. */
  readonly scheme: 'https' | 'http'
  /** A secret from the moment it exists: the adapter has masked it. */
  readonly password: string
  /** As ECR states it; it may be wrong, so nothing may loop on it. */
  readonly expiresAt: Date | null
}

/** A session with an ECR registry. Its token is renewed before it expires, and when the registry calls it expired. */
export class TokenSession implements RegistrySession {
  readonly scheme: 'https' | 'http'
  readonly host: string
  readonly #issue: () => Promise<RegistryToken>
  readonly #clock: () => number
  readonly #log: (line: string) => void
  #credentials: Credentials
  #renewAt: number
  #renewing: Promise<Credentials> | null = null
  #refusedAt: number | null = null

  /**
   * @param token the token at hand, just issued, and the host it is for
   * @param issue asks ECR for another one; if it asks as a role, it renews that role's credentials too
   * @param clock milliseconds since some point in time, unaffected by changes of the system's time
   */
  constructor(
    token: RegistryToken & { readonly host: string },
    issue: () => Promise<RegistryToken>,
    clock: () => number,
    log: (line: string) => void,
  ) {
    this.scheme = token.scheme
    this.host = token.host
    this.#issue = issue
    this.#clock = clock
    this.#log = log
    this.#credentials = credentialsOf(token)
    this.#renewAt = this.#dueOf(token)
  }

  get credentials(): Credentials {
    return this.#credentials
  }

  async current(): Promise<Credentials> {
    if (this.#clock() < this.#renewAt) return this.#credentials
    try {
      return await this.#renew('it was about to expire')
    } catch (error) {
      this.#renewAt = this.#clock() + SHORTEST_MS
      this.#log(`The registry token cannot be renewed yet: ${(error as Error).message}`)
      return this.#credentials
    }
  }

  async replace(refused: string): Promise<Credentials | null> {
    if (this.#renewing === null) {
      if (refused !== this.#credentials.password) return this.#credentials
      const now = this.#clock()
      if (this.#refusedAt !== null && now - this.#refusedAt < RENEWED_LATELY_MS) return null
      this.#refusedAt = now
    }
    try {
      return await this.#renew('the registry called it expired')
    } catch (error) {
      this.#log(`The registry token has expired and cannot be renewed: ${(error as Error).message}`)
      return null
    }
  }

  /** All who ask at the same time get the same token. */
  #renew(why: string): Promise<Credentials> {
    this.#renewing ??= this.#issue()
      .then((token) => {
        this.#credentials = credentialsOf(token)
        this.#renewAt = this.#dueOf(token)
        this.#log(`Renewed the token of ${this.host}: ${why}`)
        return this.#credentials
      })
      .finally(() => {
        this.#renewing = null
      })
    return this.#renewing
  }

  /** When to renew a token. An expiry that cannot be right is ignored: a wrong clock must not cause endless renewals. */
  #dueOf({ expiresAt }: Pick<RegistryToken, 'expiresAt'>): number {
    const stated = expiresAt === null ? Number.NaN : expiresAt.getTime() - Date.now()
    const life = stated >= SHORTEST_MS && stated <= TOKEN_LIFETIME_MS ? stated : TOKEN_LIFETIME_MS
    return this.#clock() + life - Math.min(LITTLE_MS, life / 4)
  }
}

const credentialsOf = ({ username, password }: Credentials): Credentials => ({ username, password })
