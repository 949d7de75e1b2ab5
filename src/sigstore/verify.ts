import type { Bundle } from '@sigstore/bundle'
import { ASN1Obj } from '@sigstore/core'
import type { TrustedRoot } from '@sigstore/protobuf-specs'
import { type Signer, toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { parseBundle, saidOfBundle } from './bundle.ts'
import { InvalidBundle, OtherSigner } from './errors.ts'
import { isUrlOf } from './go-url.ts'
import type { ExpectedSigner } from './signer.ts'
import { type InTotoStatement, isAbout, parseStatement, STATEMENT_PAYLOAD_TYPE } from './statement.ts'

/** Whom is trusted: the keys and certificates of an instance. */
export type TrustRoot = TrustedRoot

/** What a bundle has to prove. */
export interface Expected {
  /** The image's, `sha256:…`. */
  readonly digest: string
  readonly predicateType: string
  /** Null for whoever it is: the caller judges what is returned. */
  readonly signer: ExpectedSigner | null
  /** Whether an entry in a transparency log is needed; by default, if the trust root has a log. */
  readonly log?: boolean
}

/** What a bundle proves. */
export interface Verified {
  readonly statement: InTotoStatement
  readonly issuer: string
  /** The subject alternative name of the certificate. */
  readonly identity: string
  /** What else the certificate says, by OID; what is no text is left out. */
  readonly extensions: ReadonlyMap<string, string>
  /** Of the entry in the transparency log; null if there is none. */
  readonly logIndex: string | null
  /** Whether a timestamp authority has signed the time too. */
  readonly hasTimestamp: boolean
}

/**
 * Verifies a bundle: certificate, signature, log, timestamps by @sigstore/verify; then whose certificate it is, and
 * what the signed statement is about.
 * @param bytes a bundle as JSON; may be anything
 * @throws InvalidBundle that says what does not fit
 */
export function verifyBundle(bytes: Uint8Array, root: TrustedRoot, expected: Expected): Verified {
  const bundle = parseBundle(bytes)
  const signer = signerOfBundle(bundle, root, expected)
  const statement = statementIn(bundle)
  if (!isAbout(statement, expected.digest)) {
    throw new InvalidBundle(`it is about another image than ${expected.digest}`)
  }
  if (statement.predicateType !== expected.predicateType) {
    throw new InvalidBundle(
      `it has the predicate type ${statement.predicateType} instead of ${expected.predicateType}`,
    )
  }
  const { identity = {} } = signer
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial
  const verified: Verified = {
    statement,
    issuer: identity.extensions?.issuer ?? '',
    identity: identity.subjectAlternativeName ?? '',
    extensions: textsOf(identity.oids ?? []),
    logIndex: tlogEntries[0]?.logIndex ?? null,
    hasTimestamp: (timestampVerificationData?.rfc3161Timestamps ?? []).length > 0,
  }
  if (expected.signer !== null) compareSigner(verified, expected.signer)
  return verified
}

/** A timestamp, of a log or of an authority, is always needed: the certificate is valid for minutes. */
function signerOfBundle(bundle: Bundle, root: TrustedRoot, { log }: Expected): Signer {
  const thresholds = {
    tlogThreshold: (log ?? root.tlogs.length > 0) ? 1 : 0,
    ctlogThreshold: root.ctlogs.length > 0 ? 1 : 0,
    timestampThreshold: 1,
  }
  try {
    return new Verifier(toTrustMaterial(root), thresholds).verify(toSignedEntity(bundle))
  } catch (error) {
    // Whatever it throws on a bundle that others wrote, that bundle proves nothing.
    throw new InvalidBundle(saidOfBundle(error), { cause: error })
  }
}

function statementIn({ content }: Bundle): InTotoStatement {
  if (content.$case !== 'dsseEnvelope' || content.dsseEnvelope.payloadType !== STATEMENT_PAYLOAD_TYPE) {
    throw new InvalidBundle('it holds no statement')
  }
  const statement = parseStatement(content.dsseEnvelope.payload)
  if (statement === null) throw new InvalidBundle('its statement is none of in-toto, version 1')
  return statement
}

function compareSigner(verified: Verified, expected: ExpectedSigner): void {
  const differs = (what: string, is: string, should: string) => {
    const isIt = should.startsWith('https://') ? isUrlOf(is, should) : is === should
    if (!isIt) throw new OtherSigner(`its certificate is for ${what} ${is}, and not for ${should}`)
  }
  differs('the issuer', verified.issuer, expected.issuer)
  differs('the workflow', verified.identity, expected.identity)
  for (const [oid, should] of Object.entries(expected.extensions)) {
    const is = verified.extensions.get(oid)
    if (is !== undefined) differs(`${oid} =`, is, should)
  }
}

/** Extensions whose value is a UTF8String, as Fulcio's are since their second form. */
function textsOf(
  oids: readonly { readonly oid?: { readonly id: number[] } | undefined; readonly value: Buffer }[],
): Map<string, string> {
  const texts = oids.flatMap(({ oid, value }): [string, string][] => {
    const text = utf8String(value)
    return oid === undefined || text === null ? [] : [[oid.id.join('.'), text]]
  })
  return new Map(texts)
}

const UTF8_STRING = 0x0c

function utf8String(der: Buffer): string | null {
  try {
    const { tag, value } = ASN1Obj.parseBuffer(der as Buffer<ArrayBuffer>)
    return tag.isUniversal() && tag.number === UTF8_STRING ? value.toString('utf8') : null
  } catch {
    return null
  }
}
