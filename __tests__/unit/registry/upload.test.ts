import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { digestOf } from '../../../local-ecr/index.ts'
import { Registry } from '../../../src/registry/client.ts'
import type { RemoteRepository } from '../../../src/registry/copy.ts'
import { RegistryError } from '../../../src/registry/errors.ts'
import { registryAgents } from '../../../src/registry/http.ts'
import { REQUEST_RETRY_POLICY } from '../../../src/registry/request-retries.ts'
import { pushBlob } from '../../../src/registry/upload.ts'
import { openRegistries, type Registries } from '../../support/registries.ts'
import { fixedSession } from '../../support/session.ts'

const WHERE = { account: '123456789012', region: 'ap-northeast-2', repository: 'uploads' }
const content = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 251))
const blob = { mediaType: 'x', digest: digestOf(content), size: content.length }
const CHUNKS = { chunkedFrom: 500, chunkSize: 300 }

let registries: Registries
let place: RemoteRepository
let opened: number[]

beforeAll(async () => {
  registries = await openRegistries()
})
afterAll(() => registries.stop())
beforeEach(async () => {
  registries.ecr.faults.clear()
  registries.waits.splice(0)
  opened = []
  place = await registries.place('uploads', WHERE, { upload: CHUNKS })
  await registries.ecr.store.backend.remove(WHERE)
  registries.ecr.service.recorder.clear()
})

const open = async (from: number) => {
  opened.push(from)
  return Readable.from([content.subarray(from, from + 50), content.subarray(from + 50)], {
    objectMode: false,
  })
}
const push = (given = blob, source = open) =>
  pushBlob(place.registry, place.repository, given, { place: 'the source', open: source })
const methods = () => registries.ecr.requests.map(({ method }) => method).join(' ')
const size = () => registries.ecr.store.backend.blobSize(WHERE, blob.digest)

test('a small blob goes in one request', async () => {
  const small = content.subarray(0, 100)
  const descriptor = { mediaType: 'x', digest: digestOf(small), size: 100 }
  expect(await push(descriptor, async () => Readable.from([small]))).toBe('sent')
  expect(methods()).toBe('POST PUT')
})

test('an empty one too', async () => {
  const empty = Buffer.alloc(0)
  await push({ mediaType: 'x', digest: digestOf(empty), size: 0 }, async () => Readable.from([empty]))
  expect(methods()).toBe('POST PUT')
})

test('a large blob goes in chunks, its source is read once', async () => {
  await push()
  expect(methods()).toBe('POST PATCH PATCH PATCH PATCH PUT')
  expect(opened).toEqual([0])
  expect(await size()).toBe(1000)
})

describe('after a break', () => {
  test('the upload goes on where the registry had come to', async () => {
    registries.ecr.faults.order({ match: { method: 'PATCH' }, effect: { kind: 'drop' } })
    await push()
    expect(methods()).toBe('POST PATCH GET PATCH PATCH PATCH PATCH PUT')
    expect(opened).toEqual([0, 0])
    expect(await size()).toBe(1000)
  })

  test('also in the middle, and only the rest of the source is read', async () => {
    let broke = false
    await push(blob, async (from) => {
      const stream = await open(from)
      if (broke) return stream
      broke = true
      // The source itself breaks in the third chunk.
      return Readable.from(
        (async function* () {
          yield content.subarray(0, 700)
          throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
        })(),
        { objectMode: false },
      )
    })
    expect(opened).toEqual([0, 600])
    expect(methods().match(/POST/g)).toHaveLength(1)
    expect(await size()).toBe(1000)
  })

  test('where the registry has forgotten the upload, it begins anew', async () => {
    registries.ecr.faults.order(
      { match: { method: 'PATCH' }, effect: { kind: 'status', status: 503 } },
      { match: { method: 'GET' }, effect: { kind: 'status', status: 404 } },
    )
    await push()
    expect(methods()).toBe('POST PATCH GET POST PATCH PATCH PATCH PATCH PUT')
    expect(await size()).toBe(1000)
  })

  test('a blob in one request is sent again from its beginning', async () => {
    place = await registries.place('uploads', WHERE, { upload: { chunkedFrom: 5000 } })
    registries.ecr.faults.order({ match: { method: 'PUT' }, effect: { kind: 'status', status: 500 } })
    await push()
    // It may have been carried out although it failed.
    expect(methods()).toBe('POST PUT HEAD POST PUT')
    expect(opened).toEqual([0, 0])
    expect(await size()).toBe(1000)
  })

  test('a registry that kept a part of a chunk gets the rest of it', async () => {
    const kept: Buffer[] = []
    const ranges: string[] = []
    let broke = false
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const body = Buffer.concat(parts)
      const held = () => kept.reduce((sum, part) => sum + part.length, 0)
      const headers = { location: '/v2/x/blobs/uploads/1' }
      if (request.method === 'PATCH') {
        ranges.push(request.headers['content-range'] ?? '')
        kept.push(broke || ranges.length === 1 ? body : body.subarray(0, 120))
        const breaks = !broke && ranges.length === 2
        broke ||= breaks
        response.writeHead(breaks ? 502 : 202, { ...headers, range: `0-${held() - 1}` }).end()
      } else if (request.method === 'GET')
        response.writeHead(204, { ...headers, range: `0-${held() - 1}` }).end()
      else response.writeHead(request.method === 'POST' ? 202 : 201, headers).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const access = fixedSession(`127.0.0.1:${(server.address() as AddressInfo).port}`, 'x')
      const retryPolicy = { ...REQUEST_RETRY_POLICY, sleep: async () => undefined }
      const registry = new Registry(access, { agents: registryAgents(), retryPolicy, upload: CHUNKS })
      await pushBlob(registry, 'x', blob, { place: 'the source', open })
    } finally {
      server.closeAllConnections()
      server.close()
    }
    expect(ranges).toEqual(['0-299', '300-599', '420-719', '720-999'])
    // Read again from the last mark, of which the 120 bytes that had arrived are passed over.
    expect(opened).toEqual([0, 300])
    expect(Buffer.concat(kept).equals(content)).toBe(true)
  })

  test('not for ever', async () => {
    registries.ecr.faults.order({ match: { method: 'PATCH' }, times: 99, effect: { kind: 'drop' } })
    await expect(push()).rejects.toThrow(/^PATCH http:/)
    expect(registries.waits).toHaveLength(REQUEST_RETRY_POLICY.attempts - 1)
  })
})

test.each([400, 405, 416])(
  'a registry that answers chunks with %d gets the blob in one request',
  async (status) => {
    registries.ecr.faults.order({ match: { method: 'PATCH' }, effect: { kind: 'status', status } })
    await push()
    expect(methods()).toBe('POST PATCH POST PUT')
    expect(await size()).toBe(1000)
  },
)

test('a denied chunk is no reason to try another way', async () => {
  registries.ecr.faults.order({ match: { method: 'PATCH' }, effect: { kind: 'deny' } })
  await expect(push()).rejects.toThrow('ecr:UploadLayerPart')
  expect(methods()).toBe('POST PATCH')
})

describe.each([
  ['in chunks', CHUNKS],
  ['in one request', { chunkedFrom: 5000 }],
])('a source %s', (_, upload) => {
  beforeEach(async () => {
    place = await registries.place('uploads', WHERE, { upload })
  })
  test.each([
    ['with other bytes', Buffer.from(content.map((byte) => byte ^ 1)), /its bytes have the digest sha256:/],
    ['that ends early', content.subarray(0, 900), /ended after 900 of 1000 bytes/],
    [
      'with bytes more',
      Buffer.concat([content, Buffer.from('!')]),
      /has more bytes than its descriptor says/,
    ],
  ])('%s is an error, and no blob', async (_name, bytes, message) => {
    const bad = async (from: number) => Readable.from([bytes.subarray(from)])
    await expect(push(blob, bad)).rejects.toThrow(message)
    expect(await size()).toBeUndefined()
  })
})

test('an upload that is sent to another host does not get the credentials', async () => {
  registries.ecr.faults.order({
    match: { method: 'POST' },
    effect: { kind: 'status', status: 202, headers: { location: 'http://127.0.0.1:9/v2/x' } },
  })
  await expect(push()).rejects.toThrow('the upload goes to another host, http://127.0.0.1:9')
})

test('the source is opened while the upload is started, and closed if that fails', async () => {
  const early = Promise.withResolvers<void>()
  const source = Readable.from([content.subarray(0, 100)])
  registries.ecr.faults.order({
    match: { side: 'registry', operation: 'InitiateLayerUpload' },
    effect: { kind: 'deny' },
  })
  const pushing = push(blob, async () => {
    early.resolve()
    return source
  })
  pushing.catch(() => undefined)
  // Before anything is asked of the target.
  await early.promise
  expect(methods()).toBe('')
  await expect(pushing).rejects.toThrow('ecr:InitiateLayerUpload')
  expect(source.destroyed).toBe(true)
})

test('a source that cannot be opened at first is opened again, from the blob’s first byte', async () => {
  let attempts = 0
  const source = async (from: number) => {
    if (attempts++ === 0) throw new RegistryError('away', { transient: true })
    return open(from)
  }
  expect(await push(blob, source)).toBe('sent')
  expect([attempts, opened]).toEqual([2, [0]])
  expect(await size()).toBe(blob.size)
})

test('a source that breaks before it is read is read again', async () => {
  let attempts = 0
  const source = async (from: number) => {
    if (attempts++ > 0) return open(from)
    const broken = new Readable({ read: () => undefined })
    broken.destroy(Object.assign(new Error('gone'), { code: 'ECONNRESET' }))
    return broken
  }
  expect(await push(blob, source)).toBe('sent')
  expect([attempts, opened]).toEqual([2, [0]])
})
