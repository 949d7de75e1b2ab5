import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Registries } from '../support/registries.ts'

// Slow is not silent: what keeps a throughput may take as long as it takes, also many times a limit.
process.env['ECR_BUILD_PUSH_LIMITS'] = JSON.stringify({
  registryAnswerMs: 3000,
  smallBodyMs: 500,
  transferWindowMs: 500,
  questionMs: 5000,
})
const { openRegistries, seedImage } = await import('../support/registries.ts')
const { copyImage } = await import('../../src/registry/copy.ts')
const { pushBlob } = await import('../../src/registry/upload.ts')
const { Registry } = await import('../../src/registry/client.ts')
const { registryAgents } = await import('../../src/registry/http.ts')
const { fixedSession } = await import('../support/session.ts')
const { digestOf } = await import('../../src/oci/types.ts')
const { lowerLimits } = await import('../support/limits.ts')

const FROM = { account: '123456789012', region: 'ap-northeast-2' }
const TO = { account: '210987654321', region: 'us-east-1' }
const BYTES_PER_SECOND = 2_000_000
const SIZE = 4_000_000

let registries: Registries

beforeAll(async () => {
  registries = await openRegistries({ delayMs: 0, bytesPerSecond: BYTES_PER_SECOND })
})
afterAll(() => registries.stop())

test.each([
  ['in one request', undefined],
  ['in chunks', { chunkedFrom: 1_000_000, chunkSize: 3_000_000 }],
])('a copy over a slow line takes many times the limit of silence, %s', async (how, upload) => {
  const repository = how.replaceAll(' ', '-')
  const log: string[] = []
  const options = { log: (line: string) => log.push(line), ...(upload === undefined ? {} : { upload }) }
  const source = await registries.place(repository, FROM, options)
  const target = await registries.place(repository, TO, options)
  const image = await seedImage(registries, { ...FROM, repository }, ['x'.repeat(SIZE)])
  const started = performance.now()
  await copyImage(source, target, image.digest, { tag: 'v1' })
  const ms = performance.now() - started
  // It cannot have been faster than the line, and that is four windows.
  expect(ms).toBeGreaterThan((SIZE / BYTES_PER_SECOND) * 1000 * 0.9)
  expect(log).toEqual([])
  expect(registries.ecr.store.get({ ...TO, repository }).tags.get('v1')).toBe(image.digest)
})

describe('a registry that takes a body', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })

  /** Reads so many bytes of each blob that it is sent, in a second. */
  async function reading(bytesPerSecond: number) {
    const server = createServer((request, response) => {
      if (request.method !== 'PUT') {
        const status = request.method === 'POST' ? 202 : 404
        return response.writeHead(status, { location: '/v2/x/blobs/uploads/1', 'content-length': '0' }).end()
      }
      asked++
      const timer = setInterval(() => request.read(bytesPerSecond / 20), 50)
      request.once('close', () => clearInterval(timer))
      return request.once('end', () => response.writeHead(201).end())
    })
    servers.push(server)
    let asked = 0
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const log: string[] = []
    const registry = new Registry(fixedSession(`127.0.0.1:${(server.address() as AddressInfo).port}`, 'x'), {
      agents: registryAgents(),
      log: (line) => log.push(line),
      retryPolicy: { attempts: 12, firstMs: 1, longestMs: 1, sleep: async () => undefined },
    })
    const bytes = Buffer.alloc(16_000_000, 'x')
    const blob = { mediaType: 'x', digest: digestOf(bytes), size: bytes.length }
    const source = { place: 'the source', open: async () => Readable.from([bytes]) }
    return { log, asked: () => asked, push: () => pushBlob(registry, 'x', blob, source) }
  }

  test.each([0, 1000])('at %d bytes a second is given up', async (bytesPerSecond) => {
    const { push, log, asked } = await reading(bytesPerSecond)
    const started = performance.now()
    await expect(push()).rejects.toThrow(/(?:no bytes|only \d+ bytes) were taken within 0\.5 s/)
    expect(performance.now() - started).toBeLessThan(8000)
    // Few of such attempts, since each costs its time.
    expect(asked()).toBe(3)
    expect(log).toHaveLength(2)
  })

  test('at 4 MB a second gets it, after several times the limit of silence', async () => {
    // On a busy machine nothing at all may happen for half a second.
    lowerLimits({ transferWindowMs: 1500, registryAnswerMs: 30_000 })
    const { push, log } = await reading(4_000_000)
    expect(await push()).toBe('sent')
    expect(log).toEqual([])
  })
})
