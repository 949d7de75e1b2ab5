import { createHash } from 'node:crypto'
import { RFC3161Timestamp } from '@sigstore/core'
import type { SignatureBundle, VerificationMaterial, Witness } from '@sigstore/sign'
import { SigstoreError } from './errors.ts'
import { callService, type ServiceCall, type Transport } from './transport.ts'

/**
 * Has the time of the signature attested by a timestamp authority.
 * https://github.com/sigstore/sigstore-js/blob/main/packages/sign/src/witness/tsa/index.ts
 */
export class TimestampWitness implements Witness {
  readonly #transport: Transport
  readonly #url: URL
  readonly #ended: AbortSignal

  /** @param url with the path of its requests */
  constructor(transport: Transport, url: URL, ended: AbortSignal) {
    this.#transport = transport
    this.#url = url
    this.#ended = ended
  }

  /** @throws SigstoreError */
  async testify(content: SignatureBundle): Promise<VerificationMaterial> {
    const signature =
      content.$case === 'dsseEnvelope'
        ? content.dsseEnvelope.signatures[0]?.sig
        : content.messageSignature.signature
    const call: ServiceCall = {
      service: 'timestamps',
      what: 'The request for a timestamp',
      method: 'POST',
      url: this.#url,
      // https://github.com/sigstore/timestamp-authority/blob/main/pkg/api/timestamp.go (JSONRequest)
      body: {
        artifactHash: createHash('sha256')
          .update(signature ?? Buffer.alloc(0))
          .digest('base64'),
        hashAlgorithm: 'sha256',
      },
    }
    const { body } = await callService(this.#transport, call, this.#ended)
    const signedTimestamp = Buffer.from(body)
    try {
      RFC3161Timestamp.parse(signedTimestamp)
    } catch (error) {
      throw new SigstoreError(call, 'the answer is no timestamp', {}, { cause: error })
    }
    return { rfc3161Timestamps: [{ signedTimestamp }] }
  }
}
