import type { IncomingMessage } from 'node:http'
import type { RegistrySession } from '../oci/registry-session.ts'
import { DIGEST, shortDigest } from '../oci/types.ts'
import type { Agents } from '../shared/connections.ts'
import { LIMITS } from '../shared/limits.ts'
import { logLine } from '../shared/log-line.ts'
import { AuthClient } from './auth-client.ts'
import { drain } from './http.ts'
import type { HttpRequest } from './request.ts'
import { REQUEST_RETRY_POLICY, type RetryOptions, retryRequest, retryTransfer } from './request-retries.ts'

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

  /** The request that asks whether a repository has a blob. */
  blobLookup(repository: string, digest: string): HttpRequest {
    const operation = `Looking up the blob ${shortDigest(digest)} in ${this.displayUri(repository)}`
    return { operation, method: 'HEAD', url: this.url(repository, `blobs/${digest}`) }
  }

  /** For messages: `HOST/NAME`, and of an image in it `HOST/NAME:v1` or `HOST/NAME@sha256:0123456789ab…`. */
  displayUri(repository: string, reference?: string): string {
    const uri = `${this.host}/${repository}`
    if (reference === undefined) return uri
    return DIGEST.test(reference) ? `${uri}@${shortDigest(reference)}` : `${uri}:${reference}`
  }

  /**
   * Sends one request without retries.
   * @param signal aborts it at any stage
   * @throws RegistryError for another status than the expected ones, or without a response
   */
  send(request: HttpRequest, expected: readonly number[], signal?: AbortSignal): Promise<IncomingMessage> {
    return this.#client.send({ ...request, signal }, expected)
  }

  /** How often an operation is attempted before it counts as failed. */
  get maxAttempts(): number {
    return this.#retries.retryPolicy.attempts
  }

  /**
   * Retries what failed for a transient reason: a small request, which has a limit for all of its attempts.
   * @param attempt gets the number of the attempt, from 0, and what aborts it at that limit
   */
  retry<T>(attempt: (number: number, signal?: AbortSignal) => Promise<T>): Promise<T> {
    return retryRequest(this.#retries, attempt)
  }

  /**
   * Retries the transfer of a blob, or of a part of one, that failed for a transient reason: it takes as long as it
   * takes, and few attempts of it may be silent.
   */
  retryTransfer<T>(attempt: (number: number) => Promise<T>): Promise<T> {
    return retryTransfer(this.#retries, attempt)
  }

  /** Tells of something in the log. */
  log(line: string): void {
    this.#retries.log?.(logLine(line))
  }

  /**
   * Opens connections that will be needed soon, while other work goes on: to a distant registry, opening one takes
   * longer than the request itself. Nobody waits for it; what is not open in time is dropped. Failures are ignored,
   * since the request that needs the connection reports them.
   */
  warm(connections: number): void {
    const signal = AbortSignal.timeout(LIMITS.warmUpMs)
    for (let opened = 0; opened < connections; opened++) void this.#ping(signal).catch(() => undefined)
  }

  /**
   * Asks the registry, once, whether it accepts the session's token, which is renewed if it has expired.
   * @param limitMs how long its answer is waited for
   * @returns whether it said so; why it did not is for the request that needs the token to report
   */
  acceptsToken(limitMs: number = LIMITS.questionMs): Promise<boolean> {
    return this.#ping(AbortSignal.timeout(limitMs)).then(
      () => true,
      () => false,
    )
  }

  /**
   * Asks the registry the same, with the retries of every request.
   * @throws RegistryError that says why it does not
   */
  confirmToken(): Promise<void> {
    return this.retry((_, signal) => this.#ping(signal))
  }

  async #ping(signal?: AbortSignal): Promise<void> {
    const operation = `Connecting to ${this.host}`
    const url = new URL('/v2/', this.#client.origin)
    drain(await this.send({ operation, method: 'GET', url }, [200], signal))
  }
}
