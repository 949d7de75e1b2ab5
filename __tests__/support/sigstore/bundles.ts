import { bundleToJSON } from '@sigstore/bundle'
import { DSSEBundleBuilder } from '@sigstore/sign/dist/bundler/dsse.js'
import type { Sigstore } from '../../../dev/sigstore/services.ts'
import { attest } from '../../../src/sigstore/attest.ts'
import { readClaims } from '../../../src/sigstore/claims.ts'
import { KeylessSigner } from '../../../src/sigstore/fulcio.ts'
import { provenanceOf } from '../../../src/sigstore/provenance.ts'
import { type Predicate, STATEMENT_PAYLOAD_TYPE, statementBytes } from '../../../src/sigstore/statement.ts'
import { TimestampWitness } from '../../../src/sigstore/timestamp.ts'
import { der, withPart } from '../der.ts'
import { SERVER, signingAt, tokenOf } from './job.ts'

const HOUR = 3_600_000

/** What of a bundle is not as usual. */
export interface Making {
  readonly claims?: Record<string, unknown>
  readonly log?: 1 | 2 | null
  readonly timestamps?: boolean
  readonly predicate?: Predicate
  /** The clock of the services, in milliseconds of that of this machine. */
  readonly aheadMs?: number
  /** Which of several bundles that say the same. */
  readonly copy?: number
}

/** What was signed by each Sigstore, so that nothing is signed twice that says the same of the same image. */
const signed = new WeakMap<Sigstore, Map<string, Promise<Buffer>>>()

/** Signs provenance of an image, as a job of octo-org/demo. @returns the bundle as JSON */
export async function provenanceBundle(
  sigstore: Sigstore,
  digest: string,
  making: Making = {},
): Promise<Buffer> {
  const bundles = signed.get(sigstore) ?? new Map<string, Promise<Buffer>>()
  signed.set(sigstore, bundles)
  const key = JSON.stringify([digest, making])
  const bundle = bundles.get(key) ?? sign(sigstore, digest, making)
  bundles.set(key, bundle)
  return Buffer.from(await bundle)
}

async function sign(
  sigstore: Sigstore,
  digest: string,
  { claims = {}, log = 1, timestamps = true, predicate, aheadMs = 0 }: Making,
): Promise<Buffer> {
  const signatory = await signingAt(sigstore, { claims, log, timestamps })
  if (aheadMs !== 0) await sigstore.clock(aheadMs)
  try {
    const said = predicate ?? provenanceOf(readClaims(tokenOf(claims)), SERVER)
    const { bundle } = await attest(signatory, { name: 'registry/app', digest }, said)
    return Buffer.from(bundle)
  } finally {
    if (aheadMs !== 0) await sigstore.clock(0)
  }
}

/** Signs as a job of octo-org/demo, and has the time attested an hour later, when the certificate has expired. */
async function lateBundle(sigstore: Sigstore, digest: string): Promise<Buffer> {
  const { transport, services, identity } = await signingAt(sigstore, { log: null, timestamps: true })
  const { signal } = new AbortController()
  const builder = new DSSEBundleBuilder({
    signer: new KeylessSigner(transport, services.certificates, identity, signal),
    witnesses: [
      {
        async testify(content) {
          await sigstore.clock(-HOUR)
          return new TimestampWitness(transport, services.timestamps as URL, signal).testify(content)
        },
      },
    ],
  })
  await sigstore.clock(-2 * HOUR)
  try {
    const statement = statementBytes(
      { name: 'registry/app', digest },
      provenanceOf(readClaims(tokenOf()), SERVER),
    )
    const bundle = await builder.create({ data: statement, type: STATEMENT_PAYLOAD_TYPE })
    return Buffer.from(JSON.stringify(bundleToJSON(bundle)))
  } finally {
    await sigstore.clock(0)
  }
}

/** A bundle's JSON, as far as it is changed here. */
export interface BundleJson {
  mediaType: string
  verificationMaterial: {
    certificate: { rawBytes: string }
    tlogEntries: unknown[]
    timestampVerificationData?: { rfc3161Timestamps: unknown[] }
  }
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string; keyid: string }[] }
}

/** A bundle with a part changed. */
export function changed(bundle: Buffer, change: (json: BundleJson) => void): Buffer {
  const json = JSON.parse(bundle.toString('utf8')) as BundleJson
  change(json)
  return Buffer.from(JSON.stringify(json))
}

/** Makes a bundle in which a part is that of another one about the same image. */
function withPartOfAnother(change: (json: BundleJson, other: BundleJson) => void): TableRow['make'] {
  return async (sigstore, digest) => {
    const another = await provenanceBundle(sigstore, digest, { copy: 2 })
    const other = JSON.parse(another.toString('utf8')) as BundleJson
    return changed(await provenanceBundle(sigstore, digest), (json) => change(json, other))
  }
}

/** How a bundle of the table is made, and what every verifier says of it. */
export interface TableRow {
  readonly make: (sigstore: Sigstore, digest: string) => Promise<Buffer>
  /** Null: it is accepted. Else what this action says. */
  readonly refused: RegExp | null
  /** What is required; by default that octo-org/shared's push.yml signed for octo-org/demo. */
  readonly required?: string
  /** Other inputs. */
  readonly given?: Readonly<Record<string, string>>
  /** What cosign needs to ask for the same; null if it has no flag for it. */
  readonly cosign?: readonly string[] | null
}

const SHARED = 'octo-org/shared/.github/workflows/push.yml'

/** What is required by default. */
export const REQUIRED = `repository=octo-org/demo\nworkflow=${SHARED}@refs/tags/v1`
const asked = (line: string) => `${REQUIRED}\n${line}`

const late = { log: null, aheadMs: -2 * HOUR } as const

/** Every kind of bundle: what this action and cosign have to agree on. */
export const BUNDLES: Readonly<Record<string, TableRow>> = {
  good: {
    make: (sigstore, digest) => provenanceBundle(sigstore, digest),
    required: asked(
      'ref=refs/heads/main\ncommit=8a3d0f0c1d2e3f405162738495a6b7c8d9e0f102\nevent=push\nrunner=github-hosted',
    ),
    refused: null,
    // Each of the flags below accepts what fits: what they refuse does not.
    cosign: [
      '--certificate-github-workflow-repository',
      'octo-org/demo',
      '--certificate-github-workflow-ref',
      'refs/heads/main',
      '--certificate-github-workflow-sha',
      '8a3d0f0c1d2e3f405162738495a6b7c8d9e0f102',
      '--certificate-github-workflow-trigger',
      'push',
    ],
  },
  'with a log entry and no timestamp': {
    make: (sigstore, digest) => provenanceBundle(sigstore, digest, { timestamps: false }),
    refused: null,
  },
  'with a timestamp and no log entry, of an instance that has a log': {
    make: (sigstore, digest) => provenanceBundle(sigstore, digest, { log: null }),
    refused: /it does not verify \(expected 1 tlog entries, got 0\)/,
  },
  'with a timestamp and no log entry, of the public good instance': {
    make: (sigstore, digest) => provenanceBundle(sigstore, digest, { log: null }),
    given: { sigstore: 'public-good' },
    refused: /it does not verify \(expected 1 tlog entries, got 0\)/,
  },
  'with a timestamp and no log entry, of an instance without a log': {
    make: (sigstore, digest) => provenanceBundle(sigstore, digest, { log: null }),
    given: { sigstore: 'github' },
    refused: null,
    cosign: ['--insecure-ignore-tlog', '--use-signed-timestamps'],
  },
  'of a certificate that has expired since, with a timestamp': {
    make: (sigstore, digest) => provenanceBundle(sigstore, digest, late),
    given: { sigstore: 'github' },
    refused: null,
    cosign: ['--insecure-ignore-tlog', '--use-signed-timestamps'],
  },
  'of a certificate that has expired since, with a log entry': {
    make: (sigstore, digest) => provenanceBundle(sigstore, digest, { aheadMs: -2 * HOUR, timestamps: false }),
    refused: null,
  },
  'of a certificate that has expired since, without a timestamp': {
    make: async (sigstore, digest) =>
      changed(await provenanceBundle(sigstore, digest, late), (json) => {
        json.verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [] }
      }),
    refused: /it does not verify \(expected 1 timestamps, got 0\)/,
    cosign: ['--insecure-ignore-tlog', '--use-signed-timestamps'],
  },
  'of a timestamp after the end of the certificate': {
    make: lateBundle,
    refused: /it does not verify \(/,
    cosign: ['--insecure-ignore-tlog', '--use-signed-timestamps'],
  },
  'with the statement changed': {
    make: async (sigstore, digest) =>
      changed(await provenanceBundle(sigstore, `sha256:${'e'.repeat(64)}`), (json) => {
        const statement = Buffer.from(json.dsseEnvelope.payload, 'base64').toString()
        json.dsseEnvelope.payload = Buffer.from(statement.replace('e'.repeat(64), digest.slice(7))).toString(
          'base64',
        )
      }),
    refused: /it does not verify \(/,
  },
  'with the signature changed': {
    make: withPartOfAnother((json, other) => {
      json.dsseEnvelope.signatures = other.dsseEnvelope.signatures
    }),
    refused: /it does not verify \(/,
  },
  'with the log entry of another bundle': {
    make: withPartOfAnother((json, other) => {
      json.verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries
    }),
    refused: /it does not verify \(/,
  },
  'with the certificate of another bundle': {
    make: withPartOfAnother((json, other) => {
      json.verificationMaterial.certificate = other.verificationMaterial.certificate
    }),
    refused: /it does not verify \(/,
  },
  'about another image': {
    make: (sigstore) => provenanceBundle(sigstore, `sha256:${'d'.repeat(64)}`),
    refused: /it is about another image/,
  },
  'of another predicate type': {
    make: (sigstore, digest) =>
      provenanceBundle(sigstore, digest, {
        predicate: { type: 'https://spdx.dev/Document/v2.3', content: { spdxVersion: 'SPDX-2.3' } },
      }),
    refused: /it has the predicate type https:\/\/spdx\.dev\/Document\/v2\.3/,
  },
  'of another repository': {
    make: (sigstore, digest) =>
      provenanceBundle(sigstore, digest, { claims: { repository: 'mallory/demo' } }),
    refused:
      /for the repository https:\/\/github\.com\/mallory\/demo, wanted https:\/\/github\.com\/octo-org\/demo/,
    cosign: ['--certificate-github-workflow-repository', 'octo-org/demo'],
  },
  'of another workflow': {
    make: (sigstore, digest) =>
      provenanceBundle(sigstore, digest, {
        claims: { job_workflow_ref: 'octo-org/shared/.github/workflows/other.yml@refs/heads/x' },
      }),
    refused:
      /signed by https:\/\/github\.com\/octo-org\/shared\/\.github\/workflows\/other\.yml@refs\/heads\/x, wanted https:\/\/github\.com\/octo-org\/shared\/\.github\/workflows\/push\.yml@refs\/tags\/v1/,
  },
  'of another ref of the workflow': {
    make: (sigstore, digest) =>
      provenanceBundle(sigstore, digest, { claims: { job_workflow_ref: `${SHARED}@refs/heads/x` } }),
    refused: /push\.yml@refs\/heads\/x, wanted \S+push\.yml@refs\/tags\/v1/,
  },
  'of another ref': {
    make: (sigstore, digest) => provenanceBundle(sigstore, digest, { claims: { ref: 'refs/heads/x' } }),
    required: asked('ref=refs/heads/main'),
    refused: /of the ref refs\/heads\/x, wanted refs\/heads\/main/,
    cosign: ['--certificate-github-workflow-ref', 'refs/heads/main'],
  },
  'of another commit': {
    make: (sigstore, digest) => provenanceBundle(sigstore, digest, { claims: { sha: 'f'.repeat(40) } }),
    required: asked('commit=8a3d0f0c1d2e3f405162738495a6b7c8d9e0f102'),
    refused: /of the commit f{40}, wanted 8a3d0f0c/,
    cosign: ['--certificate-github-workflow-sha', '8a3d0f0c1d2e3f405162738495a6b7c8d9e0f102'],
  },
  'of another event': {
    make: (sigstore, digest) =>
      provenanceBundle(sigstore, digest, { claims: { event_name: 'pull_request' } }),
    required: asked('event=push'),
    refused: /after the event pull_request, wanted push/,
    cosign: ['--certificate-github-workflow-trigger', 'push'],
  },
  'of another kind of runner': {
    make: (sigstore, digest) =>
      provenanceBundle(sigstore, digest, { claims: { runner_environment: 'self-hosted' } }),
    required: asked('runner=github-hosted'),
    refused: /on a runner that is self-hosted, wanted github-hosted/,
    cosign: null,
  },
  'with a token of another issuer': {
    make: (sigstore, digest) =>
      provenanceBundle(sigstore, digest, { claims: { iss: 'https://gitlab.example' } }),
    refused: /with a token of https:\/\/gitlab\.example, wanted GitHub Actions of https:\/\/github\.com/,
  },
  'whose certificate has a number that takes minutes to read': {
    make: async (sigstore, digest) =>
      changed(await provenanceBundle(sigstore, digest), ({ verificationMaterial: { certificate } }) => {
        const number = Buffer.alloc(500_000, 0xff)
        number[0] = 0x2b
        const extension = der(0x30, der(0x06, number), der(0x04, Buffer.from([5, 0])))
        const grown = withPart(Buffer.from(certificate.rawBytes, 'base64'), [0, 7, 0, 0], extension)
        certificate.rawBytes = grown.toString('base64')
      }),
    refused: /its certificate has 50\d{4} bytes, and no more than 8192 are looked at/,
    // It would not come to an end.
    cosign: null,
  },
  'of a version that is not known': {
    make: async (sigstore, digest) =>
      changed(await provenanceBundle(sigstore, digest), (json) => {
        json.mediaType = 'application/vnd.dev.sigstore.bundle.v0.9+json'
      }),
    refused: /it is a bundle of a version that is not known \(application\/vnd\.dev\.sigstore\.bundle\.v0\.9/,
  },
  'with lines of its own in the predicate type': {
    make: (sigstore, digest) =>
      provenanceBundle(sigstore, digest, {
        predicate: { type: `x\n::add-mask::a\u2028b\u202ec${' y'.repeat(300_000)}`, content: {} },
      }),
    refused: /it has the predicate type x ::add-mask::a b c y y[ y]{200,1000}… \(\d+ characters\)/,
  },
  'that is no JSON': { make: async () => Buffer.from('{'), refused: /it is no bundle of Sigstore's/ },
  'nested without end': {
    make: async () => Buffer.from(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`),
    refused: /it is nested deeper than 1000 levels/,
  },
  'with hundreds of log entries': {
    make: async (sigstore, digest) =>
      changed(await provenanceBundle(sigstore, digest), ({ verificationMaterial: material }) => {
        const [entry] = material.tlogEntries as { integratedTime: string }[]
        material.tlogEntries = Array.from({ length: 400 }, (_, at) => ({
          ...entry,
          canonicalizedBody: '',
          integratedTime: String(1_700_000_000 + at),
        }))
      }),
    refused: /it has 400 entries of a log or timestamps/,
  },
}
