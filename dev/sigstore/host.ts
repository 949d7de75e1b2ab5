import { createHash, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  fulcioHandler,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  tsaHandler,
} from '@sigstore/mock'
import { generateKeyPair } from '@sigstore/mock/dist/util/key.js'
import { HashAlgorithm, PublicKeyDetails, TrustedRoot } from '@sigstore/protobuf-specs'

/**
 * The services, in a process of its own until its standard input is closed. Its first line is JSON: the address, and
 * the trust root. With `--without-ctlog` no log of certificates is there, as at GitHub's own instance: neither does a
 * certificate have its timestamp, nor the trust root its key.
 */

interface Answer {
  readonly status: number
  readonly body: string | Uint8Array
  readonly type?: string
  readonly location?: string
}

type Handler = (body: string) => Promise<Answer>

const LOG_URL = 'https://rekor.example'
const sha256 = (data: string | Uint8Array, encoding: 'hex' | 'base64' = 'hex') =>
  createHash('sha256').update(data).digest(encoding)

/** What the clock of the services is ahead, in milliseconds. It was behind when they were set up. */
let ahead = -86_400_000
const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...given: unknown[]) {
    super(...((given.length === 0 ? [RealDate.now() + ahead] : given) as [number]))
  }

  static override now(): number {
    return RealDate.now() + ahead
  }
} as DateConstructor

const ctlog = process.argv.includes('--without-ctlog')
  ? undefined
  : await initializeCTLog(generateKeyPair('prime256v1'))
const ca = await initializeCA(generateKeyPair('prime256v1'), ctlog)
const tlogKey = generateKeyPair('prime256v1')
const tlog = await initializeTLog(LOG_URL, tlogKey)
const tsa = await initializeTSA(generateKeyPair('prime256v1'))
// Milliseconds are written in a form that sigstore-js reads only if they have three digits: whole seconds have none.
Object.assign(tsa, {
  getCurrentTime: () => new Date(Math.floor(Date.now() / 1000) * 1000),
})

/** By the digest of the entry, as the real log: the same one twice is a conflict. */
const entries = new Map<string, { readonly uuid: string; readonly text: string }>()

/** The entry as the log keeps it. https://github.com/sigstore/rekor/tree/main/pkg/types/dsse/v0.0.1 */
function canonicalV1({ spec }: { spec: { proposedContent: { envelope: string; verifiers: string[] } } }) {
  const { envelope, verifiers } = spec.proposedContent
  const { payload, signatures } = JSON.parse(envelope)
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: { algorithm: 'sha256', value: sha256(envelope) },
      payloadHash: { algorithm: 'sha256', value: sha256(Buffer.from(payload, 'base64')) },
      signatures: [{ signature: signatures[0].sig, verifier: verifiers[0] }],
    },
  }
}

async function enterV1(body: string): Promise<Answer> {
  const proposal = JSON.parse(body)
  if (proposal.kind !== 'dsse') return { status: 400, body: JSON.stringify({ code: 400, message: 'kind' }) }
  const existing = entries.get(sha256(body))
  if (existing !== undefined) {
    const message = 'an equivalent entry already exists in the transparency log'
    const location = `/api/v1/log/entries/${existing.uuid}`
    return { status: 409, body: JSON.stringify({ code: 409, message }), location }
  }
  const logged = await tlog.log(canonicalV1(proposal))
  const text = JSON.stringify(logged)
  entries.set(sha256(body), { uuid: Object.keys(logged)[0] as string, text })
  return { status: 201, body: text }
}

interface RequestV2 {
  readonly hashedRekordRequestV002?: {
    readonly digest: string
    readonly signature: {
      readonly content: string
      readonly verifier: {
        readonly keyDetails: string
        readonly x509Certificate: { readonly rawBytes: string }
      }
    }
  }
}

/**
 * The second version has entries of one kind, and its checkpoints are notes of its origin.
 * https://github.com/sigstore/rekor-tiles/blob/main/CLIENTS.md
 */
function enterV2(body: string): Answer {
  const { hashedRekordRequestV002: request } = JSON.parse(body) as RequestV2
  if (request === undefined) {
    return { status: 400, body: JSON.stringify({ code: 3, message: 'invalid type, must be hashedrekord' }) }
  }
  const { content, verifier } = request.signature
  const { keyDetails, x509Certificate } = verifier
  // Canonical: its hash is made anew, of the bundle alone, by whoever verifies it.
  const canonical = JSON.stringify({
    apiVersion: '0.0.2',
    kind: 'hashedrekord',
    spec: {
      hashedRekordV002: {
        data: { algorithm: 'SHA2_256', digest: request.digest },
        signature: {
          content,
          verifier: { keyDetails, x509Certificate: { rawBytes: x509Certificate.rawBytes } },
        },
      },
    },
  })
  // The log has this entry alone: its root is the leaf.
  const rootHash = sha256(Buffer.concat([Buffer.of(0), Buffer.from(canonical)]), 'base64')
  const logId = createHash('sha256').update(tlog.publicKey).digest()
  const origin = new URL(LOG_URL).hostname
  const note = `${origin}\n1\n${rootHash}\n`
  const signature = sign('sha256', Buffer.from(note), tlogKey.privateKey)
  const signed = Buffer.concat([logId.subarray(0, 4), signature]).toString('base64')
  const entry = {
    logIndex: '0',
    logId: { keyId: logId.toString('base64') },
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    integratedTime: '0',
    inclusionProof: {
      logIndex: '0',
      treeSize: '1',
      rootHash,
      hashes: [],
      checkpoint: { envelope: `${note}\n\u2014 ${origin} ${signed}\n` },
    },
    canonicalizedBody: Buffer.from(canonical).toString('base64'),
  }
  return { status: 201, body: JSON.stringify(entry) }
}

const signCertificate = adapt(fulcioHandler(ca, { subjectClaim: 'san' }).fn)

/**
 * The address of a certificate, as the real Fulcio writes it: encoded, if any of it has to be. Names with `#` and `?` are
 * not to be had here.
 */
function asGoWrites(url: string): string {
  if (/^(?:[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]]|%[0-9A-Fa-f]{2})*$/.test(url)) return url
  return encodeURI(decodeURI(url)).replace(
    /[!'()*[\]]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Fulcio names the workflow in a certificate of GitHub's, where the package takes a claim of the token. */
function namedByWorkflow(body: string): string {
  const request = JSON.parse(body)
  const [head, payload = '', signature] = request.credentials.oidcIdentityToken.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
  claims.san = asGoWrites(`https://github.com/${claims.job_workflow_ref}`)
  const changed = Buffer.from(JSON.stringify(claims)).toString('base64url')
  request.credentials.oidcIdentityToken = `${head}.${changed}.${signature}`
  return JSON.stringify(request)
}

const handlers: Readonly<Record<string, Handler>> = {
  '/api/v2/signingCert': (body) => signCertificate(namedByWorkflow(body)),
  '/api/v1/timestamp': adapt(tsaHandler(tsa).fn),
  '/api/v1/log/entries': enterV1,
  '/api/v2/log/entries': async (body) => enterV2(body),
  '/clock': async (body) => {
    ahead = Number(body)
    return { status: 200, body: '{}' }
  },
}

function adapt(
  fn: (
    body: string,
  ) => Promise<{ statusCode: number; response: string | ArrayBufferView; contentType?: string }>,
): Handler {
  return async (body) => {
    const { statusCode, response, contentType = 'text/plain' } = await fn(body)
    return {
      status: statusCode,
      body:
        typeof response === 'string'
          ? response
          : new Uint8Array(response.buffer, response.byteOffset, response.byteLength),
      type: contentType,
    }
  }
}

async function answer(method: string, path: string, body: string): Promise<Answer> {
  if (method === 'GET') {
    const uuid = path.split('/').at(-1)
    const found = [...entries.values()].find((entry) => entry.uuid === uuid)
    return found === undefined ? { status: 404, body: '{}' } : { status: 200, body: found.text }
  }
  return handlers[path]?.(body) ?? { status: 404, body: JSON.stringify({ code: 5, message: 'Not Found' }) }
}

// A connection is the asker's to close: one that this end closes as idle can meet a request that is under way.
const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
  let body = ''
  for await (const part of request) body += part
  const {
    status,
    body: sent,
    type = 'application/json',
    location,
  } = await answer(request.method ?? '', request.url ?? '', body)
  response.writeHead(status, { 'content-type': type, ...(location === undefined ? {} : { location }) })
  response.end(sent)
})

const start = new Date()
const log = (baseUrl: string, publicKey: Buffer) => ({
  baseUrl,
  hashAlgorithm: HashAlgorithm.SHA2_256,
  publicKey: {
    rawBytes: publicKey,
    keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256,
    validFor: { start, end: undefined },
  },
  logId: { keyId: createHash('sha256').update(publicKey).digest() },
  checkpointKeyId: undefined,
  operator: 'example',
})
const authority = (uri: string, certificates: readonly ArrayBufferView[]) => ({
  subject: { organization: 'example', commonName: 'example' },
  uri,
  certChain: {
    certificates: certificates.map(({ buffer, byteOffset, byteLength }) => ({
      rawBytes: Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength),
    })),
  },
  validFor: { start, end: undefined },
  operator: 'example',
})
const trustedRoot = TrustedRoot.toJSON({
  mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  certificateAuthorities: [authority('https://fulcio.example', [ca.rootCertificate])],
  timestampAuthorities: [authority('https://timestamp.example', [tsa.intCertificate, tsa.rootCertificate])],
  tlogs: [log(LOG_URL, tlog.publicKey)],
  ctlogs: ctlog === undefined ? [] : [log('https://ctfe.example', ctlog.publicKey)],
})

ahead = 0
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}`, trustedRoot })}\n`)
})
process.stdin.resume().once('close', () => process.exit())
