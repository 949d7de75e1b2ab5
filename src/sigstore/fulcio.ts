import { X509Certificate } from '@sigstore/core'
import type { Signature, Signer } from '@sigstore/sign'
import { EphemeralSigner } from '@sigstore/sign/dist/signer/fulcio/ephemeral.js'
import { isObject } from '../shared/is-object.ts'
import { SigstoreError } from './errors.ts'
import { callService, jsonOf, type ServiceCall, type Transport } from './transport.ts'

/** Who signs: GitHub's OIDC token and the claim of it that Fulcio wants the key to be proven for. */
export interface Identity {
  /** A secret: it goes to Fulcio and nowhere else. */
  readonly token: string
  /** The token's claim `sub`. */
  readonly subject: string
}

/**
 * Signs with a key that lives in memory only, for which Fulcio makes a certificate in the job's name. The class of
 * @sigstore/sign does the same over HTTP of its own, which has neither proxies nor limits of ours, and puts the token
 * into an error.
 * https://github.com/sigstore/sigstore-js/blob/main/packages/sign/src/signer/fulcio/index.ts
 */
export class KeylessSigner implements Signer {
  readonly #key = new EphemeralSigner()
  readonly #transport: Transport
  readonly #url: URL
  readonly #identity: Identity
  readonly #ended: AbortSignal

  /** @param url Fulcio's */
  constructor(transport: Transport, url: URL, identity: Identity, ended: AbortSignal) {
    this.#transport = transport
    this.#url = url
    this.#identity = identity
    this.#ended = ended
  }

  /** @throws SigstoreError */
  async sign(data: Buffer): Promise<Signature> {
    const certificate = await this.#certificate()
    const { signature } = await this.#key.sign(data)
    return { signature, key: { $case: 'x509Certificate', certificate } }
  }

  /** https://github.com/sigstore/fulcio/blob/main/fulcio.proto (CreateSigningCertificateRequest) */
  async #certificate(): Promise<string> {
    const { signature, key } = await this.#key.sign(Buffer.from(this.#identity.subject))
    if (key.$case !== 'publicKey') throw new TypeError('a key of a kind that Fulcio does not take')
    const call: ServiceCall = {
      service: 'certificates',
      what: 'The request for a signing certificate',
      method: 'POST',
      url: below(this.#url, 'api/v2/signingCert'),
      body: {
        credentials: { oidcIdentityToken: this.#identity.token },
        publicKeyRequest: {
          publicKey: { algorithm: 'ECDSA', content: key.publicKey },
          proofOfPossession: signature.toString('base64'),
        },
      },
    }
    const answer = jsonOf(call, await callService(this.#transport, call, this.#ended))
    const [certificate] = chainIn(
      answer['signedCertificateEmbeddedSct'] ?? answer['signedCertificateDetachedSct'],
    )
    if (certificate === undefined) throw new SigstoreError(call, 'the answer has no certificate')
    try {
      X509Certificate.parse(certificate)
    } catch (error) {
      throw new SigstoreError(call, 'the answer has a certificate that cannot be read', {}, { cause: error })
    }
    return certificate
  }
}

function chainIn(signed: unknown): string[] {
  const chain = isObject(signed) ? signed['chain'] : null
  const certificates = isObject(chain) ? chain['certificates'] : null
  return Array.isArray(certificates) ? certificates.filter((one) => typeof one === 'string') : []
}

/** A path below a service's address, which may have a path of its own. */
export function below(url: URL, path: string): URL {
  const base = url.href.endsWith('/') ? url.href : `${url.href}/`
  return new URL(path, base)
}
