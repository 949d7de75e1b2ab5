import { connect, createServer, type Server, type Socket } from 'node:net'

/** The most bytes that one direction holds; with more, the sender has to wait. On a slow line, those of 50 ms. */
const highWater = (bytesPerSecond: number) => Math.min(16 * 1024 * 1024, bytesPerSecond / 20)

/** How a connection behaves: how late each direction is, and how many bytes pass in a second. */
interface Pace {
  readonly delayMs: number
  readonly bytesPerSecond: number
}

/** One direction of a connection: what comes in goes out in order, a fixed time later, and no faster than the line. */
class Line {
  readonly #queue: { due: number; chunk: Buffer | undefined }[] = []
  readonly #from: Socket
  readonly #to: Socket
  readonly #pace: Pace
  readonly #most: number
  readonly #notBefore: number
  #held = 0
  #timer: NodeJS.Timeout | undefined
  #blocked = false
  /** When the line has taken what came in until now. */
  #free = 0

  constructor(from: Socket, to: Socket, pace: Pace, notBefore: number) {
    this.#from = from
    this.#to = to
    this.#pace = pace
    this.#most = highWater(pace.bytesPerSecond)
    this.#notBefore = notBefore
    from.on('data', (chunk: Buffer) => this.#take(chunk))
    from.on('end', () => this.#take(undefined))
    to.on('drain', () => {
      this.#blocked = false
      this.#send()
    })
    to.on('close', () => clearTimeout(this.#timer))
  }

  #take(chunk: Buffer | undefined): void {
    const { delayMs, bytesPerSecond } = this.#pace
    const size = chunk?.byteLength ?? 0
    this.#free = Math.max(performance.now(), this.#notBefore, this.#free) + (size / bytesPerSecond) * 1000
    this.#queue.push({ due: this.#free + delayMs, chunk })
    this.#held += size
    if (this.#held > this.#most) this.#from.pause()
    if (!this.#timer) this.#send()
  }

  #send(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    while (!this.#blocked && !this.#to.destroyed) {
      const next = this.#queue[0]
      if (!next) return
      const wait = next.due - performance.now()
      if (wait > 0) {
        // Rounded up, because a timer that fires early would have to be set once more.
        this.#timer = setTimeout(() => this.#send(), Math.ceil(wait))
        return
      }
      this.#queue.shift()
      if (!next.chunk) {
        this.#to.end()
        return
      }
      this.#held -= next.chunk.byteLength
      if (this.#from.isPaused() && this.#held <= this.#most / 2) this.#from.resume()
      this.#blocked = !this.#to.write(next.chunk)
    }
  }
}

/** A relay that listens. */
export interface Relay {
  readonly port: number
  stop(): Promise<void>
}

/**
 * A TCP relay that simulates a distance: each direction is late by `delayMs` milliseconds, and the first bytes of a
 * new connection by one round trip more, which is what a TCP handshake takes. It keeps order, streaming and half-open
 * connections. A slow line lets `bytesPerSecond` through, in each direction.
 */
export async function startRelay(options: {
  host: string
  port: number
  target: { host: string; port: number }
  delayMs: number
  bytesPerSecond?: number
}): Promise<Relay> {
  const pace = {
    delayMs: options.delayMs,
    bytesPerSecond: options.bytesPerSecond ?? Number.POSITIVE_INFINITY,
  }
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ ...options.target, allowHalfOpen: true, noDelay: true })
    const handshake = performance.now() + 2 * options.delayMs
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.resetAndDestroy())
      one.on('close', () => sockets.delete(one))
    }
    new Line(client, upstream, pace, handshake)
    new Line(upstream, client, pace, 0)
  })
  await listen(server, options.port, options.host)
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** Resolves when a server listens. @throws Error if it cannot */
export function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
