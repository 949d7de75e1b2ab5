import { createServer as createHttpServer, type Server } from 'node:http'
import { type AddressInfo, createServer, type Server as TcpServer } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Effect, Match } from '../../local-ecr/index.ts'
import type { RemoteRepository } from '../../src/registry/copy.ts'
import type { Registries, Seeded } from '../support/registries.ts'

// What does not answer costs the time of a limit, wherever it stops. The limits are read when their module is loaded.
process.env['ECR_BUILD_PUSH_LIMITS'] = JSON.stringify({
  registryAnswerMs: 400,
  smallBodyMs: 400,
  transferWindowMs: 400,
  unwantedBodyMs: 400,
})
const { openRegistries, seedImage } = await import('../support/registries.ts')
const { copyImage } = await import('../../src/registry/copy.ts')
const { putTags } = await import('../../src/registry/tags.ts')
const { Registry } = await import('../../src/registry/client.ts')
const { registryAgents } = await import('../../src/registry/http.ts')
const { explainRegistryError } = await import('../../src/registry/explain.ts')
const { fixedSession } = await import('../support/session.ts')
const { proxyAgents } = await import('../../src/shared/proxy.ts')
const { lowerLimits } = await import('../support/limits.ts')

const FROM = { account: '123456789012', region: 'ap-northeast-2' }
const TO = { account: '210987654321', region: 'us-east-1' }

let registries: Registries
let rounds = 0

beforeAll(async () => {
  registries = await openRegistries()
  // What runs for the first time is slow on a busy machine, and is not what the limits are for.
  const from = { ...FROM, repository: 'warm' }
  const source = await registries.place('warm', from)
  const target = await registries.place('warm', TO, { upload: { chunkedFrom: 300, chunkSize: 200 } })
  const image = await seedImage(registries, from, ['x'.repeat(500)])
  await copyImage(source, target, image.digest, { tag: 'v1' })
})
afterAll(() => registries.stop())

interface Copied {
  readonly log: string[]
  readonly ms: number
  readonly image: Seeded
  readonly target: RemoteRepository
  readonly error: unknown
}

/** A copy in chunks, with a second tag, in repositories of its own, so that many can go on at once. */
async function copyThrough(region: string, match: Match, effect: Effect, times = 1): Promise<Copied> {
  const repository = `silent-${rounds++}`
  const from = { ...FROM, repository }
  const log: string[] = []
  const options = { log: (line: string) => log.push(line) }
  const upload = { chunkedFrom: 300, chunkSize: 200 }
  const source = await registries.place(repository, from, options)
  const target = await registries.place(repository, TO, { ...options, upload })
  const image = await seedImage(registries, from, ['x'.repeat(500)])
  const ordered = registries.ecr.faults.order({
    match: { side: 'registry', region, repository, ...match },
    times,
    effect,
  })
  const started = performance.now()
  const error = await (async () => {
    const { manifest } = await copyImage(source, target, image.digest, { tag: 'v1' })
    await putTags(target, manifest, ['v2'])
  })().then(
    () => null,
    (failure: unknown) => failure,
  )
  expect(ordered.met).toBeGreaterThan(0)
  ordered.withdraw()
  return { log, ms: performance.now() - started, image, target, error }
}

const REQUESTS: readonly (readonly [what: string, region: string, match: Match])[] = [
  ['a manifest is read', FROM.region, { method: 'GET', path: '/manifests/' }],
  ['a blob is read', FROM.region, { method: 'GET', path: /\/blobs\/sha256/ }],
  ['a manifest is looked up', TO.region, { method: 'HEAD', path: '/manifests/' }],
  ['a blob is looked up', TO.region, { method: 'HEAD', path: '/blobs/' }],
  ['an upload is begun', TO.region, { method: 'POST' }],
  ['a chunk is sent', TO.region, { method: 'PATCH' }],
  ['an upload is ended', TO.region, { method: 'PUT', path: '/blobs/' }],
  ['a manifest is put', TO.region, { method: 'PUT', path: '/manifests/v1' }],
  ['a tag is put', TO.region, { method: 'PUT', path: '/manifests/v2' }],
]
const EFFECTS: readonly Effect[] = [
  { kind: 'hang' },
  { kind: 'hang', when: 'before the answer' },
  { kind: 'hang', when: 'in the headers' },
  { kind: 'hang', when: 'in the answer' },
  { kind: 'drip', everyMs: 30, when: 'before the answer' },
  { kind: 'drip', everyMs: 30, when: 'in the headers' },
  { kind: 'drip', everyMs: 30, when: 'in the answer' },
]

test.each(REQUESTS)(
  'silence once costs its limit, and the copy is whole, where %s',
  async (_, region, match) => {
    const copies = await Promise.all(EFFECTS.map((effect) => copyThrough(region, match, effect)))
    for (const [at, { error, log, ms, image, target }] of copies.entries()) {
      const effect = EFFECTS[at]
      expect({ effect, error }).toEqual({ effect, error: null })
      // More than a copy takes without it, and less than the limits that nobody lowers.
      expect(ms).toBeGreaterThan(350)
      expect(ms).toBeLessThan(60_000)
      expect(log[0]).toMatch(/ within 0\.4 s\)(?:; retry after .* attempt 2 of 12|, and is done)$/)
      // So low a limit is also reached by what is healthy, on a busy machine.
      // And what was taken by the registry, and answered too late, is found to be there.
      for (const line of log)
        expect(line).toMatch(/ within 0\.4 s\)| \(the registry has \d+ bytes, and was sent \d+\)/)
      const { tags, images } = registries.ecr.store.get({ ...TO, repository: target.repository })
      expect([...tags]).toEqual([
        ['v1', image.digest],
        ['v2', image.digest],
      ])
      expect([...images.keys()]).toEqual([image.digest])
    }
  },
)

test('silence for ever has an end wherever it is, and it is told how often it was attempted', async () => {
  lowerLimits({ questionMs: 4000 })
  const hang: Effect = { kind: 'hang' }
  await Promise.all(
    REQUESTS.map(async ([, region, match]) => {
      const { error, ms } = await copyThrough(region, match, hang, Number.POSITIVE_INFINITY)
      expect(ms).toBeLessThan(60_000)
      const { message, remedy } = explainRegistryError('The copy', error)
      const attempts = Number(/^The copy failed, in (\d+) attempts: /.exec(message)?.[1])
      expect(attempts).toBeGreaterThanOrEqual(2)
      expect(attempts).toBeLessThanOrEqual(12)
      expect(message).toMatch(/: no answer within 0\.4 s$|: not done within 4 s, all attempts together$/)
      expect(remedy).toMatch(/^run the job again; if it keeps failing, check the way/)
    }),
  )
})

describe('a connection', () => {
  const servers: (Server | TcpServer)[] = []
  const sockets = new Set<{ destroy(): void }>()
  beforeEach(() => lowerLimits({ connectMs: 300, questionMs: 2500, warmUpMs: 300 }))
  afterEach(() => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
    for (const server of servers.splice(0)) server.close()
    delete process.env['HTTPS_PROXY']
  })
  async function listening<S extends Server | TcpServer>(server: S): Promise<number> {
    servers.push(server)
    server.on('connection', (socket) => sockets.add(socket))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }
  const mute = () => listening(createServer((socket) => socket.on('error', () => undefined).resume()))

  function clientOf(host: string, agents = registryAgents()) {
    const log: string[] = []
    const retryPolicy = { attempts: 2, firstMs: 1, longestMs: 1, sleep: async () => undefined }
    const session = { ...fixedSession(host, 'secret'), scheme: 'https' as const }
    return { log, registry: new Registry(session, { agents, retryPolicy, log: (line) => log.push(line) }) }
  }

  async function expectEnd(host: string, reason: string, agents = registryAgents()) {
    const { registry, log } = clientOf(host, agents)
    const started = performance.now()
    await expect(registry.head('app', 'v1')).rejects.toThrow(reason)
    const ms = performance.now() - started
    expect(log).toHaveLength(1)
    // The limit, twice.
    expect(ms).toBeGreaterThan(550)
    expect(ms).toBeLessThan(60_000)
  }

  test('whose TLS is never spoken has an end', async () => {
    await expectEnd(`127.0.0.1:${await mute()}`, 'no connection within 0.3 s: TLS is not answered')
  })

  test('whose name is never looked up has an end', async () => {
    const agents = registryAgents()
    // A resolver that does not answer.
    Object.assign(agents.https.options, { lookup: () => undefined })
    await expectEnd('registry.invalid', 'no connection within 0.3 s: its name is not looked up', agents)
  })

  test('through a proxy that takes CONNECT and never answers has an end', async () => {
    process.env['HTTPS_PROXY'] = `http://127.0.0.1:${await mute()}`
    const { httpAgent, httpsAgent } = proxyAgents()
    await expectEnd('registry.invalid', 'no connection within 0.3 s: the proxy does not answer', {
      http: httpAgent,
      https: httpsAgent,
    })
    // Nothing is left open.
    const proxy = servers[0] as Server
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await new Promise((resolve) => proxy.getConnections((_, count) => resolve(count)))).toBe(0)
  })

  test('through a proxy to a host that does not speak TLS has an end', async () => {
    const proxy = createHttpServer()
    proxy.on('connect', (_, socket) => {
      socket.on('error', () => undefined)
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    })
    process.env['HTTPS_PROXY'] = `http://127.0.0.1:${await listening(proxy)}`
    const { httpAgent, httpsAgent } = proxyAgents()
    await expectEnd('registry.invalid', 'no connection within 0.3 s: TLS is not answered', {
      http: httpAgent,
      https: httpsAgent,
    })
  })

  test.each([
    ['direct', async () => ({ host: `127.0.0.1:${await mute()}`, agents: registryAgents() })],
    [
      'through a proxy',
      async () => {
        process.env['HTTPS_PROXY'] = `http://127.0.0.1:${await mute()}`
        const { httpAgent, httpsAgent } = proxyAgents()
        return { host: 'registry.invalid', agents: { http: httpAgent, https: httpsAgent } }
      },
    ],
  ])('that waits in the pool for others that do not open has an end: %s', async (_, prepare) => {
    const { host, agents } = await prepare()
    const { registry } = clientOf(host, agents)
    const started = performance.now()
    // More than a pool has.
    const asked = Array.from({ length: 120 }, (_, at) => registry.head('app', `v${at}`))
    const ended = await Promise.allSettled(asked)
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['rejected']))
    // Without a limit there is no end.
    expect(performance.now() - started).toBeLessThan(30_000)
  })

  test('that is never free has an end: what waits for it in the pool is given up', async () => {
    const agents = registryAgents()
    agents.http.maxSockets = 1
    lowerLimits({ registryAnswerMs: 60_000 })
    const host = `127.0.0.1:${await mute()}`
    const registry = new Registry(fixedSession(host, 'secret'), { agents })
    const started = performance.now()
    const ended = await Promise.allSettled([registry.head('app', 'v1'), registry.head('app', 'v2')])
    expect(ended.map((one) => (one.status === 'rejected' ? (one.reason as Error).message : ''))).toEqual([
      expect.stringContaining('not done within 2.5 s, all attempts together'),
      expect.stringContaining('not done within 2.5 s, all attempts together'),
    ])
    expect(performance.now() - started).toBeLessThan(30_000)
  })

  test('that is opened early is not waited for, and is dropped', async () => {
    lowerLimits({ registryAnswerMs: 60_000 })
    const host = `127.0.0.1:${await mute()}`
    const registry = new Registry(fixedSession(host, 'secret'), { agents: registryAgents() })
    const started = performance.now()
    expect(registry.warm(4)).toBeUndefined()
    const count = () =>
      new Promise<number>((resolve) => servers[0]?.getConnections((_, open) => resolve(open)))
    while ((await count()) < 4) await new Promise((resolve) => setTimeout(resolve, 5))
    while ((await count()) > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(performance.now() - started).toBeLessThan(30_000)
  })

  test('that does not answer whether a token is accepted has not accepted it', async () => {
    lowerLimits({ registryAnswerMs: 60_000 })
    const host = `127.0.0.1:${await mute()}`
    const registry = new Registry(fixedSession(host, 'secret'), { agents: registryAgents() })
    const started = performance.now()
    await expect(registry.acceptsToken(300)).resolves.toBe(false)
    expect(performance.now() - started).toBeLessThan(30_000)
  })
})
