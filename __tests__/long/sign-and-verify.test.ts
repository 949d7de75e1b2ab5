import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { bundleToJSON } from '@sigstore/bundle'
import { DSSEBundleBuilder, FulcioSigner, RekorWitness, TSAWitness } from '@sigstore/sign'
import { type Fault, type ServiceName, type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { poll, REAL_TIME } from '../../src/shared/time.ts'
import { attest } from '../../src/sigstore/attest.ts'
import { readClaims } from '../../src/sigstore/claims.ts'
import { InvalidBundle, SigstoreError } from '../../src/sigstore/errors.ts'
import { provenanceOf } from '../../src/sigstore/provenance.ts'
import { anyAttempt, isOfRun, signerOf } from '../../src/sigstore/signer.ts'
import { statementBytes } from '../../src/sigstore/statement.ts'
import { verifyBundle } from '../../src/sigstore/verify.ts'
import { lowerLimits } from '../support/limits.ts'
import { JOB, SERVER, SHORT, signingAt, tokenOf } from '../support/sigstore/job.ts'

let sigstore: Sigstore
beforeAll(async () => {
  sigstore = await startSigstore()
})
afterAll(() => sigstore.stop())
afterEach(async () => {
  // A request that was given up may still be on its way.
  await poll(REAL_TIME, 2000, { firstMs: 5, longestMs: 50, factor: 2 }, async () =>
    sigstore.open() === 0 ? true : undefined,
  )
  sigstore.requests.length = 0
  for (const faults of Object.values(sigstore.faults)) faults.length = 0
})

const digest = `sha256:${'ab'.repeat(32)}`
const subject = { name: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo', digest }
const claims = readClaims(tokenOf())
const predicate = provenanceOf(claims, SERVER)
const expected = { digest, predicateType: predicate.type, signer: signerOf(claims, SERVER) }

const FULCIO = 'fulcio POST /api/v2/signingCert'
const REKOR = 'rekor POST /api/v1/log/entries'
const REKOR_V2 = 'rekor POST /api/v2/log/entries'
const TSA = 'tsa POST /api/v1/timestamp'

const json = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString('utf8'))

/** The names of all members, and the kinds of their values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]))
}

/** The same JSON with another value at a path, and the value that was there. */
function withValue(whole: object, path: string, value?: unknown): { changed: object; was: unknown } {
  const changed = structuredClone(whole)
  const names = path.split('.')
  const last = names.pop() as string
  const parent = names.reduce((part, name) => part[name] as never, changed as Record<string, unknown>)
  const was = parent[last]
  parent[last] = value
  return { changed, was }
}

describe('what is signed verifies, and only the services of the instance are asked', () => {
  test.each([
    { log: 1, timestamps: false, asked: [FULCIO, REKOR] },
    { log: 1, timestamps: true, asked: [FULCIO, REKOR, TSA] },
    { log: 2, timestamps: true, asked: [FULCIO, REKOR_V2, TSA] },
    { log: null, timestamps: true, asked: [FULCIO, TSA] },
  ] as const)('log $log, timestamps $timestamps', async ({ asked, ...parts }) => {
    const signing = await signingAt(sigstore, parts)
    const { bundle, verified } = await attest(signing, subject, predicate)
    expect([...sigstore.requests].sort()).toEqual([...asked].sort())
    expect(verified).toMatchObject({
      issuer: 'https://token.actions.githubusercontent.com',
      identity: `${SERVER}/${JOB.job_workflow_ref}`,
      statement: { predicateType: predicate.type, predicate: predicate.content },
    })
    expect(verified.logIndex === null).toBe(parts.log === null)
    expect(verified.hasTimestamp).toBe(parts.timestamps)
    expect(json(bundle)).toEqual({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      dsseEnvelope: {
        payload: expect.any(String),
        payloadType: 'application/vnd.in-toto+json',
        signatures: [{ sig: expect.any(String) }],
      },
      verificationMaterial: {
        certificate: { rawBytes: expect.any(String) },
        ...(parts.log === null ? {} : { tlogEntries: [expect.any(Object)] }),
        timestampVerificationData: parts.timestamps
          ? { rfc3161Timestamps: [{ signedTimestamp: expect.any(String) }] }
          : {},
      },
    })
  })

  test.each([
    { timestamps: true, log: null },
    { timestamps: false, log: 1 },
  ] as const)('as @sigstore/sign makes it by itself, field by field: $log $timestamps', async (parts) => {
    const signing = await signingAt(sigstore, parts)
    const { bundle } = await attest(signing, subject, predicate)
    const { fulcio, rekor, tsa } = sigstore.urls
    const builder = new DSSEBundleBuilder({
      signer: new FulcioSigner({
        fulcioBaseURL: fulcio,
        identityProvider: { getToken: async () => signing.identity.token },
      }),
      witnesses: [
        ...(parts.log === null ? [] : [new RekorWitness({ rekorBaseURL: rekor })]),
        ...(parts.timestamps ? [new TSAWitness({ tsaBaseURL: tsa })] : []),
      ],
    })
    const data = statementBytes(subject, predicate)
    const theirs = bundleToJSON(await builder.create({ data, type: 'application/vnd.in-toto+json' }))
    const asSent = json(Buffer.from(JSON.stringify(theirs)))
    expect(shapeOf(json(bundle))).toEqual(shapeOf(asSent))
    expect(json(bundle).dsseEnvelope.payload).toBe(asSent.dsseEnvelope.payload)
    expect(Object.keys(json(bundle))).toEqual(Object.keys(asSent))
  })

  test.each([
    [
      'octo-org/demo/.github/workflows/build.yml@refs/heads/feature/로그인',
      'feature/%EB%A1%9C%EA%B7%B8%EC%9D%B8',
    ],
    ["octo-org/demo/.github/workflows/it's a (new) one.yml@refs/tags/v1", 'it%27s%20a%20%28new%29%20one.yml'],
    ["octo-org/demo/.github/workflows/it's(new).yml@refs/tags/v1", "it's(new).yml"],
  ])('whatever the names of workflow and branch: %s', async (job_workflow_ref, written) => {
    const ref = job_workflow_ref.split('@')[1]
    const signing = await signingAt(sigstore, {
      claims: { job_workflow_ref, workflow_ref: job_workflow_ref, ref },
    })
    const { verified } = await attest(signing, subject, predicate)
    expect(verified.identity).toContain(written)
  })

  test('whatever the millisecond', async () => {
    const signing = await signingAt(sigstore, { log: null, timestamps: true })
    for (let signed = 0; signed < 8; signed++) await attest(signing, subject, predicate)
  })
})

describe('refused', () => {
  const made = new Map<string, ReturnType<typeof makeBundle>>()
  async function makeBundle(parts: Parameters<typeof signingAt>[1]) {
    const signing = await signingAt(sigstore, parts)
    const { bundle } = await attest(signing, subject, predicate)
    return { bundle, root: signing.trustedRoot }
  }
  /** A bundle of these parts, signed for whoever asks first. */
  function bundleOf(parts: Parameters<typeof signingAt>[1] = {}): ReturnType<typeof makeBundle> {
    const key = JSON.stringify(parts)
    const bundle = made.get(key) ?? makeBundle(parts)
    made.set(key, bundle)
    return bundle
  }
  const verifying = (bundle: Uint8Array, root: Parameters<typeof verifyBundle>[1], other: object = {}) =>
    expect(() => verifyBundle(bundle, root, { ...expected, ...other }))

  test('another image, another predicate', async () => {
    const { bundle, root } = await bundleOf()
    verifying(bundle, root).not.toThrow()
    const other = `sha256:${'cd'.repeat(32)}`
    verifying(bundle, root, { digest: other }).toThrow(
      new InvalidBundle(`it is about another image than ${other}`),
    )
    verifying(bundle, root, { predicateType: 'https://spdx.dev/Document/v2.3' }).toThrow(
      'it has the predicate type https://slsa.dev/provenance/v1 instead of https://spdx.dev/Document/v2.3',
    )
  })

  test.each([
    ['job_workflow_ref', 'octo-org/demo/.github/workflows/x.yml@refs/heads/main', 'the workflow'],
    // A workflow whose name begins as the right one does, or that a pattern would match.
    ['job_workflow_ref', `${JOB.job_workflow_ref}.1`, 'the workflow'],
    ['job_workflow_ref', JOB.job_workflow_ref.replace('push.yml', 'pushXyml'), 'the workflow'],
    ['iss', 'https://token.actions.example.com', 'the issuer'],
    ['repository', 'octo-org/other', '1.3.6.1.4.1.57264.1.12 ='],
    ['sha', 'f'.repeat(40), '1.3.6.1.4.1.57264.1.13 ='],
    ['ref', 'refs/heads/other', '1.3.6.1.4.1.57264.1.14 ='],
    ['repository_id', '1002', '1.3.6.1.4.1.57264.1.15 ='],
    ['repository_owner_id', '2003', '1.3.6.1.4.1.57264.1.17 ='],
    ['event_name', 'pull_request', '1.3.6.1.4.1.57264.1.20 ='],
    ['run_id', '4243', '1.3.6.1.4.1.57264.1.21 ='],
    ['runner_environment', 'self-hosted', '1.3.6.1.4.1.57264.1.11 ='],
  ])('another %s: %s', async (claim, value, what) => {
    const { bundle, root } = await bundleOf()
    const signer = signerOf(readClaims(tokenOf({ [claim]: value })), SERVER)
    verifying(bundle, root, { signer }).toThrow(InvalidBundle)
    verifying(bundle, root, { signer }).toThrow(`its certificate is for ${what} `)
  })

  test('what was signed just now, if its certificate is for another run', async () => {
    const signing = await signingAt(sigstore)
    const other = { ...signing, signer: signerOf(readClaims(tokenOf({ run_id: '4243' })), SERVER) }
    await expect(attest(other, subject, predicate)).rejects.toThrow(InvalidBundle)
  })

  test.each([
    'dsseEnvelope.payload',
    'dsseEnvelope.signatures.0.sig',
    'verificationMaterial.certificate.rawBytes',
  ])('a bundle whose %s is that of another', async (path) => {
    const one = await bundleOf()
    const other = await attest(
      await signingAt(sigstore),
      { ...subject, digest: `sha256:${'cd'.repeat(32)}` },
      predicate,
    )
    const { was } = withValue(json(other.bundle), path)
    const { changed, was: own } = withValue(json(one.bundle), path, was)
    expect(was).not.toEqual(own)
    verifying(Buffer.from(JSON.stringify(changed)), one.root).toThrow(InvalidBundle)
  })

  test('a bundle in which any byte is changed, or that is cut off', async () => {
    const { bundle, root } = await bundleOf({ log: 1, timestamps: true })
    // What is part of a signed, or a signing, thing: base64 in the bundle.
    const text = Buffer.from(bundle).toString('utf8')
    const { payload } = json(bundle).dsseEnvelope
    const at = text.indexOf(payload)
    for (let offset = 0; offset < payload.length - 4; offset += 97) {
      const changed = Buffer.from(text)
      const index = at + offset
      changed[index] = changed[index] === 65 ? 66 : 65
      verifying(changed, root).toThrow(InvalidBundle)
    }
    for (let end = 0; end < bundle.length; end += 251)
      verifying(bundle.subarray(0, end), root).toThrow(InvalidBundle)
  })

  test('a bundle with a part that is none: what is said is not the code of a library', async () => {
    const { bundle, root } = await bundleOf({ log: null, timestamps: true })
    const bare = json(bundle)
    // A timestamp of a rejection: without a token.
    const signedTimestamp = Buffer.from('30053003020102', 'hex').toString('base64')
    bare.verificationMaterial.timestampVerificationData.rfc3161Timestamps = [{ signedTimestamp }]
    verifying(Buffer.from(JSON.stringify(bare)), root, { log: false }).toThrow(
      /^a part of it is not of the form that it has to be of$/,
    )
  })

  test('what is no bundle', async () => {
    const { root } = await bundleOf()
    for (const text of ['', 'null', '5', '[]', '{}', '{"mediaType":5}', '{"dsseEnvelope":{}}']) {
      verifying(Buffer.from(text), root).toThrow(InvalidBundle)
    }
  })

  test('a bundle without an entry in the log, or without a timestamp', async () => {
    const { bundle, root } = await bundleOf({ log: null, timestamps: true })
    verifying(bundle, root).toThrow('expected 1 tlog entries, got 0')
    verifying(bundle, root, { log: false }).not.toThrow()
    const bare = json(bundle)
    bare.verificationMaterial.timestampVerificationData = {}
    verifying(Buffer.from(JSON.stringify(bare)), root, { log: false }).toThrow('expected 1 timestamps, got 0')
  })

  test('a bundle of another instance of Sigstore', async () => {
    const other = await startSigstore()
    try {
      const { bundle } = await bundleOf()
      verifying(bundle, (await signingAt(other)).trustedRoot).toThrow(InvalidBundle)
    } finally {
      await other.stop()
    }
  })
})

test('another attempt of the same run is the same run, and another run is not', async () => {
  const signing = await signingAt(sigstore, { claims: { run_attempt: '1' } })
  const { bundle } = await attest(signing, subject, predicate)
  const signer = signerOf(claims, SERVER)
  const verify = (who: typeof signer) =>
    verifyBundle(bundle, signing.trustedRoot, { ...expected, signer: who })
  expect(() => verify(signer)).toThrow('attempts/1, and not for')
  const { extensions } = verify(anyAttempt(signer))
  expect(isOfRun(extensions, claims, SERVER)).toBe(true)
  for (const run_id of ['4243', '424', '42424']) {
    expect(isOfRun(extensions, { ...claims, run_id }, SERVER)).toBe(false)
  }
})

describe('faults', () => {
  const everyService = [
    ['fulcio', 'certificates'],
    ['rekor', 'log'],
    ['tsa', 'timestamps'],
  ] as const satisfies [ServiceName, string][]
  const services: readonly ServiceName[] = ['fulcio', 'rekor', 'tsa']

  test.each(services)('%s: what is over in a moment is retried', async (name) => {
    const lines: string[] = []
    const faults: Fault[] = [{ status: 503 }, { status: 429, headers: { 'retry-after': '1' } }, 'end', 'half']
    sigstore.faults[name].push(...faults)
    await attest(await signingAt(sigstore, { timestamps: true, lines }), subject, predicate)
    expect(lines).toHaveLength(faults.length)
    expect(lines[0]).toMatch(/ failed \(503 Service Unavailable\); retry after .* s, attempt 2 of 12$/)
    expect(lines[3]).toContain('the answer broke off')
  })

  test('a service that asks for a pause until a date gets it, and one that asks for too long is not waited for', async () => {
    const at = (ms: number) => ({
      status: 429,
      headers: { 'retry-after': new Date(Date.now() + ms).toUTCString() },
    })
    const lines: string[] = []
    sigstore.faults.fulcio.push(at(40_000))
    await attest(await signingAt(sigstore, { timestamps: true, lines }), subject, predicate)
    expect(lines).toEqual([expect.stringMatching(/; retry after (?:39|40)(?:\.\d)? s, attempt 2 of 12$/)])
    sigstore.faults.fulcio.push(at(3_600_000))
    const late = attest(await signingAt(sigstore, { timestamps: true, lines }), subject, predicate)
    await expect(late).rejects.toThrow('429 Too Many Requests')
    expect(lines).toHaveLength(1)
  })

  test.each(everyService)('%s: silence ends at the limit of all attempts', async (name, service) => {
    lowerLimits(SHORT)
    sigstore.faults[name].push(...(Array(20).fill('silence') as Fault[]))
    const signing = await signingAt(sigstore, { timestamps: true })
    const begun = performance.now()
    const error = await attest(signing, subject, predicate).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(SigstoreError)
    expect(error).toMatchObject({ service, status: null, transient: true, origin: sigstore.urls[name] })
    expect(error.message).toMatch(/^no whole answer within [\d.]+ s$/)
    expect(error.attempts).toBeGreaterThan(1)
    expect(performance.now() - begun).toBeLessThan(20_000)
  })

  test.each(services)('%s: half an answer, and then silence', async (name) => {
    lowerLimits(SHORT)
    sigstore.faults[name].push('half-silence')
    const lines: string[] = []
    await attest(await signingAt(sigstore, { timestamps: true, lines }), subject, predicate)
    expect(lines[0]).toMatch(/no whole answer within [\d.]+ s/)
  })

  test.each(everyService)('%s: a refusal is not retried', async (name, service) => {
    sigstore.faults[name].push({ status: 400, body: '{"code":3,"message":"no  such\\nthing"}' })
    const error = await attest(await signingAt(sigstore, { timestamps: true }), subject, predicate).catch(
      (thrown) => thrown,
    )
    expect(error).toMatchObject({
      service,
      status: 400,
      attempts: 1,
      message: '400 Bad Request: no such thing',
    })
  })

  test.each([
    ['a rejection', '\x02', 'it grants no timestamp (PKIStatus 2)', 201],
    ['a promise', '\x03', 'it grants no timestamp (PKIStatus 3)', 201],
    ['a grant of nothing', '\x00', 'the answer is no timestamp', null],
  ])('the timestamp authority answers with %s', async (_, granted, message, status) => {
    const body = `\x30\x05\x30\x03\x02\x01${granted}`
    sigstore.faults.tsa.push({
      status: 201,
      body,
      headers: { 'content-type': 'application/timestamp-reply' },
    })
    const signing = await signingAt(sigstore, { timestamps: true })
    const error = await attest(signing, subject, predicate).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(SigstoreError)
    expect(error).toMatchObject({ service: 'timestamps', message, status, attempts: 1 })
  })

  test.each(services)('%s: an answer that is none', async (name) => {
    for (const body of [
      '',
      '{}',
      '[]',
      '<html>proxy</html>',
      '{"signedCertificateEmbeddedSct":{"chain":{}}}',
    ]) {
      sigstore.faults[name].push({ status: 200, body })
      await expect(
        attest(await signingAt(sigstore, { timestamps: true }), subject, predicate),
      ).rejects.toThrow(/^(?:the answer is|the answer has) /)
    }
  })

  test.each(services)('%s: an answer without an end', async (name) => {
    lowerLimits({ sigstoreBodyBytes: 10_000 })
    sigstore.faults[name].push({ status: 200, body: 'x'.repeat(20_000) })
    await expect(attest(await signingAt(sigstore, { timestamps: true }), subject, predicate)).rejects.toThrow(
      'a response of more than 10000 bytes',
    )
  })

  test('an entry whose answer is lost is not made twice', async () => {
    sigstore.faults.rekor.push('lost')
    const { verified } = await attest(await signingAt(sigstore), subject, predicate)
    expect(verified.logIndex).not.toBeNull()
    expect(sigstore.requests.slice(1)).toEqual([
      REKOR,
      REKOR,
      expect.stringMatching(/^rekor GET \/api\/v1\/log\/entries\/[0-9a-f]{64}$/),
    ])
  })

  test('a service that fails ends the request to the other', async () => {
    sigstore.faults.tsa.push('silence')
    sigstore.faults.rekor.push({ status: 400 })
    await expect(attest(await signingAt(sigstore, { timestamps: true }), subject, predicate)).rejects.toThrow(
      '400 Bad Request',
    )
    const ended = await poll(REAL_TIME, 10_000, { firstMs: 10, longestMs: 100, factor: 2 }, async () =>
      sigstore.open() === 0 ? true : undefined,
    )
    expect(ended).toBe(true)
  })

  test('no error holds the token', async () => {
    const signing = await signingAt(sigstore)
    sigstore.faults.fulcio.push({ status: 400, body: '{"message":"no"}' })
    const error = await attest(signing, subject, predicate).catch((thrown) => thrown)
    const seen = JSON.stringify([error, error.message, error.stack, String(error.cause)])
    expect(seen).not.toContain(signing.identity.token)
    expect(seen).not.toContain(signing.identity.token.split('.')[1])
  })
})
