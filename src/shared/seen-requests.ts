import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'

/** How often the size of the answers is looked at, in milliseconds. */
const LOOK_MS = 50

const seen = new AsyncLocalStorage<SeenRequests>()
subscribe('http.client.request.start', (message) => {
  seen.getStore()?.sees((message as { request: ClientRequest }).request)
})

/**
 * The requests that some work makes with clients that cannot be told to end, nor how much to take: they are seen as
 * Node starts them. https://nodejs.org/api/diagnostics_channel.html#built-in-channels
 */
export class SeenRequests {
  readonly #requests = new Map<ClientRequest, number>()
  readonly #limitBytes: number
  readonly #looking: NodeJS.Timeout
  readonly #tooLarge = Promise.withResolvers<never>()
  #over = false

  /** @param limitBytes of each answer: the request of a larger one is ended */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
    this.#looking = setInterval(() => this.#limitAnswers(), LOOK_MS).unref()
    this.#tooLarge.promise.catch(() => undefined)
  }

  /** Runs the work whose requests are seen. */
  run<T>(work: () => T): T {
    return seen.run(this, work)
  }

  /** Rejects once an answer is too large: not every client says so if its request is ended. */
  get tooLarge(): Promise<never> {
    return this.#tooLarge.promise
  }

  /** The hosts whose answers are awaited. */
  get hosts(): readonly string[] {
    return [...this.#requests.keys()].map(({ host }) => host)
  }

  sees(request: ClientRequest): void {
    if (this.#over) request.destroy()
    this.#requests.set(request, 0)
    // A connection that is used once more has read something before.
    request.once('socket', (socket: Socket) => this.#requests.set(request, socket.bytesRead))
    request.once('close', () => this.#requests.delete(request))
  }

  /** Looks at no answer any more. */
  stop(): void {
    clearInterval(this.#looking)
  }

  /** Ends the requests, and lets no other begin. */
  end(): void {
    this.stop()
    this.#over = true
    for (const request of this.#requests.keys()) request.destroy()
  }

  #limitAnswers(): void {
    for (const [request, before] of this.#requests) {
      if ((request.socket?.bytesRead ?? 0) - before <= this.#limitBytes) continue
      const error = new Error(`the answer of ${request.host} is larger than ${this.#limitBytes} bytes`)
      request.destroy(error)
      this.#tooLarge.reject(error)
    }
  }
}
