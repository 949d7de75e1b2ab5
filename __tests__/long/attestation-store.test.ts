import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { lowerLimits } from '../support/limits.ts'

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const kept = process.env['GITHUB_API_URL']
let server: Server
/** The last one is given for good. */
let answers: Answer[] = []
let requests = 0
let store: typeof import('../../src/runner/attestation-store.ts').storeAttestation

beforeAll(async () => {
  server = createServer(async (request, response) => {
    for await (const _ of request);
    const { status, body, headers } = answers[Math.min(requests++, answers.length - 1)] as Answer
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // GitHub's client reads the address of the API when it is loaded.
  process.env['GITHUB_API_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  store = (await import('../../src/runner/attestation-store.ts')).storeAttestation
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  if (kept === undefined) delete process.env['GITHUB_API_URL']
  else process.env['GITHUB_API_URL'] = kept
})
beforeEach(() => {
  requests = 0
})

async function told(...given: Answer[]): Promise<unknown> {
  answers = given
  const where = { token: 'a-token', serverUrl: 'https://github.com' }
  return store(where, 'octo/demo', Buffer.from('{}'), () => undefined).catch((error: Error) => error.message)
}

const KEPT: Answer = { status: 201, body: { id: 7 } }
const URL_OF_7 = { stored: true, url: 'https://github.com/octo/demo/attestations/7' }

test.each<[string, Answer]>([
  ['a lack of the permission', { status: 403, body: { message: 'Resource not accessible by integration' } }],
  ['an IP allow list', { status: 403, body: { message: 'the organization has an IP allow list enabled' } }],
  ['no such store', { status: 404, body: { message: 'Not Found' } }],
])('%s is told in GitHub’s words, and not retried', async (_, answer) => {
  const { message } = answer.body as { message: string }
  const { status } = answer
  expect(await told(answer, KEPT)).toEqual({
    stored: false,
    status,
    said: expect.stringMatching(new RegExp(`^${message}`)),
  })
  expect(requests).toBe(1)
})

test.each<[string, Answer]>([
  ['429', { status: 429, body: { message: 'slow down' }, headers: { 'retry-after': '0' } }],
  ['a secondary rate limit', { status: 403, body: { message: 'x' }, headers: { 'retry-after': '0' } }],
  [
    'a rate limit that is over',
    { status: 403, body: {}, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' } },
  ],
  ['a rate limit in words', { status: 403, body: { message: 'You have exceeded a secondary rate limit' } }],
  ['503', { status: 503, body: {} }],
])('%s is retried', async (_, answer) => {
  expect(await told(answer, KEPT)).toEqual(URL_OF_7)
  expect(requests).toBe(2)
})

test('a rate limit that lasts too long fails at once, with the status', async () => {
  const reset = String(Math.round(Date.now() / 1000) + 3600)
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
  expect(await told({ status: 403, body: { message: 'API rate limit exceeded' }, headers })).toMatch(
    /^403: API rate limit exceeded/,
  )
  expect(requests).toBe(1)
})

test.each<[number, object, RegExp]>([
  [400, { message: 'Problems parsing JSON' }, /^400: Problems parsing JSON/],
  [401, { message: 'Bad credentials' }, /^401: Bad credentials/],
  [409, {}, /^409/],
  [
    422,
    { message: 'Validation Failed', errors: ['bundle is invalid'] },
    /^422: Validation Failed: "bundle is invalid"/,
  ],
])('%d is asked for twice more, and told if it stays', async (status, body, said) => {
  expect(await told({ status, body }, { status, body }, KEPT)).toEqual(URL_OF_7)
  expect(requests).toBe(3)
  requests = 0
  const message = await told({ status, body })
  expect(message).toMatch(said)
  expect(message).toMatch(/, in 3 attempts$/)
  expect(requests).toBe(3)
})

test.each<[number, object, RegExp]>([
  [429, { message: 'slow down' }, /^429: slow down.*, in \d attempts$/],
  [500, { message: 'Server Error' }, /^500: Server Error.*, in \d attempts$/],
  [503, {}, /^503.*, in \d attempts$/],
])('%d for good is told with the status', async (status, body, said) => {
  lowerLimits({ githubStoreMs: 1000 })
  expect(await told({ status, body })).toMatch(said)
})

test.each([[7], ['7']])('%p is the number of an attestation', async (id) => {
  expect(await told({ status: 201, body: { id } })).toEqual(URL_OF_7)
})

test.each([['../../x'], ['7\n::error::y'], [''], [null], [1.5], [-1], [{}], [undefined]])(
  '%p is none',
  async (id) => {
    expect(await told({ status: 201, body: { id } })).toMatch(/^the answer names no attestation/)
  },
)
