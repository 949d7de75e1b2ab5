import type { IncomingMessage } from 'node:http'
import type { Credentials, RegistrySession } from '../oci/registry-session.ts'
import type { Agents } from '../shared/connections.ts'
import { invalidResponse, RegistryError } from './errors.ts'
import { drain, sendRequest } from './http.ts'
import { type HttpRequest, isStreamed, operationOf } from './request.ts'

/** Sends requests to one registry with the session's credentials. */
export class AuthClient {
  readonly origin: string
  readonly #session: RegistrySession
  readonly #agents: Agents
  /** By repository: the last bearer token, and the password that it was issued for. */
  readonly #bearers = new Map<string, { readonly password: string; readonly value: string }>()

  constructor(session: RegistrySession, agents: Agents) {
    this.origin = `${session.scheme}://${session.host}`
    this.#session = session
    this.#agents = agents
  }

  /**
   * Sends one request without general retries. Fetches a bearer token if the registry asks for one (ECR Public does),
   * and renews an expired token once.
   * @param expected the statuses that count as success
   * @throws RegistryError for another status, or without a response
   */
  async send(request: HttpRequest, expected: readonly number[]): Promise<IncomingMessage> {
    const credentials = await this.#session.current()
    try {
      return await this.#sendAs(credentials, request, expected)
    } catch (error) {
      if (!(await this.#isExpired(credentials, request, error))) throw error
      const renewed = await this.#session.replace(credentials.password)
      if (renewed === null) throw error
      // The stream is used up; the caller's next attempt opens a new one.
      if (isStreamed(request)) throw invalidResponse(operationOf(request), 'the registry token has expired')
      return this.#sendAs(renewed, request, expected)
    }
  }

  async #sendAs(
    { username, password }: Credentials,
    request: HttpRequest,
    expected: readonly number[],
  ): Promise<IncomingMessage> {
    const repository = repositoryIn(request.url)
    const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    const known = this.#bearers.get(repository)
    const authorization = known?.password === password ? known.value : basic
    try {
      return await sendRequest(request, expected, this.#agents, authorization)
    } catch (error) {
      const challenge = error instanceof RegistryError ? error.challenge : null
      if (!challenge?.startsWith('Bearer ')) throw error
      const { fetchBearerToken } = await import('./bearer-token.ts')
      const send = (asking: HttpRequest) =>
        sendRequest({ ...asking, signal: request.signal }, [200], this.#agents, basic)
      const value = `Bearer ${await fetchBearerToken(challenge, this.origin, send)}`
      this.#bearers.set(repository, { password, value })
      if (isStreamed(request)) throw invalidResponse(operationOf(request), 'the registry wants a new token')
      return sendRequest(request, expected, this.#agents, value)
    }
  }

  /** A response to HEAD has no body that could say why, so the registry is asked once more with GET. */
  async #isExpired(
    credentials: Credentials,
    { method, signal }: HttpRequest,
    error: unknown,
  ): Promise<boolean> {
    if (!(error instanceof RegistryError)) return false
    if (error.status !== 401 && error.status !== 403) return false
    if (method !== 'HEAD') return saysExpired(error)
    const operation = `Checking the token of ${this.#session.host}`
    const url = new URL('/v2/', this.origin)
    return this.#sendAs(credentials, { operation, method: 'GET', url, signal }, [200]).then(
      (response) => {
        drain(response)
        return false
      },
      (failure: unknown) => saysExpired(failure),
    )
  }
}

/** ECR's message, with status 403. https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html */
function saysExpired(error: unknown): boolean {
  return error instanceof RegistryError && /authorization token has expired/i.test(error.message)
}

function repositoryIn({ pathname }: URL): string {
  return /^\/v2\/(.+)\/(?:blobs|manifests|referrers|tags)\//.exec(pathname)?.[1] ?? ''
}
