import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { type LocalEcr, startLocalEcr } from '../../../../local-ecr/host/start.ts'
import { invoke } from '../../../../local-ecr/operations/dispatch.ts'
import { caller, imageManifest, imageType } from '../images.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'local-ecr-test-'))
const place = { account: '123456789012', region: 'ap-northeast-2', repository: 'app' }
let ecr: LocalEcr
let manifest: string

beforeAll(async () => {
  const rates = { ListImages: 2 }
  ecr = await startLocalEcr({ mode: 'localhost', registryBinary: null, dataDir, rates })
  await invoke(ecr.store, caller, 'CreateRepository', { repositoryName: 'app' })
  manifest = await imageManifest(ecr.store, ecr.store.get(place), 'a')
})
afterEach(() => ecr.faults.clear())
afterAll(async () => {
  await ecr.stop()
  rmSync(dataDir, { recursive: true })
})

interface Got {
  status: number
  text: string
  headers: IncomingHttpHeaders
  error?: string | undefined
}

/** One request, and as much of its answer as came. */
function ask(method: string, path: string, body = '', password = ecr.store.issueToken(caller).password) {
  const [host = '', port] = ecr.registryHost(place.account, place.region).split(':')
  const headers = {
    authorization: `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}`,
    'content-type': imageType,
  }
  const got: Got = { status: 0, text: '', headers: {} }
  return new Promise<Got>((resolve) => {
    const failed = ({ code }: NodeJS.ErrnoException) => resolve({ ...got, error: code })
    const sent = request(
      { host, port, method, path: `/v2/${path}`, headers, agent: new Agent() },
      (answer) => {
        Object.assign(got, { status: answer.statusCode, headers: answer.headers })
        answer.on('data', (part) => {
          got.text += part
        })
        answer.on('end', () => resolve(got))
        answer.on('error', failed)
      },
    )
    sent.on('error', failed)
    sent.end(body)
  })
}

test('a connection that ends in the request: nothing is carried out', async () => {
  ecr.faults.order({ match: { method: 'PUT' }, effect: { kind: 'drop', when: 'in the request' } })
  expect(await ask('PUT', 'app/manifests/lost', manifest)).toMatchObject({ status: 0, error: 'ECONNRESET' })
  expect(ecr.store.get(place).tags.has('lost')).toBe(false)
})

test('a connection that ends before the answer: all is carried out, and nothing said', async () => {
  ecr.faults.order({ match: { method: 'PUT' }, effect: { kind: 'drop', when: 'before the answer' } })
  expect(await ask('PUT', 'app/manifests/kept', manifest)).toMatchObject({ status: 0, error: 'ECONNRESET' })
  expect(ecr.store.get(place).tags.has('kept')).toBe(true)
  expect(ecr.requests.at(-1)).toMatchObject({ operation: 'PutImage', status: 0, error: 'Dropped' })
})

test('a connection that ends in the answer: half of it comes', async () => {
  await ask('PUT', 'app/manifests/half', manifest)
  ecr.faults.order({ match: { method: 'GET' }, effect: { kind: 'drop', when: 'in the answer' } })
  const got = await ask('GET', 'app/manifests/half')
  expect(got).toMatchObject({ status: 200, error: 'ECONNRESET' })
  expect(manifest.startsWith(got.text)).toBe(true)
  expect(got.text.length).toBe(Math.floor(manifest.length / 2))
})

test('a request hangs until its order is taken back; the order knows what it met', async () => {
  const ordered = ecr.faults.order({ match: { path: 'app' }, times: Infinity, effect: { kind: 'hang' } })
  expect([ordered.met, ordered.pending]).toEqual([0, 1])
  let got: Got | undefined
  const asking = ask('GET', 'app/manifests/half').then((answer) => {
    got = answer
  })
  while (ordered.met === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(got).toBeUndefined()
  ordered.withdraw()
  await asking
  expect(got).toMatchObject({ status: 0, error: 'ECONNRESET' })
  expect([ordered.met, ordered.pending]).toEqual([1, 0])
})

test('a token expires with the request that meets the fault, and stays so', async () => {
  const { password } = ecr.store.issueToken(caller)
  ecr.faults.order({ match: { path: 'half' }, effect: { kind: 'expire' } })
  const statuses = []
  for (let at = 0; at < 2; at++) statuses.push(await ask('GET', 'app/manifests/half', '', password))
  expect(statuses.map(({ status }) => status)).toEqual([403, 403])
  expect(statuses[1]?.text).toBe(statuses[0]?.text)
  expect(statuses[0]?.text).toContain('Your authorization token has expired. Reauthenticate and try again.')
})

test('an order for one caller meets no other', async () => {
  const who = { ...caller, arn: `${caller.arn}-two` }
  const ordered = ecr.faults.order({ match: { caller: '-two' }, effect: { kind: 'status', status: 500 } })
  expect((await ask('GET', 'app/manifests/half')).status).toBe(200)
  expect((await ask('GET', 'app/manifests/half', '', ecr.store.issueToken(who).password)).status).toBe(500)
  expect(ordered.met).toBe(1)
})

test('an order for one client meets no other', async () => {
  const ordered = ecr.faults.order({ match: { userAgent: 'docker/' }, effect: { kind: 'drop' } })
  expect((await ask('GET', 'app/manifests/half')).status).toBe(200)
  expect([ordered.met, ordered.pending]).toEqual([0, 1])
  const [host, port] = ecr.registryHost(place.account, place.region).split(':')
  const headers = {
    authorization: `Basic ${Buffer.from(`AWS:${ecr.store.issueToken(caller).password}`).toString('base64')}`,
    'user-agent': 'docker/26.1.5',
  }
  const code = await new Promise((resolve) => {
    request({ host, port, path: '/v2/', headers, agent: new Agent() }, () => resolve('answered'))
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
      .end()
  })
  expect([code, ordered.met]).toEqual(['ECONNRESET', 1])
})

test('the API: an answer that is lost, one that breaks off, one that says something else', async () => {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = ecr.store.issueCredentials(place.account)
  const client = new ECRClient({
    region: place.region,
    endpoint: ecr.apiUrl,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  })
  const match = { operation: 'GetAuthorizationToken' }
  ecr.faults.order(
    { match, effect: { kind: 'drop', when: 'before the answer' } },
    { match, effect: { kind: 'drop', when: 'in the answer' } },
    { match, effect: { kind: 'rewrite', find: 'localhost', replace: 'registry.invalid' } },
  )
  const send = () => client.send(new GetAuthorizationTokenCommand({}))
  await expect(send()).rejects.toThrow(/ECONNRESET|socket hang up/)
  await expect(send()).rejects.toThrow(/aborted|JSON/)
  const { authorizationData } = await send()
  expect(authorizationData?.[0]?.proxyEndpoint).toMatch(/^http:\/\/registry\.invalid:\d+$/)
  client.destroy()
})

test('past its rate, the registry says what ECR says, and lets other requests through', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask('GET', 'app/tags/list')))
  const statuses = answers.map(({ status }) => status)
  expect([...new Set(statuses)].sort()).toEqual([200, 429])
  expect(ecr.requests.at(-1)?.operation).toBe('ListImages')
  expect((await ask('GET', '')).status).toBe(200)
})
