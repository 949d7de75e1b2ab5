import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Effect } from '../../../../local-ecr/faults/orders.ts'
import { type LocalEcr, startLocalEcr } from '../../../../local-ecr/host/start.ts'
import { invoke } from '../../../../local-ecr/operations/dispatch.ts'
import { caller, imageManifest, imageType } from '../images.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'local-ecr-test-'))
const place = { account: '123456789012', region: 'ap-northeast-2', repository: 'app' }
let ecr: LocalEcr
let manifest: string

beforeAll(async () => {
  ecr = await startLocalEcr({ mode: 'localhost', registryBinary: null, dataDir })
  await invoke(ecr.store, caller, 'CreateRepository', { repositoryName: 'app' })
  manifest = await imageManifest(ecr.store, ecr.store.get(place), 'a')
})
afterEach(() => ecr.faults.clear())
afterAll(async () => {
  await ecr.stop()
  rmSync(dataDir, { recursive: true })
})

/** What comes, byte for byte, until it is enough and a moment longer, and whether the connection is open then. */
async function heard(
  method: string,
  path: string,
  { body = '', enough = (text: string) => text.includes('\r\n\r\n') } = {},
) {
  const { password } = ecr.store.issueToken(caller)
  const [host = '', port] = ecr.registryHost(place.account, place.region).split(':')
  const socket = connect(Number(port), host)
  let text = ''
  let open = true
  socket.on('data', (part) => {
    text += part
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    open = false
  })
  const credentials = Buffer.from(`AWS:${password}`).toString('base64')
  socket.write(
    `${method} /v2/${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${credentials}\r\nContent-Type: ${imageType}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  while (open && !enough(text)) await new Promise((resolve) => setTimeout(resolve, 5))
  await new Promise((resolve) => setTimeout(resolve, 50))
  const still = open
  return {
    text,
    still,
    async ends() {
      ecr.faults.clear()
      while (open) await new Promise((resolve) => setTimeout(resolve, 5))
    },
  }
}

const order = (effect: Effect) => ecr.faults.order({ match: { side: 'registry' }, effect })
const put = (tag: string, enough?: (text: string) => boolean) =>
  heard('PUT', `app/manifests/${tag}`, { body: manifest, ...(enough ? { enough } : {}) })
const isThere = (tag: string) => ecr.store.get(place).tags.has(tag)

test('silence before the answer: all is carried out, nothing is said, until the order is withdrawn', async () => {
  order({ kind: 'hang', when: 'before the answer' })
  const { text, still, ends } = await put('kept', () => isThere('kept'))
  expect({ text, still }).toEqual({ text: '', still: true })
  expect(ecr.store.get(place).tags.has('kept')).toBe(true)
  await ends()
})

test('silence before the request is read: nothing is carried out', async () => {
  const ordered = order({ kind: 'hang' })
  const { text, still, ends } = await put('lost', () => ordered.met > 0)
  expect({ text, still }).toEqual({ text: '', still: true })
  await ends()
  expect(ecr.store.get(place).tags.has('lost')).toBe(false)
})

test('silence in the headers, also of an answer without a body', async () => {
  order({ kind: 'hang', when: 'in the headers' })
  const { text, still, ends } = await put('headers', (given) => given !== '')
  expect({ text, still }).toEqual({ text: 'HTTP/1.1 200 OK\r\n', still: true })
  expect(ecr.store.get(place).tags.has('headers')).toBe(true)
  await ends()
})

test('silence in the answer: half of its body comes', async () => {
  await put('half')
  order({ kind: 'hang', when: 'in the answer' })
  const { text, still, ends } = await heard('GET', 'app/manifests/half', {
    enough: (given) => given.length - given.indexOf('\r\n\r\n') - 4 >= manifest.length / 2,
  })
  const [headers = '', body = ''] = text.split('\r\n\r\n')
  expect(headers).toContain(`content-length: ${manifest.length}`)
  expect(body).toBe(manifest.slice(0, manifest.length / 2))
  expect(still).toBe(true)
  await ends()
})

test.each([
  ['before the answer', /^(?:HTTP\/1\.1 102 Processing\r\n\r\n){3,}$/],
  ['in the headers', /^HTTP\/1\.1 200 OK\r\n(?:X-Piece-\d: 1\r\n){3,}$/],
  ['in the answer', /\r\n\r\n.{3,}$/s],
] as const)('a drip %s goes on', async (when, expected) => {
  await put('drip')
  order({ kind: 'drip', everyMs: 20, when })
  const { text, still, ends } = await heard('GET', 'app/manifests/drip', {
    enough: (given) => expected.test(given),
  })
  expect(text).toMatch(expected)
  expect(still).toBe(true)
  await ends()
})

test('the API is silent at the same points', async () => {
  const { port } = new URL(ecr.apiUrl)
  const { accessKeyId, secretAccessKey, sessionToken = '' } = ecr.store.issueCredentials(place.account)
  const { ECRClient, GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr')
  const clientThatWaits = (requestTimeout: number) =>
    new ECRClient({
      region: place.region,
      endpoint: `http://localhost:${port}`,
      maxAttempts: 1,
      requestHandler: { requestTimeout, throwOnRequestTimeout: true },
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    })
  const send = (requestTimeout = 100) =>
    clientThatWaits(requestTimeout).send(new GetAuthorizationTokenCommand({}))
  const match = { operation: 'GetAuthorizationToken' }
  for (const effect of [
    { kind: 'hang', when: 'before the answer' },
    { kind: 'hang', when: 'in the headers' },
    { kind: 'drip', everyMs: 20, when: 'before the answer' },
  ] as const) {
    ecr.faults.order({ match, effect })
    await expect(send()).rejects.toThrow(/timed? ?out/i)
    ecr.faults.clear()
  }
  // The headers come, and so the time-out of the SDK is over; the order ends it.
  const ordered = ecr.faults.order({ match, effect: { kind: 'hang', when: 'in the answer' } })
  const asking = send(30_000).then(
    () => 'answered',
    (error: Error) => error.message,
  )
  while (ordered.met === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(await Promise.race([asking, 'waiting'])).toBe('waiting')
  ordered.withdraw()
  expect(await asking).toMatch(/aborted|ECONNRESET/)
})
