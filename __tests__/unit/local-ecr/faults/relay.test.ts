import { createHash, randomBytes } from 'node:crypto'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { listen, type Relay, startRelay } from '../../../../local-ecr/faults/relay.ts'

const delayMs = 40
let server: Server
let relay: Relay
/** Those of the server. What is half open knows only by writing that nobody is left, and would stay open. */
const served: Socket[] = []

afterEach(async () => {
  await relay.stop()
  for (const socket of served.splice(0)) socket.destroy()
  server.close()
})

async function start(serve: (socket: Socket) => void): Promise<Socket> {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    served.push(socket)
    serve(socket.on('error', () => undefined))
  })
  await listen(server, 0, '127.0.0.1')
  const { port } = server.address() as { port: number }
  relay = await startRelay({ host: '127.0.0.1', port: 0, target: { host: '127.0.0.1', port }, delayMs })
  return connect({ host: '127.0.0.1', port: relay.port, allowHalfOpen: true })
}

/** By events: an iteration would destroy the socket at the end, and with it what is still to be sent. */
const received = (socket: Socket) =>
  new Promise<Buffer>((resolve) => {
    const parts: Buffer[] = []
    socket.on('data', (part: Buffer) => parts.push(part))
    socket.on('end', () => resolve(Buffer.concat(parts)))
  })

const next = (socket: Socket) =>
  new Promise<string>((resolve) => socket.once('data', (data) => resolve(`${data}`)))

test('the first answer takes two round trips, each later one takes one', async () => {
  const client = await start((socket) => socket.pipe(socket))
  const times: number[] = []
  for (const text of Array.from({ length: 20 }, (_, index) => `text ${index}`)) {
    const began = performance.now()
    client.write(text)
    expect(await next(client)).toBe(text)
    times.push(performance.now() - began)
  }
  const [first = 0, ...later] = times
  expect(first).toBeGreaterThanOrEqual(4 * delayMs - 2)
  // A busy machine adds to most of them, and not to all.
  const least = Math.min(...later)
  expect(least).toBeGreaterThanOrEqual(2 * delayMs - 2)
  expect(least).toBeLessThan(4 * delayMs)
  client.destroy()
})

// Megabytes take their time on a machine that does other things too.
const LONG_MS = 60_000

test(
  'what is sent before the ends arrives whole, in order, in both directions',
  async () => {
    const up = randomBytes(6 * 1024 * 1024)
    const down = randomBytes(5 * 1024 * 1024)
    let seen: Promise<Buffer> | undefined
    const client = await start((socket) => {
      seen = received(socket)
      socket.end(down)
    })
    client.end(up)
    const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
    expect(hash(await received(client))).toBe(hash(down))
    expect(hash((await seen) ?? Buffer.alloc(0))).toBe(hash(up))
  },
  LONG_MS,
)

test(
  'a reader that does not read holds the writer back',
  async () => {
    const size = 64 * 1024 * 1024
    let far: Socket | undefined
    const client = await start((socket) => {
      far = socket.pause()
    })
    client.end(Buffer.alloc(size))
    await new Promise((resolve) => setTimeout(resolve, 15 * delayMs))
    const sent = size - client.writableLength
    expect(client.writableFinished).toBe(false)
    // What the relay holds, and what the kernel's buffers take on both sides of it.
    expect(sent).toBeLessThan(size / 2)
    let seen = 0
    far?.on('data', (data: Buffer) => {
      seen += data.byteLength
    })
    await new Promise((resolve) => far?.on('end', resolve).resume())
    expect(seen).toBe(size)
    client.destroy()
  },
  LONG_MS,
)

test('an end in one direction leaves the other open', async () => {
  const client = await start((socket) => {
    let text = ''
    socket.on('data', (data) => {
      text += data
    })
    socket.on('end', () => socket.end(`heard ${text}`))
  })
  client.end('question')
  expect(`${await received(client)}`).toBe('heard question')
})

test('a broken connection breaks the other side too', async () => {
  const client = await start((socket) => setTimeout(() => socket.resetAndDestroy(), 20))
  client.write('x')
  const ended = await new Promise((resolve) => {
    client.on('error', () => undefined)
    client.on('close', () => resolve('closed'))
    client.resume()
  })
  expect(ended).toBe('closed')
})
