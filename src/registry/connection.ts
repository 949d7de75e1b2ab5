import type { IncomingMessage } from 'node:http'
import type { RegistrySession } from '../oci/registry-session.ts'
import { DIGEST, shortDigest } from '../oci/types.ts'
import { AuthClient } from './auth-client.ts'
import { type Agents, drain } from './http.ts'
import type { HttpRequest } from './request.ts'
import { REQUEST_RETRY_POLICY, type RetryOptions, retryRequest } from './request-retries.ts'

export interface ConnectionOptions extends Partial<RetryOptions> {
  readonly agents: Agents
}

/** Requests to one registry: their URLs, their names in messages, and their retries. */
export class RegistryConnection {
  readonly host: string
  readonly #retries: RetryOptions
  readonly #client: AuthClient

  constructor(
    session: RegistrySession,
    { agents, retryPolicy = REQUEST_RETRY_POLICY, log, debug }: ConnectionOptions,
  ) {
    this.host = session.host
    this.#retries = { retryPolicy, log, debug }
    this.#client = new AuthClient(session, agents)
  }

  url(repository: string, tail: string): URL {
    return new URL(`/v2/${repository}/${tail}`, this.#client.origin)
  }

  /** For messages: `HOST/NAME`, and of an image in it `HOST/NAME:v1` or `HOST/NAME@sha256:0123456789ab…`. */
  displayUri(repository: string, reference?: string): string {
    const uri = `${this.host}/${repository}`
    if (reference === undefined) return uri
    return DIGEST.test(reference) ? `${uri}@${shortDigest(reference)}` : `${uri}:${reference}`
  }

  /**
   * Sends one request without retries.
   * @throws RegistryError for another status than the expected ones, or without a response
   */
  send(request: HttpRequest, expected: readonly number[]): Promise<IncomingMessage> {
    return this.#client.send(request, expected)
  }

  /** How often an operation is attempted before it counts as failed. */
  get maxAttempts(): number {
    return this.#retries.retryPolicy.attempts
  }

  /**
   * Retries what failed for a transient reason.
   * @param attempt gets the number of the attempt, from 0
   */
  retry<T>(attempt: (number: number) => Promise<T>): Promise<T> {
    return retryRequest(this.#retries, attempt)
  }

  /**
   * Opens connections that will be needed soon, while other work goes on: to a distant registry, opening one takes
   * longer than the request itself. Failures are ignored, since the request that needs the connection reports them.
   */
  async warm(connections: number): Promise<void> {
    const operation = `Connecting to ${this.host}`
    const url = new URL('/v2/', this.#client.origin)
    const open = async () => drain(await this.send({ operation, method: 'GET', url }, [200]))
    await Promise.allSettled(Array.from({ length: connections }, open))
  }
}
