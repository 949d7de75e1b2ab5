import { createHash } from 'node:crypto'
import { dsse } from '@sigstore/core'
import { HashAlgorithm, TransparencyLogEntry } from '@sigstore/protobuf-specs'
import { CreateEntryRequest } from '@sigstore/protobuf-specs/rekor/v2'
import type { SignatureBundle, VerificationMaterial, Witness } from '@sigstore/sign'
import { toCreateEntryRequest, toProposedEntry } from '@sigstore/sign/dist/witness/tlog/entry.js'
import { isObject } from '../shared/is-object.ts'
import { SigstoreError } from './errors.ts'
import { below } from './fulcio.ts'
import type { SigstoreServices } from './instance.ts'
import { callService, jsonOf, type ServiceCall, type Transport } from './transport.ts'

/**
 * Has the signature entered into a transparency log.
 * https://github.com/sigstore/sigstore-js/blob/main/packages/sign/src/witness/tlog/index.ts
 */
export class LogWitness implements Witness {
  readonly #transport: Transport
  readonly #log: NonNullable<SigstoreServices['log']>
  readonly #ended: AbortSignal

  constructor(transport: Transport, log: NonNullable<SigstoreServices['log']>, ended: AbortSignal) {
    this.#transport = transport
    this.#log = log
    this.#ended = ended
  }

  /** @throws SigstoreError */
  async testify(content: SignatureBundle, publicKey: string): Promise<VerificationMaterial> {
    const { url, version } = this.#log
    const [path, body] =
      version === 2
        ? ['api/v2/log/entries', requestOfV2(content, publicKey)]
        : ['api/v1/log/entries', toProposedEntry(content, publicKey)]
    const call: ServiceCall = {
      service: 'log',
      what: 'The entry into the transparency log',
      method: 'POST',
      url: below(url, path),
      body,
      alsoAnswers: version === 1 ? [409] : [],
    }
    const answer = await callService(this.#transport, call, this.#ended)
    // It has the entry: of an attempt whose answer was lost.
    const created = answer.status === 409 ? await this.#existing(call, answer.location) : jsonOf(call, answer)
    return { tlogEntries: [version === 2 ? entryOfV2(call, created) : entryOfV1(call, created)] }
  }

  async #existing(call: ServiceCall, location: string | null): Promise<Record<string, unknown>> {
    const uuid = /([0-9a-f]{64,80})\/?$/.exec(location ?? '')?.[1]
    if (uuid === undefined) throw new SigstoreError(call, '409 Conflict, without the entry that exists')
    const reading: ServiceCall = {
      service: 'log',
      what: 'The question for the entry in the transparency log',
      method: 'GET',
      url: below(this.#log.url, `api/v1/log/entries/${uuid}`),
    }
    return jsonOf(reading, await callService(this.#transport, reading, this.#ended))
  }
}

/**
 * The second version takes the digest of what was signed, and no envelope any more.
 * https://github.com/sigstore/rekor-tiles/blob/main/CLIENTS.md (DSSE / signed attestations)
 */
function requestOfV2(content: SignatureBundle, publicKey: string): unknown {
  return CreateEntryRequest.toJSON(toCreateEntryRequest(asMessage(content), publicKey))
}

function asMessage(content: SignatureBundle): SignatureBundle {
  if (content.$case !== 'dsseEnvelope') return content
  const { payloadType, payload, signatures } = content.dsseEnvelope
  const digest = createHash('sha256').update(dsse.preAuthEncoding(payloadType, payload)).digest()
  return {
    $case: 'messageSignature',
    messageSignature: {
      messageDigest: { algorithm: HashAlgorithm.SHA2_256, digest },
      signature: signatures[0]?.sig ?? Buffer.alloc(0),
    },
  }
}

type LogEntry = NonNullable<VerificationMaterial['tlogEntries']>[number]

function entryOfV2(call: ServiceCall, answer: Record<string, unknown>): LogEntry {
  const entry = readable(call, () => TransparencyLogEntry.fromJSON(answer))
  const { logId, kindVersion } = entry
  if (logId === undefined || kindVersion === undefined) throw unreadable(call)
  return { ...entry, logId, kindVersion }
}

/** `{UUID: {body, integratedTime, …}}`. https://github.com/sigstore/rekor/blob/main/openapi.yaml (LogEntry) */
function entryOfV1(call: ServiceCall, answer: Record<string, unknown>): LogEntry {
  const [entry, ...others] = Object.values(answer)
  if (!isObject(entry) || others.length > 0) throw unreadable(call)
  return readable(call, () => {
    const canonicalizedBody = Buffer.from(String(entry['body']), 'base64')
    const { kind, apiVersion } = JSON.parse(canonicalizedBody.toString('utf8'))
    const { verification } = entry
    const { signedEntryTimestamp, inclusionProof } = isObject(verification) ? verification : {}
    return {
      logIndex: String(entry['logIndex']),
      logId: { keyId: Buffer.from(String(entry['logID']), 'hex') },
      integratedTime: String(entry['integratedTime']),
      kindVersion: { kind, version: apiVersion },
      inclusionPromise:
        typeof signedEntryTimestamp === 'string'
          ? { signedEntryTimestamp: Buffer.from(signedEntryTimestamp, 'base64') }
          : undefined,
      inclusionProof: isObject(inclusionProof) ? proofOf(inclusionProof) : undefined,
      canonicalizedBody,
    }
  })
}

function proofOf({ logIndex, treeSize, rootHash, hashes, checkpoint }: Record<string, unknown>) {
  return {
    logIndex: String(logIndex),
    treeSize: String(treeSize),
    rootHash: Buffer.from(String(rootHash), 'hex'),
    hashes: (hashes as string[]).map((hash) => Buffer.from(hash, 'hex')),
    checkpoint: { envelope: String(checkpoint) },
  }
}

function readable<T>(call: ServiceCall, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw unreadable(call, error)
  }
}

function unreadable(call: ServiceCall, cause?: unknown): SigstoreError {
  return new SigstoreError(call, 'the answer is no entry of a log', {}, { cause })
}
