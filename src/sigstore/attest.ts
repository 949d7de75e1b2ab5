import { bundleToJSON } from '@sigstore/bundle'
import type { TrustedRoot } from '@sigstore/protobuf-specs'
import { DSSEBundleBuilder } from '@sigstore/sign/dist/bundler/dsse.js'
import { type Identity, KeylessSigner } from './fulcio.ts'
import type { SigstoreServices } from './instance.ts'
import { LogWitness } from './rekor.ts'
import type { ExpectedSigner } from './signer.ts'
import { type Predicate, STATEMENT_PAYLOAD_TYPE, type Subject, statementBytes } from './statement.ts'
import { TimestampWitness } from './timestamp.ts'
import type { Transport } from './transport.ts'
import { type Verified, verifyBundle } from './verify.ts'

/** What is said of an image, signed. */
export interface SignedAttestation {
  /** The bundle as JSON, as it is stored. */
  readonly bundle: Uint8Array
  readonly predicateType: string
  readonly verified: Verified
}

/** Who signs, where, and by which trust root it is verified. */
export interface Signatory {
  readonly transport: Transport
  readonly services: SigstoreServices
  readonly trustedRoot: TrustedRoot
  readonly identity: Identity
  readonly signer: ExpectedSigner
}

/**
 * Signs what is said of an image, and verifies the finished bundle, whose certificate has to name this very job.
 * @throws SigstoreError if a service fails; InvalidBundle if the bundle does not verify
 */
export async function attest(
  { transport, services, trustedRoot, identity, signer }: Signatory,
  subject: Subject,
  predicate: Predicate,
): Promise<SignedAttestation> {
  const bundle = await sign(transport, services, identity, statementBytes(subject, predicate))
  const verified = verifyBundle(bundle, trustedRoot, {
    digest: subject.digest,
    predicateType: predicate.type,
    signer,
    log: services.log !== null,
  })
  return { bundle, predicateType: predicate.type, verified }
}

/** @returns a bundle of version 0.3, as actions/attest makes it */
async function sign(
  transport: Transport,
  { certificates, log, timestamps }: SigstoreServices,
  identity: Identity,
  statement: Buffer,
): Promise<Uint8Array> {
  // Log and timestamp are asked for at the same time: if one fails, the other is ended.
  const ended = new AbortController()
  const { signal } = ended
  const builder = new DSSEBundleBuilder({
    signer: new KeylessSigner(transport, certificates, identity, signal),
    witnesses: [
      ...(log === null ? [] : [new LogWitness(transport, log, signal)]),
      ...(timestamps === null ? [] : [new TimestampWitness(transport, timestamps, signal)]),
    ],
  })
  try {
    const bundle = await builder.create({ data: statement, type: STATEMENT_PAYLOAD_TYPE })
    return Buffer.from(JSON.stringify(bundleToJSON(bundle)))
  } finally {
    ended.abort()
  }
}
