import http, { Agent } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { MANIFEST_TYPES } from '../../src/oci/media-types.ts'
import { DIGEST, digestOf } from '../../src/oci/types.ts'
import { Registry } from '../../src/registry/client.ts'
import { copyImage } from '../../src/registry/copy.ts'
import { RegistryError } from '../../src/registry/errors.ts'
import { explainRegistryError } from '../../src/registry/explain.ts'
import { platformImages } from '../../src/registry/platforms.ts'
import { REQUEST_RETRY_POLICY } from '../../src/registry/request-retries.ts'
import { pushBlob } from '../../src/registry/upload.ts'
import { ActionError } from '../../src/shared/errors.ts'
import { FUZZ_TIMEOUT, hold, hostileJson, hostileText, recordOf } from '../support/fuzz.ts'
import { fixedSession } from '../support/session.ts'

const EMPTY = digestOf(new Uint8Array())
const OTHER = `sha256:${'a'.repeat(64)}`

/** What the server says next, whatever it is asked. */
let answers: readonly string[] = []
let asked = 0
/** A registry that cannot be crashed by what it says, since it knows nothing of HTTP. */
const server: Server = createServer((socket) => {
  socket.on('error', () => undefined)
  socket.once('data', () => {
    const answer = answers[Math.min(asked++, answers.length - 1)] ?? ''
    socket.end(answer.replaceAll('HOST', `127.0.0.1:${(server.address() as AddressInfo).port}`), 'latin1')
  })
})
const agent = new Agent({ keepAlive: false })

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  agent.destroy()
  server.close()
})

const headerText = hostileText.map((text) => text.replace(/[\r\n]/g, ' ').slice(0, 2000))
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'content-type': [...MANIFEST_TYPES, 'text/html', 'application/json; charset=utf-8'],
  'content-length': ['0', '5', '-1', '99999999999999999999', 'NaN', '1e3'],
  'docker-content-digest': [EMPTY, OTHER, 'sha256:x'],
  location: [
    '/v2/',
    'http://HOST/v2/x',
    'https://other.example/',
    '//other.example',
    '/v2/../..',
    'javascript:x',
  ],
  range: ['0-0', '0-4', '0-99999999999999999', '5-4', 'bytes=0-1'],
  'retry-after': ['0', '99999999999', '-1', 'Fri, 31 Dec 9999 23:59:59 GMT'],
  'www-authenticate': [
    'Bearer realm="http://HOST/token",service="x"',
    'Bearer realm="http://evil.example"',
    'Basic',
  ],
  link: ['</v2/app/referrers/x?n=1>; rel="next"', '<http://evil.example/>; rel="next"'],
  'oci-chunk-min-length': ['1', '-1', 'Infinity', '1e30'],
  'content-encoding': ['gzip'],
  'transfer-encoding': ['chunked'],
}
const header = fc
  .constantFrom(...Object.keys(HEADERS))
  .chain((name) =>
    fc
      .oneof({ weight: 3, arbitrary: fc.constantFrom(...(HEADERS[name] as readonly string[])) }, headerText)
      .map((value) => `${name}: ${value}`),
  )
const descriptor = recordOf({
  mediaType: fc.constantFrom(...MANIFEST_TYPES, 'application/vnd.oci.image.config.v1+json'),
  digest: fc.constantFrom(EMPTY, OTHER),
  size: fc.constantFrom(0, 1, -1, 2 ** 60),
  platform: recordOf({ os: fc.string(), architecture: fc.string() }),
  urls: fc.array(fc.webUrl()),
})
const manifest = recordOf({
  mediaType: fc.constantFrom(...MANIFEST_TYPES),
  config: descriptor,
  layers: fc.array(descriptor, { maxLength: 3 }),
  manifests: fc.array(descriptor, { maxLength: 3 }),
})
const errors = recordOf({
  errors: fc.array(recordOf({ code: hostileText, message: hostileText }), { maxLength: 2 }),
})
const body = fc.oneof(
  { weight: 3, arbitrary: manifest.map((value) => JSON.stringify(value)) },
  errors.map((value) => JSON.stringify(value)),
  recordOf({ token: hostileText }).map((value) => JSON.stringify(value)),
  hostileJson.map((value) => JSON.stringify(value)),
  hostileText,
  fc.constant(''),
)
const status = fc.constantFrom(
  200,
  200,
  200,
  201,
  202,
  204,
  206,
  301,
  307,
  400,
  401,
  403,
  404,
  405,
  416,
  429,
  500,
  503,
)
const answer = fc
  .oneof({ weight: 12, arbitrary: fc.tuple(status, fc.array(header, { maxLength: 4 }), body) }, hostileText)
  .map((given) =>
    typeof given === 'string'
      ? given
      : `HTTP/1.1 ${given[0]} X\r\n${[...given[1], 'connection: close'].join('\r\n')}\r\n\r\n${given[2]}`,
  )

const retryPolicy = { ...REQUEST_RETRY_POLICY, attempts: 2, sleep: async () => undefined }

function client(): Registry {
  const { port } = server.address() as AddressInfo
  const access = fixedSession(`127.0.0.1:${port}`, 'secret')
  return new Registry(access, {
    agents: { http: agent, https: agent as never },
    retryPolicy,
    upload: { chunkedFrom: 4, chunkSize: 2 },
  })
}

const operations: Readonly<Record<string, (registry: Registry) => Promise<unknown>>> = {
  head: (registry) =>
    registry.head('app', 'v1').then((found) => expect(found?.digest ?? EMPTY).toMatch(DIGEST)),
  manifest: (registry) =>
    registry.manifest('app', 'v1').then((found) => {
      expect(digestOf(found.bytes)).toBe(found.digest)
      return platformImages(registry, 'app', found)
    }),
  put: (registry) =>
    registry.putManifest('app', 'v1', { bytes: new Uint8Array(), mediaType: 'x', digest: EMPTY }),
  has: (registry) => registry.hasBlob('app', { mediaType: 'x', digest: EMPTY, size: 0 }),
  read: (registry) => registry.readBlob('app', { mediaType: 'x', digest: OTHER, size: 5 }),
  empty: (registry) => registry.readBlob('app', { mediaType: 'x', digest: OTHER, size: 0 }),
  referrers: (registry) => registry.referrers('app', OTHER),
  push: (registry) => {
    const bytes = Buffer.from('hello!')
    const blob = { mediaType: 'x', digest: digestOf(bytes), size: bytes.length }
    const open = async (from: number) => Readable.from([bytes.subarray(from)])
    return pushBlob(registry, 'app', blob, { place: 'here', open })
  },
  copy: (registry) =>
    copyImage({ registry, repository: 'app' }, { registry, repository: 'other' }, OTHER, { referrers: true }),
}

test(
  'whatever a registry answers, there is a checked result or an error of ours, and an end',
  async () => {
    const known = fc.constantFrom(...Object.keys(operations))
    await hold(
      fc.tuple(known, fc.array(answer, { minLength: 1, maxLength: 4 })),
      700,
      async ([name, given]) => {
        answers = given
        asked = 0
        try {
          await operations[name]?.(client())
        } catch (error) {
          if (!(error instanceof RegistryError)) throw error
          const explained = explainRegistryError('It', error)
          expect(explained).toBeInstanceOf(ActionError)
          expect(explained.message).not.toContain('secret')
          expect(explained.message.length).toBeLessThan(5000)
        }
        expect(asked).toBeLessThan(500)
      },
    )
  },
  FUZZ_TIMEOUT,
)

test('what is empty has a digest too', async () => {
  answers = ['HTTP/1.1 200 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n']
  await expect(operations['empty']?.(client())).rejects.toThrow('its bytes have the digest')
})

test('a registry that forgets an upload again and again is not sent it for ever', async () => {
  const location = 'location: /v2/app/blobs/uploads/1\r\n'
  const end = 'content-length: 0\r\nconnection: close\r\n\r\n'
  const respond = (method: string, from: string | undefined) => {
    if (method === 'POST') return `HTTP/1.1 202 X\r\n${location}${end}`
    if (method === 'PATCH')
      return from?.startsWith('0-') ? `HTTP/1.1 202 X\r\n${location}${end}` : `HTTP/1.1 500 X\r\n${end}`
    return `HTTP/1.1 404 X\r\n${end}`
  }
  let requests = 0
  const forgetful = http.createServer((request, response) => {
    requests++
    request.resume().on('end', () => {
      response.socket?.end(respond(request.method ?? '', request.headers['content-range']))
    })
  })
  await new Promise<void>((resolve) => forgetful.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(forgetful.address() as AddressInfo).port}`
  const registry = new Registry(fixedSession(host, 'secret'), {
    agents: { http: agent, https: agent as never },
    retryPolicy: { ...retryPolicy, attempts: 3 },
    upload: { chunkedFrom: 4, chunkSize: 2 },
  })
  try {
    await expect(operations['push']?.(registry)).rejects.toThrow(/lost what it had of the upload 3 times/)
    expect(requests).toBeLessThan(40)
  } finally {
    forgetful.close()
  }
})

test('a small answer that comes byte by byte is not waited for, and what is not wanted is not read to its end', async () => {
  const { drain, readUpTo } = await import('../../src/registry/http.ts')
  async function* dripping() {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      yield Buffer.from('x')
    }
  }
  await expect(readUpTo(Readable.from(dripping(), { objectMode: false }), 1 << 20, 100)).rejects.toThrow(
    'not all of it came within 0.1 s',
  )
  async function* endless() {
    for (;;) yield Buffer.alloc(16 * 1024)
  }
  const body = Readable.from(endless(), { objectMode: false })
  const closed = new Promise((resolve) => body.on('close', resolve))
  drain(body as http.IncomingMessage)
  await closed
})
