import type { IncomingMessage } from 'node:http'
import type { Credentials, RegistrySession } from '../oci/registry-session.ts'
import { RegistryError, wrong } from './errors.ts'
import { type Agents, describeRequest, drain, type HttpRequest, send } from './http.ts'

/** The way into a registry: every request goes through it with the credentials of the moment. */
export class Door {
  readonly origin: string
  readonly #session: RegistrySession
  readonly #agents: Agents
  /** Where the registry gives tokens of its own for a repository, the last one for each, and the password it is for. */
  readonly #bearers = new Map<string, { readonly password: string; readonly value: string }>()

  constructor(session: RegistrySession, agents: Agents) {
    this.origin = `${session.scheme}://${session.host}`
    this.#session = session
    this.#agents = agents
  }

  /**
   * One request, tried once; but where the registry wants a token of its own for what is asked, one is fetched, as
   * for ECR Public, and where it calls the token expired, another one is taken, once.
   */
  async send(request: HttpRequest, expected: readonly number[]): Promise<IncomingMessage> {
    const held = await this.#session.current()
    try {
      return await this.#sendAs(held, request, expected)
    } catch (error) {
      if (!(await this.#isExpired(held, request, error))) throw error
      const other = await this.#session.replace(held.password)
      if (other === null) throw error
      if (streams(request)) throw wrong(describeRequest(request), 'the registry token has expired')
      return this.#sendAs(other, request, expected)
    }
  }

  async #sendAs(
    { username, password }: Credentials,
    request: HttpRequest,
    expected: readonly number[],
  ): Promise<IncomingMessage> {
    const about = repositoryIn(request.url)
    const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    const known = this.#bearers.get(about)
    const authorization = known?.password === password ? known.value : basic
    try {
      return await send(request, expected, this.#agents, authorization)
    } catch (error) {
      const challenge = error instanceof RegistryError ? error.challenge : null
      if (!challenge?.startsWith('Bearer ')) throw error
      const { fetchToken } = await import('./token.ts')
      const ask = (url: URL) => send({ method: 'GET', url }, [200], this.#agents, basic)
      const value = `Bearer ${await fetchToken(challenge, this.origin, ask)}`
      this.#bearers.set(about, { password, value })
      if (streams(request)) throw wrong(describeRequest(request), 'the registry wants a new token')
      return send(request, expected, this.#agents, value)
    }
  }

  /** An answer to HEAD has no words: the registry is asked for them. */
  async #isExpired(held: Credentials, { method }: HttpRequest, error: unknown): Promise<boolean> {
    if (!(error instanceof RegistryError)) return false
    if (error.status !== 401 && error.status !== 403) return false
    if (method !== 'HEAD') return saysExpired(error)
    const base = { method: 'GET', url: new URL('/v2/', this.origin) } as const
    return this.#sendAs(held, base, [200]).then(
      (answer) => {
        drain(answer)
        return false
      },
      (said: unknown) => saysExpired(said),
    )
  }
}

/** What ECR says, with 403. https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html */
function saysExpired(error: unknown): boolean {
  return error instanceof RegistryError && /authorization token has expired/i.test(error.message)
}

/** What has begun to be sent cannot be sent again from here. */
function streams({ body }: HttpRequest): boolean {
  return body !== undefined && !(body instanceof Uint8Array)
}

function repositoryIn({ pathname }: URL): string {
  return /^\/v2\/(.+)\/(?:blobs|manifests|referrers|tags)\//.exec(pathname)?.[1] ?? ''
}
