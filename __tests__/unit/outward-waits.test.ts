import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'
import { DOCUMENTED_LIMITS, type LimitName } from '../../src/shared/limits.ts'
import { readFile } from '../support/waits.ts'

/** A limit, and the file that applies it: `here`, or one that this file imports, directly or by others. */
type Limits = Partial<Record<LimitName, string>>

/** Every client of AWS is made with these. */
const AWS_CLIENT: Limits = {
  awsAnswerMs: 'ecr/sdk/answer-limits.ts',
  awsBodyBytes: 'ecr/sdk/answer-limits.ts',
  awsCallMs: 'ecr/sdk/client.ts',
  credentialsMs: 'ecr/sdk/credentials.ts',
}

/**
 * Every file of src/ that waits for something outside of this process: it opens a connection, starts a process, creates
 * a client of AWS or GitHub, or reads what others write. Beside it, the limits that end each such wait.
 */
const WAITS: Readonly<Record<string, Limits>> = {
  // The client of the registry, and the connections of all clients.
  'registry/send-once.ts': {
    connectMs: 'shared/connections.ts',
    registryAnswerMs: 'here',
    transferWindowMs: 'registry/throughput.ts',
    transferBytesPerSecond: 'registry/throughput.ts',
  },
  'registry/http.ts': {
    connectMs: 'shared/connections.ts',
    smallBodyMs: 'here',
    unwantedBodyMs: 'here',
  },
  'registry/client.ts': { smallBodyMs: 'registry/http.ts', manifestBytes: 'here' },
  'registry/bearer-token.ts': { smallBodyMs: 'registry/http.ts', smallBodyBytes: 'here' },
  'registry/oci-layout.ts': { smallBodyMs: 'registry/http.ts' },
  'registry/batches.ts': { transferWindowMs: 'registry/throughput.ts' },
  'shared/connections.ts': { connectMs: 'here' },
  'shared/proxy.ts': { connectMs: 'here' },

  // Processes.
  'docker/engine.ts': { processMs: 'here' },
  'docker/engine-itself.ts': { engineAskMs: 'here', smallBodyBytes: 'here' },
  'docker/buildx-by-itself.ts': { processMs: 'here' },
  'docker/login/login.ts': { dockerLoginMs: 'here' },
  'docker/build/builder.ts': { builderStartMs: 'here', processMs: 'here' },
  'docker/build/image-id.ts': { processMs: 'here' },
  'docker/build/engine-image.ts': { processMs: 'here' },
  'docker/build/legacy-folders.ts': { processMs: 'here' },
  'docker/build/classic.ts': { processMs: 'here', stallMs: 'docker/stall/watch.ts' },
  'docker/build/legacy-bases.ts': { processMs: 'here' },
  'docker/podman.ts': { processMs: 'here' },
  'docker/build/legacy-images.ts': { processMs: 'here' },
  'docker/build/legacy-cache.ts': { stallMs: 'docker/stall/watch.ts' },
  'docker/build/run.ts': {
    stallMs: 'docker/stall/watch.ts',
    silenceToldMs: 'docker/stall/watch.ts',
    progressBytesPerSecond: 'docker/stall/watch.ts',
  },
  'docker/bake/print.ts': { processMs: 'here', builderStartMs: 'here', bakePlanBytes: 'here' },
  'docker/bake/remote.ts': { processMs: 'here' },
  'docker/bake/build.ts': {
    stallMs: 'docker/stall/watch.ts',
    silenceToldMs: 'docker/stall/watch.ts',
    progressBytesPerSecond: 'docker/stall/watch.ts',
  },
  'runner/checkout.ts': { processMs: 'here' },
  'docker/bake/content/git.ts': { processMs: 'here' },

  // What is beside an image, by the client of the registry.
  'actions/attest/existing.ts': { smallBodyMs: 'registry/http.ts' },
  'actions/provenance/search.ts': { smallBodyMs: 'registry/http.ts' },

  // Sigstore, by the requests of the registry's client.
  'sigstore/transport.ts': {
    connectMs: 'shared/connections.ts',
    sigstoreAnswerMs: 'here',
    sigstoreCallMs: 'here',
    sigstoreBodyBytes: 'here',
  },

  // AWS and GitHub.
  'runner/id-token.ts': {
    githubQuestionMs: 'here',
    githubAnswerMs: 'runner/ask-github.ts',
    githubBodyBytes: 'here',
  },
  'aws/connect.ts': { connectMs: 'shared/connections.ts' },
  'aws/role.ts': AWS_CLIENT,
  'aws/account.ts': AWS_CLIENT,
  'ecr/private/connect.ts': AWS_CLIENT,
  'ecr/public/connect.ts': AWS_CLIENT,
  'ecr/sdk/answer-limits.ts': { awsAnswerMs: 'here', awsBodyBytes: 'here' },
  'runner/github.ts': { githubFactMs: 'here', githubAnswerMs: 'runner/ask-github.ts' },
  'runner/attestation-store.ts': { githubStoreMs: 'here', githubAnswerMs: 'runner/ask-github.ts' },
}

/** Files that wait for what a caller gives them, together with a limit that each caller has to give. */
const LIMITED_BY_CALLERS: Readonly<Record<string, RegExp>> = {
  'docker/exec.ts': /^ {2}readonly limit: number \| Watch$/m,
}

const src = path.join(root, 'src')

const files = new Map(
  readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => [file, readFile(file, readFileSync(path.join(src, file), 'utf8'))] as const),
)

/** Whether a file imports another one, directly or by others. */
function reaches(from: string, to: string): boolean {
  const seen = new Set([from])
  for (const file of seen) for (const next of files.get(file)?.imports ?? []) seen.add(next)
  return seen.has(to)
}

const waiting = [...files.values()].filter(({ waits }) => waits.length > 0)

test.each([
  ["import http from 'node:http'; http.get('x')", ['node:http get']],
  [
    "import http from 'node:http'; import https from 'node:https'; (s ? https : http).request(u)",
    ['node:http request', 'node:https request'],
  ],
  ["import { STATUS_CODES } from 'node:http'; STATUS_CODES[200]", []],
  ["import type { Agent } from 'node:http'; let a: Agent", []],
  ["import http from 'node:http'; class A extends http.Agent {}", ['node:http Agent']],
  ["import { connect } from 'node:net'; connect(1)", ['node:net connect']],
  ["import { isIP } from 'node:net'; isIP('x')", []],
  ["const { connect } = await import('node:tls'); connect(1)", ['node:tls connect']],
  ["import { spawn as start } from 'node:child_process'; start('x')", ['node:child_process spawn']],
  ["import * as exec from '@actions/exec'; exec.exec('x')", ['@actions/exec exec']],
  [
    "import * as core from '@actions/core'; const world = { idToken: core.getIDToken }",
    ['@actions/core getIDToken'],
  ],
  ["import * as core from '@actions/core'; core.info('x')", []],
  ["(await import('@actions/github')).getOctokit(token)", ['@actions/github getOctokit']],
  ["const { STSClient } = await import('@aws-sdk/client-sts'); new STSClient({})", ['new STSClient']],
  ["import { AuthClient } from './auth-client.ts'; new AuthClient()", []],
  ["import { execute } from '../docker/exec.ts'; await execute('git', [])", ['../docker/exec.ts execute']],
  ['await fetch(url)', ['fetch']],
  ['process.stdin.on("data", f)', ['process.stdin', 'its data']],
  ['response.on("data", f)', ['its data']],
  ['response.on("close", f)', []],
  ['for await (const part of body) f(part)', ['for await']],
] as const)('a wait is found, and nothing else: %s', (text, waits) => {
  expect(readFile('runner/x.ts', text).waits).toEqual([...waits].sort())
})

describe('a wait for something outside of this process', () => {
  test('is in the list', () => {
    const found = waiting.map(({ file, waits }) => `${file}: ${waits.join(', ')}`)
    const listed = { ...WAITS, ...LIMITED_BY_CALLERS }
    expect(found.filter((line) => !Object.hasOwn(listed, line.split(':')[0] as string))).toEqual([])
  })

  test('is where the list says', () => {
    const known = waiting.map(({ file }) => file)
    const listed = Object.keys({ ...WAITS, ...LIMITED_BY_CALLERS })
    expect(listed.filter((file) => !known.includes(file))).toEqual([])
  })

  // Beside each other in a file is not enough: a wait and its limit have to lead to one another.
  test.each(Object.entries(WAITS))('%s is under its limits', (file, limits) => {
    const { waiting: statements = [] } = files.get(file) ?? {}
    const isUnder = ({ connected, imports }: (typeof statements)[number]) =>
      Object.entries(limits).some(([limit, where]) =>
        where === 'here'
          ? files
              .get(file)
              ?.applied.get(limit)
              ?.some((one) => connected.has(one))
          : imports.some((one) => files.has(one) && reaches(one, where)),
      )
    expect(statements.map(isUnder)).toEqual(statements.map(() => true))
    for (const [limit, where] of Object.entries(limits)) {
      if (where !== 'here') continue
      const applied = files.get(file)?.applied.get(limit) ?? []
      const leads = statements.some(({ connected }) => applied.some((one) => connected.has(one)))
      expect({ limit, leads }).toEqual({ limit, leads: true })
    }
  })

  test.each(Object.entries(WAITS))('%s has its limits', (file, limits) => {
    expect(Object.keys(limits)).not.toEqual([])
    for (const [limit, where] of Object.entries(limits)) {
      const applies = where === 'here' ? file : where
      expect({ limit, applies, used: files.get(applies)?.applied.has(limit) }).toEqual({
        limit,
        applies,
        used: true,
      })
      expect({ file, imports: applies, yes: reaches(file, applies) }).toEqual({
        file,
        imports: applies,
        yes: true,
      })
    }
  })
})

/**
 * Loops that wait in each round, and functions that wait for themselves, whose end is no comparison with a limit beside
 * them: what ends them instead. In the others, a time or a number of all limits does.
 */
const ENDLESS: Readonly<Record<string, string | Limits>> = {
  'registry/chunked-upload.ts: run':
    'the size of the blob, and the retries of a chunk: one that is set back is one of them',
  'registry/client.ts: referrers': { referrerPages: 'registry/referrers.ts' },
  'ecr/private/scans.ts: findings': { findingsPages: 'ecr/private/findings.ts' },
  'registry/send-once.ts: sendOnce': 'a connection that was kept open, of which the pool has no more than 32',
  'registry/batches.ts: next': 'the end of a stream, of which each wait has its limit',
  'registry/send-once.ts: sendBody': 'a body, each part of which has its limit',
  'registry/verifying-reader.ts: flat': 'the size of the blob',
  'registry/verifying-reader.ts: skip': 'the bytes to skip',
  'actions/attest/attest.ts: tell': 'what is copied, which has no copies of its own',
  'after-push/scan-report.ts: writeSarif': 'the findings, of which each round keeps fewer',
  'shared/fanout.ts: worker': 'a list',
  'shared/retry.ts: withRetries': 'the attempts of the policy',
  'shared/time.ts: poll': 'the time that is given',
  'docker/bake/content/tags.ts: make': 'the targets of the plan, each of which is made once',
  'docker/bake/content/tags.ts: namedContext': 'the targets of the plan, each of which is made once',
  'docker/bake/content/walk.ts: entriesBelow': 'the folders of a context, of which no link is followed',
  'docker/login/kept-login.ts: removeKeptLogin': 'the folders above a file',
  'docker/login/kept-login.ts: removeFolders': 'the folders above a file',
  'docker/login/kept-login.ts: changeLedger': '20 attempts',
  'ecr/sdk/images.ts: askForTags': 'one tag, which is not divided any more',
}

test('a loop, or a function that calls itself, is not waited for without an end', () => {
  const found = [...files.values()].flatMap(({ file, loops, recursions }) =>
    [...loops, ...recursions].map((name) => `${file}: ${name}`),
  )
  expect([...new Set(found)].sort()).toEqual(Object.keys(ENDLESS).sort())
  for (const [place, limits] of Object.entries(ENDLESS)) {
    if (typeof limits === 'string') continue
    const [file = ''] = place.split(': ')
    for (const [limit, applies] of Object.entries(limits)) {
      expect({ place, limit, applied: files.get(applies)?.applied.has(limit) }).toMatchObject({
        applied: true,
      })
      expect({ place, applies, imported: reaches(file, applies) }).toMatchObject({ imported: true })
    }
  }
})

test.each<[string, { readonly loops?: string[]; readonly recursions?: string[] }]>([
  ['async function f() { for (;;) await g() }', { loops: ['f'] }],
  ['async function f() { while (next) await client.send(next) }', { loops: ['f'] }],
  ['async function f() { do { await g() } while (at < LIMITS.pages) }', {}],
  ['async function f() { for (let at = 0; at < LIMITS.pages; at++) await g() }', {}],
  ['async function f() { for (;;) { if (size > LIMITS.bodyBytes) return; await g() } }', { loops: ['f'] }],
  ['async function f() { for (;;) await sleep(LIMITS.pauseMs) }', { loops: ['f'] }],
  ['async function f() { const until = now() + LIMITS.xMs; while (now() < until) await g() }', {}],
  ['async function f() { for (;;) { check(at); await g() } }; const check = (n) => n > LIMITS.n', {}],
  ['async function f() { for (const one of all) await g(one) }', {}],
  ['async function f(at) { await f(at + 1) }', { recursions: ['f'] }],
  ['async function f(at) { if (at > LIMITS.depth) return; await f(at + 1) }', {}],
  ['const f = async (at) => { await all(at.map(g)) }; function g(x) { return f(x) }', { recursions: ['f'] }],
  ['class A { async f() { return this.#g() } async #g() { return this.f() } }', { recursions: ['f', '#g'] }],
  ['function f(at) { return f(at - 1) }', {}],
])('an end that is missing is found, and nothing else: %s', (text, { loops = [], recursions = [] }) => {
  const found = readFile('runner/x.ts', text)
  expect([found.loops, found.recursions]).toEqual([loops, recursions.map((name) => name.replace('#', ''))])
})

test.each<[string, string[]]>([
  ['setTimeout(f, LIMITS.xMs)', ['xMs']],
  [`const s = LIMITS.xMs / 1000; setTimeout(() => end(\`no answer within \${s}\`), s * 1000)`, ['xMs']],
  [`const s = LIMITS.xMs / 1000; throw new Error(\`no answer within \${s}\`)`, []],
  ['function f(ms = LIMITS.xMs) { return sleep(ms) }', ['xMs']],
  [`function f(ms = LIMITS.xMs) { throw new Error(\`after \${ms}\`) }`, []],
  ['f(LIMITS.xMs); function f(ms) { return poll(clock, ms) }', ['xMs']],
  ['class A { #left = LIMITS.xBytes; f(n) { return n <= this.#left } }', ['xBytes']],
  ["execute('docker', args, { env, limit: LIMITS.xMs })", ['xMs']],
  ['log({ limit: 1, text: String(LIMITS.xMs) })', []],
  ['const highest = () => Math.max(1, LIMITS.xMs); if (a > highest()) end()', ['xMs']],
])('a limit that ends something is found, and nothing else: %s', (text, applied) => {
  expect([...readFile('runner/x.ts', text).applied.keys()]).toEqual(applied)
})

test.each(Object.entries(LIMITED_BY_CALLERS))('each caller of %s gives a limit', (file, member) => {
  expect(readFileSync(path.join(src, file), 'utf8')).toMatch(member)
})

/** Durations and counts that are none of this step's limits, by file. */
const NO_LIMITS: Readonly<Record<string, string>> = {
  // Pauses between two attempts or looks, of which there is an end elsewhere.
  'shared/retry.ts': 'firstMs longestMs',
  'shared/seen-requests.ts': 'LOOK_MS',
  'sigstore/referrer.ts': 'firstMs longestMs',
  'shared/processes.ts': 'CHECK_MS',
  'delivery/read-back.ts': 'firstMs longestMs',
  'docker/failures/retry.ts': 'firstMs longestMs',
  'docker/login/config.ts': 'firstMs longestMs',
  'ecr/private/settings.ts': 'firstMs longestMs',
  'after-push/polling.ts': 'firstMs longestMs',
  // Defaults of inputs, and the highest value of them.
  'inputs/after-push.ts': 'SCAN_TIMEOUT REPLICATION_TIMEOUT SIGNING_TIMEOUT LONGEST_TIMEOUT',
  // What GitHub takes of a report.
  'after-push/sarif.ts': 'gzippedBytes',
  // A day is a day.
  'metadata/dates.ts': 'DAY',
  // How long a token of ECR is valid, and what is left of one; and for how long a new one is shared.
  'actions/bake/connections.ts': 'FRESH_MS',
  'docker/login/kept-login.ts': 'LOGIN_LIFETIME_MS',
  'ecr/tokens.ts': 'TOKEN_LIFETIME_MS SHORTEST_MS LITTLE_MS RENEWED_LATELY_MS',
}

test('a number of milliseconds, seconds or attempts is a limit, and among all others', () => {
  const found = [...files.values()].flatMap(({ file, amounts }) =>
    file === 'shared/limits.ts' || amounts.length === 0 ? [] : [[file, amounts.join(' ')]],
  )
  expect(Object.fromEntries(found)).toEqual(NO_LIMITS)
})

test.each([
  ['const WAIT_MS = 5 * 60_000', ['WAIT_MS']],
  ['const PAUSES_MS = [25, 75]', ['PAUSES_MS']],
  ['const GRACE = 15_000', ['GRACE']],
  ['const DEADLINES = { askedMs: 4000 }', ['askedMs']],
  ['const POLICY = { attempts: 4, sleep }', ['attempts']],
  ['function f(waitMs = 500) {}', ['waitMs']],
  ['sleep(500)', ['sleep']],
  ['setTimeout(f, 2_000)', ['setTimeout']],
  ['AbortSignal.timeout(3000)', ['timeout']],
  ['run({ timeout: 3000 })', ['timeout']],
  ['class A { #waitedMs = 0 }; let attempts = 1; const all = LIMITS.connectMs', []],
  ['setTimeout(f, LIMITS.connectMs); const minutes = ms / 60_000', []],
] as const)('an amount is found, and nothing else: %s', (text, amounts) => {
  expect(readFile('runner/x.ts', text).amounts).toEqual(amounts)
})

test('every limit is used', () => {
  const used = new Set([...files.values()].flatMap(({ applied }) => [...applied.keys()]))
  expect(Object.keys(DOCUMENTED_LIMITS).filter((name) => !used.has(name))).toEqual([])
})
