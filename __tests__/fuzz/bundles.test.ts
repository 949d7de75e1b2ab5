import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Sigstore, startSigstore } from '../../dev/sigstore/services.ts'
import { withoutControls } from '../../src/shared/log-line.ts'
import { trustedRootIn } from '../../src/sigstore/custom.ts'
import { InvalidBundle, LONGEST_REASON } from '../../src/sigstore/errors.ts'
import { misfitsOf } from '../../src/sigstore/policy.ts'
import { PROVENANCE_TYPE } from '../../src/sigstore/provenance.ts'
import { type Verified, verifyBundle } from '../../src/sigstore/verify.ts'
import { der, withPart } from '../support/der.ts'
import { FUZZ_TIMEOUT, hold, hostileText } from '../support/fuzz.ts'
import { provenanceBundle } from '../support/sigstore/bundles.ts'

// What others put beside an image: whatever it is, it proves what was signed, or nothing; never an error of another
// kind, and never slowly.

const DIGEST = `sha256:${'a'.repeat(64)}`
const EXPECTED = { digest: DIGEST, predicateType: PROVENANCE_TYPE, signer: null, log: false }

let sigstore: Sigstore
let bundles: Buffer[]
let good: Verified
beforeAll(async () => {
  sigstore = await startSigstore()
  bundles = [
    await provenanceBundle(sigstore, DIGEST),
    await provenanceBundle(sigstore, DIGEST, { log: null }),
    await provenanceBundle(sigstore, `sha256:${'b'.repeat(64)}`),
    await provenanceBundle(sigstore, DIGEST, { claims: { repository: 'mallory/demo' } }),
  ]
  good = verify(bundles[0] as Buffer) as Verified
})
afterAll(() => sigstore.stop())

/** @returns null if it proves nothing */
function verify(bytes: Uint8Array): Verified | null {
  const root = trustedRootIn(sigstore.trustedRoot, '')
  const before = process.cpuUsage()
  try {
    return verifyBundle(bytes, root, EXPECTED)
  } catch (error) {
    if (!(error instanceof InvalidBundle)) throw error
    expect(error.message.length).toBeLessThanOrEqual(LONGEST_REASON)
    expect(error.message).toBe(withoutControls(error.message))
    return null
  } finally {
    // Of processor time, and on a busy machine: without limits, it is minutes.
    expect(process.cpuUsage(before).user).toBeLessThan(5e6)
  }
}

/** What is proven although a bundle was changed is what was signed. */
function checkUnchanged(verified: Verified | null): void {
  if (verified === null) return
  const { statement, identity, issuer } = verified
  expect({ identity, issuer }).toEqual({ identity: good.identity, issuer: good.issuer })
  expect(statement.subject).toEqual(good.statement.subject)
  const policy = {
    ...{ serverUrl: 'https://github.com', repository: 'octo-org/demo', repositoryId: null, ownerId: null },
    ...{ workflow: null, workflowRef: null, ref: null, commit: null, event: null, runner: null },
  }
  const isOfAnother = isDeepStrictEqual(
    verified.extensions.get('1.3.6.1.4.1.57264.1.12'),
    'https://github.com/mallory/demo',
  )
  expect(misfitsOf(verified, policy).length === 0).toBe(!isOfAnother)
}

type Path = readonly (string | number)[]

/** The ways to every value of a JSON document. */
function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([key, part]) => pathsIn(part, [...at, key]))]
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, key) => (part as Record<string, unknown>)?.[key], value)
}

function withValue(value: unknown, path: Path, put: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return put
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  if (put === undefined && rest.length === 0) delete copy[key]
  else copy[key] = withValue(copy[key], rest, put)
  return copy
}

const anything = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', 0, -1, 1e30, true, [], {}, '0', 'AA==', [null], [[]]),
  hostileText,
  fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown),
)

test(
  'a bundle with any part changed, or taken from another one, proves what was signed, or nothing',
  async () => {
    const documents = bundles.map((bundle) => JSON.parse(bundle.toString('utf8')) as unknown)
    let cases = 0
    let refused = 0
    const change = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(), anything, fc.boolean())
    await hold(fc.array(change, { minLength: 1, maxLength: 2 }), 300, (changes) => {
      let document = documents[changes[0]?.[0] ?? 0]
      for (const [, other, at, value, takes] of changes) {
        const paths = pathsIn(document)
        const path = paths[at % paths.length] as Path
        document = withValue(document, path, takes ? valueAt(documents[other], path) : value)
      }
      cases++
      const verified = verify(Buffer.from(JSON.stringify(document) ?? ''))
      if (verified === null) refused++
      checkUnchanged(verified)
    })
    // Else the changes are none.
    expect(refused).toBeGreaterThan(cases / 2)
  },
  FUZZ_TIMEOUT,
)

test(
  'a bundle with bytes changed within its certificate, signature, log entry or timestamp does, too',
  async () => {
    const [bundle] = bundles
    const document = JSON.parse((bundle as Buffer).toString('utf8')) as unknown
    const encoded = pathsIn(document).filter((path) => {
      const value = valueAt(document, path)
      return typeof value === 'string' && value.length > 60
    })
    expect(encoded.length).toBeGreaterThan(4)
    await hold(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 })), 300, ([which, at, by]) => {
      const path = encoded[which % encoded.length] as Path
      const bytes = Buffer.from(valueAt(document, path) as string, 'base64')
      const index = at % bytes.length
      bytes[index] = (bytes[index] ?? 0) ^ by
      checkUnchanged(verify(Buffer.from(JSON.stringify(withValue(document, path, bytes.toString('base64'))))))
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'no value of DER within them, whatever its type and size, takes time',
  async () => {
    const document = JSON.parse((bundles[0] as Buffer).toString('utf8')) as unknown
    const inDer = pathsIn(document).filter((path) =>
      ['rawBytes', 'signedTimestamp'].includes(`${path.at(-1)}`),
    )
    expect(inDer).toHaveLength(2)
    const change = (path: Path, put: (bytes: Buffer) => Buffer) => {
      const other = put(Buffer.from(valueAt(document, path) as string, 'base64')).toString('base64')
      checkUnchanged(verify(Buffer.from(JSON.stringify(withValue(document, path, other)))))
    }
    const filled = (tag: number, size: number, fill: number) => {
      const value = Buffer.alloc(size, fill)
      value[0] = 0x2b
      return der(tag, value)
    }
    const extension = (value: Buffer) => der(0x30, value, der(0x04, Buffer.from([5, 0])))
    // The first extension of the certificate; the type of what the timestamp signs. Both are read before any signature.
    const [FIRST_EXTENSION, SIGNED_TYPE] = [
      [0, 7, 0, 0],
      [1, 0],
    ]
    for (const path of inDer) {
      for (const size of [100, 7_000, 100_000]) {
        change(path, (bytes) => withPart(bytes, FIRST_EXTENSION, extension(filled(0x06, size, 0xff))))
        change(path, (bytes) => withPart(bytes, SIGNED_TYPE, filled(0x06, size, 0xff)))
      }
    }
    const value = fc
      .tuple(
        // Object identifier, integer, bits, bytes, text, a time, and what holds others.
        fc.constantFrom(0x06, 0x02, 0x03, 0x04, 0x0c, 0x17, 0x30, 0xa0, 0xa3),
        fc.constantFrom(1, 100, 7_000, 10_000, 100_000, 700_000),
        fc.constantFrom(0xff, 0x80, 0x30, 0x00, 0x7f),
      )
      .map(([tag, size, fill]) => filled(tag, size, fill))
    const way = fc.oneof(
      fc.constantFrom(FIRST_EXTENSION, SIGNED_TYPE),
      fc.array(fc.nat(9), { minLength: 1, maxLength: 6 }),
    )
    const put = fc.oneof(value, value.map(extension))
    await hold(fc.tuple(fc.constantFrom(...inDer), way, put, fc.nat(5)), 60, ([path, at, more, whole]) => {
      change(path, (bytes) => (whole === 0 ? more : withPart(bytes, at, more)))
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'no text within them, however long, takes time',
  async () => {
    const document = JSON.parse((bundles[0] as Buffer).toString('utf8')) as unknown
    const texts = pathsIn(document).filter((path) => typeof valueAt(document, path) === 'string')
    const long = fc
      .tuple(
        fc.constantFrom('9', 'A', 'x\n::add-mask::a\n', '\u202e', '— a b\n', '{"a":'),
        hostileText,
        fc.boolean(),
      )
      .map(([piece, text, inBase64]) => {
        const value = piece.repeat(Math.ceil(500_000 / piece.length)) + text
        return inBase64 ? Buffer.from(value).toString('base64') : value
      })
    await hold(fc.tuple(fc.constantFrom(...texts), long, fc.boolean()), 60, ([path, text, isVersion]) => {
      const at = isVersion ? ['mediaType'] : path
      checkUnchanged(verify(Buffer.from(JSON.stringify(withValue(document, at, text)))))
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'lists of thousands of entries, timestamps, signatures or subjects take no time',
  async () => {
    const document = JSON.parse((bundles[0] as Buffer).toString('utf8')) as unknown
    const lists = pathsIn(document).filter((path) => Array.isArray(valueAt(document, path)))
    expect(lists.length).toBeGreaterThan(2)
    const list = fc.tuple(fc.constantFrom(...lists), fc.constantFrom(17, 100, 1000), anything, fc.boolean())
    await hold(list, 40, ([path, count, value, same]) => {
      const [entry] = valueAt(document, path) as unknown[]
      const many = Array.from({ length: count }, () => (same ? entry : value))
      const bytes = Buffer.from(JSON.stringify(withValue(document, path, many)))
      checkUnchanged(verify(bytes.subarray(0, 32 << 20)))
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'any bytes at all are no proof',
  async () => {
    await hold(
      fc.oneof(
        hostileText.map((text) => Buffer.from(text)),
        fc.uint8Array(),
      ),
      500,
      (bytes) => {
        expect(verify(bytes)).toBeNull()
      },
    )
  },
  FUZZ_TIMEOUT,
)
