import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Effect, type LocalEcr, startLocalEcr } from '../../local-ecr/index.ts'
import { connectEcr } from '../../src/aws/connect.ts'
import { roleFor } from '../../src/inputs/role.ts'
import { explain } from '../../src/shared/errors.ts'
import { lowerLimits } from '../support/limits.ts'

// The clients as a run has them, over real connections to a local ECR.

const ROLE = 'arn:aws:iam::123456789012:role/ci'
const kept = { ...process.env }
let folder: string
let ecr: LocalEcr
let log: string[]

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'answer-limits-'))
  ecr = await startLocalEcr({ registryBinary: null, dataDir: folder, mode: 'localhost' })
  ecr.store.addRole(ROLE, { principals: ['arn:aws:'] })
})
afterAll(async () => {
  await ecr.stop()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  log = []
  Object.assign(process.env, ecr.env(), { AWS_EC2_METADATA_DISABLED: 'true' })
})
afterEach(() => {
  ecr.faults.clear()
  process.env = { ...kept }
})

const CLIENTS = {
  ECR: { operation: 'GetAuthorizationToken', type: 'private', role: false },
  'ECR Public': { operation: 'GetAuthorizationToken', type: 'public', role: false },
  STS: { operation: 'AssumeRole', type: 'private', role: true },
} as const

/** Asks for a token as a run does. */
async function authorize(which: keyof typeof CLIENTS) {
  const { type, role } = CLIENTS[which]
  const connected = await connectEcr(
    {
      repository: { registryType: type, registryId: null, region: 'us-east-1' },
      role: role ? roleFor(ROLE, {}) : null,
    },
    {
      env: process.env,
      workflow: { hasIdToken: false, idToken: async () => '' },
      mask: () => undefined,
      notice: () => undefined,
      log: (line) => log.push(line),
      debug: () => undefined,
    },
  )
  return connected.authorize()
}

const clients = Object.keys(CLIENTS) as (keyof typeof CLIENTS)[]

const SILENCES: [string, Effect, RegExp][] = [
  [
    'silence before the answer',
    { kind: 'hang', when: 'before the answer' },
    /no whole answer of .* within 0\.\d+ s/,
  ],
  ['silence in the headers', { kind: 'hang', when: 'in the headers' }, /no whole answer/],
  ['silence in the body', { kind: 'hang', when: 'in the answer' }, /no whole answer/],
  [
    'a connection that is switched to another protocol',
    { kind: 'status', status: 101, headers: { connection: 'Upgrade', upgrade: 'websocket' } },
    /no whole answer/,
  ],
  ['a body byte by byte', { kind: 'drip', everyMs: 20, when: 'in the answer' }, /no whole answer/],
  ['headers without an end', { kind: 'drip', everyMs: 20, when: 'in the headers' }, /no whole answer/],
  ['a body without an end', { kind: 'endless' }, /the answer of .* is larger than 1000000 bytes/],
]
/** Enough to know that a client has the limits. */
const EVERYWHERE = /^silence in the body|^a body without/

describe.each(clients)('%s', (client) => {
  const { operation } = CLIENTS[client]
  const order = (effect: Effect, times = 1) => ecr.faults.order({ match: { operation }, times, effect })

  test.each(SILENCES.filter(([name]) => client === 'ECR' || EVERYWHERE.test(name)))(
    '%s costs one attempt',
    async (_, effect, said) => {
      lowerLimits(effect.kind === 'endless' ? { awsBodyBytes: 1_000_000 } : { awsAnswerMs: 150 })
      order(effect)
      await expect(authorize(client)).resolves.toMatchObject({ username: 'AWS' })
      // With a limit as low as this, a busy machine may be silent once more.
      expect(log.slice(1).filter((line) => !line.includes('no whole answer'))).toEqual([])
      expect(log[0]).toMatch(new RegExp(`${operation}.* failed \\(.*${said.source}.*attempt 2 of 12$`))
    },
  )

  test('silence each time ends with the call, and the attempts are counted', async () => {
    lowerLimits({ awsAnswerMs: 300, awsCallMs: 1200 })
    order({ kind: 'hang', when: 'in the answer' }, Number.POSITIVE_INFINITY)
    const started = performance.now()
    const said = await authorize(client).catch(explain)
    expect(performance.now() - started).toBeLessThan(2500)
    expect(said).toMatch(/no whole answer of .* within 0\.\d s, in 2 attempts/)
    expect(said).toMatch(/What to do: something on the way takes the connection/)
  })
})

describe('an answer that is not of AWS is named as what it is', () => {
  const page = '<!DOCTYPE html><html><title>Blocked</title></html>'
  const html = { 'content-type': 'text/html; charset=utf-8' }
  test.each<[string, Effect, RegExp]>([
    [
      'a redirection',
      { kind: 'status', status: 307, headers: { location: 'https://portal.example/login?token=s3cret' } },
      / answered 307 Temporary Redirect and points to portal\.example, which is no answer of AWS/,
    ],
    [
      'a redirection with a page',
      { kind: 'status', status: 302, headers: { ...html, location: '/login' }, body: page },
      / answered 302 Found with a body of type text\/html, which/,
    ],
    [
      'a page of 200',
      { kind: 'status', status: 200, headers: html, body: page },
      / answered 200 OK with a body of type text\/html, which/,
    ],
    [
      'a page of 403',
      { kind: 'status', status: 403, headers: html, body: page },
      / answered 403 Forbidden with a body of type text\/html, which/,
    ],
    [
      'compressed JSON',
      {
        kind: 'status',
        status: 200,
        headers: { 'content-encoding': 'gzip' },
        bodyBase64: gzipSync('{}').toString('base64'),
      },
      / answered 200 OK with a compressed body \(gzip\) that nobody asked for, which/,
    ],
    ['an empty 404', { kind: 'status', status: 404 }, / answered 404 Not Found, which/],
    [
      'JSON of something else',
      {
        kind: 'status',
        status: 404,
        headers: { 'content-type': 'application/json' },
        body: '{"detail":"no route"}',
      },
      / answered 404 Not Found with a body of type application\/json, which/,
    ],
  ])('%s', async (_, effect, said) => {
    for (const client of clients) {
      const { operation } = CLIENTS[client]
      ecr.faults.order({ match: { operation }, effect })
      const told = await authorize(client).catch(explain)
      expect(told).toMatch(said)
      expect(told).toMatch(/something between the runner and localhost answers in its place: check the proxy/)
      expect(told).not.toMatch(/Unknown|\$response|Unexpected token|s3cret|in \d+ attempts/)
    }
    expect(log).toEqual([])
  })

  test('a gateway that answers 502 for a moment is a retry', async () => {
    ecr.faults.order({
      match: { operation: 'GetAuthorizationToken' },
      effect: { kind: 'status', status: 502, headers: html, body: page },
    })
    await authorize('ECR')
    expect(log).toEqual([
      expect.stringMatching(
        / failed \(502 Bad Gateway, no answer of AWS\); retry after .* s, attempt 2 of 12$/,
      ),
    ])
  })
})
