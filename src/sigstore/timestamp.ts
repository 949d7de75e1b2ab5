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
    const { body, status } = await callService(this.#transport, call, this.#ended)
    const signedTimestamp = Buffer.from(body)
    const granted = grantIn(signedTimestamp, call)
    if (granted > GRANTED_WITH_MODIFICATIONS) {
      throw new SigstoreError(call, `it grants no timestamp (PKIStatus ${granted})`, { status })
    }
    return { rfc3161Timestamps: [{ signedTimestamp }] }
  }
}

/** https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2 (PKIStatus) */
const GRANTED_WITH_MODIFICATIONS = 1n

/** @throws SigstoreError if it is no answer of a timestamp authority, or grants what it does not hold */
function grantIn(answer: Buffer<ArrayBuffer>, call: ServiceCall): bigint {
  try {
    const timestamp = RFC3161Timestamp.parse(answer)
    const { status } = timestamp
    // Reading the time reads all that leads to it.
    if (status <= GRANTED_WITH_MODIFICATIONS) timestamp.signingTime.getTime()
    return status
  } catch (error) {
    throw new SigstoreError(call, 'the answer is no timestamp', {}, { cause: error })
  }
}
