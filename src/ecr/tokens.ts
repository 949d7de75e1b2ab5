/** ECR's tokens live for twelve hours. https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html */
const LIFETIME_MS = 12 * 3600_000
/** What ECR states is believed between these: clocks are wrong, and so was ECR (dotnet/docker-tools#1310). */
const SHORTEST_MS = 5 * 60_000
/** With less than this left, or a quarter of its life, a token is renewed before something long begins. */
const LITTLE_MS = 15 * 60_000
/** A registry that calls a token expired that was renewed for that so shortly before would do so again. */
const AGAIN_MS = 10 * 60_000

/** The registry token of a destination: renewed where little is left of it, and where the registry calls it expired. */
export class Tokens {
  readonly #issue: () => Promise<RegistryToken>
  readonly #clock: () => number
  readonly #log: (line: string) => void
  #held: RegistryLogin
  #renewAt: number
  #renewing: Promise<RegistryLogin> | null = null
  #refusedAt: number | null = null

  /**
   * @param login the token that there is, just issued
   * @param issue asks ECR for another one; it also renews what it asks with, where that is a role
   * @param clock milliseconds since some point in time, which no change of the system's time moves
   */
  constructor(
    login: Omit<RegistryLogin, 'tokens'>,
    issue: () => Promise<RegistryToken>,
    clock: () => number,
    log: (line: string) => void,
  ) {
    this.#issue = issue
    this.#clock = clock
    this.#log = log
    this.#held = { ...login, tokens: this }
    this.#renewAt = this.#dueOf(login)
  }

  /** The token of the moment. */
  get login(): RegistryLogin {
    return this.#held
  }

  /** The token, or a new one where little is left of it. One that cannot be had yet is no failure. */
  async current(): Promise<RegistryLogin> {
    if (this.#clock() < this.#renewAt) return this.#held
    try {
      return await this.#renew('little is left of it')
    } catch (error) {
      this.#renewAt = this.#clock() + SHORTEST_MS
      this.#log(`The registry token cannot be renewed yet: ${(error as Error).message}`)
      return this.#held
    }
  }

  /**
   * A token for who was told that theirs has expired.
   * @param password of the token that was refused
   * @returns null where a new one is no help, since it was renewed for that a short while before, or cannot be had
   */
  async instead(password: string): Promise<RegistryLogin | null> {
    if (this.#renewing === null) {
      if (password !== this.#held.password) return this.#held
      const now = this.#clock()
      if (this.#refusedAt !== null && now - this.#refusedAt < AGAIN_MS) return null
      this.#refusedAt = now
    }
    try {
      return await this.#renew('the registry calls it expired')
    } catch (error) {
      this.#log(`The registry token has expired and cannot be renewed: ${(error as Error).message}`)
      return null
    }
  }

  /** All who ask at the same time get the same one. */
  #renew(why: string): Promise<RegistryLogin> {
    this.#renewing ??= this.#issue()
      .then((token) => {
        const { host } = this.#held
        this.#held = { ...token, host, tokens: this }
        this.#renewAt = this.#dueOf(token)
        this.#log(`Renewed the token of ${host}: ${why}`)
        return this.#held
      })
      .finally(() => {
        this.#renewing = null
      })
    return this.#renewing
  }

  /** When a token is to be renewed. What cannot be its life is not believed: a wrong clock must not renew for ever. */
  #dueOf({ expiresAt }: Pick<RegistryToken, 'expiresAt'>): number {
    const stated = expiresAt === null ? Number.NaN : expiresAt.getTime() - Date.now()
    const life = stated >= SHORTEST_MS && stated <= LIFETIME_MS ? stated : LIFETIME_MS
    return this.#clock() + life - Math.min(LITTLE_MS, life / 4)
  }
}

export interface RegistryToken {
  /**
   * `123456789012.dkr.ecr.ap-northeast-2.amazonaws.com`, with a port where the registry has one; null where the API
   * names none with the token (ECR Public): then it is that of the repository's URI.
   */
  readonly host: string | null
  /** `http` where the API itself says so: a local ECR. */
  readonly scheme: 'https' | 'http'
  readonly username: string
  /** A secret from the moment it exists: the adapter has masked it. */
  readonly password: string
  /** As ECR states it; may be wrong, so that nothing may loop on it. */
  readonly expiresAt: Date | null
}

export interface RegistryLogin extends RegistryToken {
  readonly host: string
  /** Where the token of the moment is to be had, once this one is old. */
  readonly tokens: Tokens
}
