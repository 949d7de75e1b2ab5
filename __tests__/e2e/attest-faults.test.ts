import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import { writeSigstoreFiles } from '../../dev/sigstore/job.ts'
import { type Fault, type ServiceName, type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { REGION, type Stage } from '../../dev/stage.ts'
import { LIMITS_VARIABLE } from '../../src/shared/limits.ts'
import { runCell } from '../support/fault-run.ts'
import { stageOn } from '../support/parts.ts'
import { type GitHubApi, signingEnv, startGitHubApi } from '../support/sigstore/stage.ts'
import { rows } from '../support/variants.ts'

// The rows of the fault matrix for who is asked beside ECR: Fulcio, Rekor, a timestamp authority, GitHub. They fail for
// good; what is over in a moment is in the unit tests.

jest.setTimeout(120_000)

let stage: Stage
let sigstore: Sigstore
let github: GitHubApi
/** A GitHub that gives no token: `answer` says how. */
let tokens: http.Server
let answer: http.RequestListener

beforeAll(async () => {
  tokens = http.createServer((request, response) => answer(request, response))
  tokens.listen(0, '127.0.0.1')
  ;[stage, sigstore, github] = await Promise.all([
    stageOn('current'),
    startSigstore(),
    startGitHubApi(),
    once(tokens, 'listening'),
  ])
})
afterEach(() => {
  for (const faults of Object.values(sigstore.faults)) faults.length = 0
  github.answer = { status: 201 }
})
afterAll(async () => {
  tokens?.closeAllConnections()
  tokens?.close()
  github?.close()
  await sigstore?.stop()
  await stage?.close()
})

/** Long enough for a healthy answer. */
const LIMITS = {
  sigstoreAnswerMs: 1500,
  sigstoreCallMs: 4000,
  githubAnswerMs: 1500,
  githubQuestionMs: 4000,
  githubStoreMs: 4000,
}

/** One run that attests, with nothing wrong in ECR. */
async function attested(env: Readonly<Record<string, string>> = {}) {
  let inputs = {}
  const ran = await runCell(stage, { stage: 'referrer', fault: '500', times: 0 }, [], {
    prepare: (workspace) => {
      inputs = writeSigstoreFiles(workspace, sigstore, { log: 1, timestamps: true })
    },
    get inputs() {
      return inputs
    },
    env: { ...signingEnv(stage), ...github.env, [LIMITS_VARIABLE]: JSON.stringify(LIMITS), ...env },
  })
  const { main, post, held } = ran
  const said = (kind: string) =>
    main.annotations.filter((one) => one.kind === kind).map(({ message }) => message)
  expect(post.exitCode).toBe(0)
  expect(main.log).not.toMatch(/^\s+at .*(?:\.js|node:)/m)
  return {
    ...main,
    errors: said('error').join('\n'),
    warnings: said('warning').join('\n'),
    here: held[REGION],
  }
}

const PAGE = '<html><body><h1>Forbidden</h1></body></html>'
const html = { 'content-type': 'text/html' }

type Failing = [service: ServiceName, how: string, fault: Fault, said: RegExp]
const failing = rows<Failing>(
  [['fulcio', 'is silent', 'silence', /in \d+ attempts: Fulcio \(http:\S+\): no whole answer within \d/]],
  // Variants: long/sign-and-verify.test.ts has every fault of every service.
  [
    ['rekor', 'breaks off', 'half', /in \d+ attempts: Rekor \(http:\S+\): the answer broke off/],
    [
      'tsa',
      'answers a page',
      { status: 200, body: PAGE, headers: html },
      /the timestamp authority \(http:\S+\): /,
    ],
    [
      'fulcio',
      'refuses',
      { status: 400, body: '{"message":"no"}' },
      /Fulcio \(http:\S+\): 400 Bad Request: no$/m,
    ],
    ['fulcio', 'is a page', { status: 403, body: PAGE, headers: html }, /Fulcio \(http:\S+\): 403 Forbidden/],
    [
      'rekor',
      'fails',
      { status: 500, body: '{}' },
      /in \d+ attempts: Rekor \(http:\S+\): 500 Internal Server Error/,
    ],
    [
      'rekor',
      'stops in its answer',
      'half-silence',
      /in \d+ attempts: Rekor \(http:\S+\): no whole answer within/,
    ],
    ['tsa', 'is not to be reached', 'end', /in \d+ attempts: the timestamp authority \(http:\S+\): /],
  ],
)

test.each(failing)('%s %s: the image is there, and nothing beside it', async (name, _, fault, said) => {
  sigstore.faults[name].push(...Array.from({ length: 20 }, () => fault))
  // A busy machine answers late: only what is silent is to meet a limit.
  const isSilent = fault === 'silence' || fault === 'half-silence'
  const limits = isSilent ? LIMITS : { ...LIMITS, sigstoreAnswerMs: 10_000, sigstoreCallMs: 15_000 }
  const env = { [LIMITS_VARIABLE]: JSON.stringify(limits) }
  const { exitCode, errors, outputs, here, seconds } = await attested(env)
  expect(exitCode).toBe(1)
  expect(errors).toMatch(/^The attestation \(provenance\) of \S+@sha256:\w+ could not be signed/)
  expect(errors).toMatch(said)
  expect(errors).toMatch(/^What to do: /m)
  expect(outputs).toMatchObject({ pushed: 'true', attested: 'false', attestations: '[]' })
  expect(here?.tags).toEqual({ v1: outputs['digest'], v2: outputs['digest'] })
  expect(here?.images).toEqual([outputs['digest']])
  expect(seconds).toBeLessThan(60)
})

const tokenless = rows<[how: string, given: http.RequestListener, said: RegExp]>(
  [['is silent', () => undefined, /GitHub did not answer within \d/]],
  // Variants: long/ask-github.test.ts.
  [
    ['fails', (_, response) => response.writeHead(500).end('{}'), /500/],
    [
      'breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '9999', 'content-type': 'application/json' })
        response.write('{"value":', () => response.destroy())
      },
      /in \d+ attempts/,
    ],
  ],
)

test.each(tokenless)(
  'GitHub gives no token, as it %s: the step ends before the build',
  async (_, given, said) => {
    answer = given
    const { port } = tokens.address() as AddressInfo
    const { exitCode, errors, outputs, here, log } = await attested({
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/?api-version=2.0`,
    })
    expect(exitCode).toBe(1)
    expect(errors).toMatch(/^GitHub gave no OIDC token for the audience 'sigstore'/)
    expect(errors).toMatch(said)
    expect(log).not.toContain('buildx build')
    expect(outputs).toMatchObject({ pushed: 'false', attested: 'false' })
    expect(here?.images).toEqual([])
  },
)

const storeless = rows<[what: string, given: GitHubApi['answer'], said: RegExp]>(
  [['422', { status: 422 }, /422: no, in 3 attempts\. The registry has it/]],
  // Variants: long/attestation-store.test.ts.
  [
    ['401', { status: 401 }, /401: no, in 3 attempts\. The registry has it/],
    ['503', { status: 503 }, /503: no, in \d+ attempts\. The registry has it/],
    ['silence', 'silence', /GitHub did not answer within .* in \d+ attempts\. The registry has it/],
    ['half an answer', 'half', /, in \d+ attempts\. The registry has it/],
  ],
)

test.each(storeless)(
  'GitHub’s store answers %s: a warning, and the image is attested',
  async (_, given, said) => {
    github.answer = given
    const { exitCode, warnings, outputs, here } = await attested()
    expect(exitCode).toBe(0)
    expect(warnings).toMatch(/^GitHub's own store has no copy of the attestation: /m)
    expect(warnings).toMatch(said)
    expect(outputs['attested']).toBe('true')
    const [{ referrer, url }] = JSON.parse(outputs['attestations'] as string)
    expect(url).toBeNull()
    expect(here?.images).toEqual([outputs['digest'], referrer])
  },
)
