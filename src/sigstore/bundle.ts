import { type Bundle, bundleFromJSON } from '@sigstore/bundle'
import { isTooDeep, MAX_NESTING } from '../shared/nesting.ts'
import { InvalidBundle } from './errors.ts'

/**
 * How many entries of a log, or timestamps, a bundle may have: it needs one of each. They are compared with each other
 * before any of them is verified, which takes the square of their number.
 */
const MOST_WITNESSES = 16

/** No bundle has as many hashes in a proof, or certificates in a chain: a log of 2^64 entries needs 64. */
const MOST_IN_LIST = 64

/**
 * How much a part may have of what the library parses before any signature is verified, so that anybody may have written
 * it. A certificate of Fulcio's has about 2 KiB, and 5 KiB with the longest names that GitHub takes of a repository, a
 * workflow and a branch; an answer of a timestamp authority with its chain has about 6 KiB, a checkpoint less than 2 KiB.
 * The library adds up numbers in DER in a way that takes the square of their length: minutes for one of some 100 KiB.
 */
const PART_BYTES = 8 * 1024

/** An entry of a log holds digests, a signature and a certificate, and not the statement itself: about 4 KiB. */
const ENTRY_BYTES = 100 * 1024

/** 2^64 has 20 digits. */
const MOST_DIGITS = 20

/** The versions of bundles. https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto */
const MEDIA_TYPES: readonly string[] = [
  'application/vnd.dev.sigstore.bundle+json;version=0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.3',
  'application/vnd.dev.sigstore.bundle.v0.3+json',
]

/**
 * Parses a bundle. Nothing of it is verified, but it is of a form and of sizes with which verifying takes no time.
 * @param bytes a bundle as JSON; may be anything
 * @throws InvalidBundle that says what is wrong
 */
export function parseBundle(bytes: Uint8Array): Bundle {
  if (isTooDeep(bytes)) throw new InvalidBundle(`it is nested deeper than ${MAX_NESTING} levels`)
  let bundle: Bundle
  try {
    bundle = bundleFromJSON(JSON.parse(Buffer.from(bytes).toString('utf8')))
  } catch (error) {
    throw new InvalidBundle(`it is no bundle of Sigstore's (${saidOfBundle(error)})`, { cause: error })
  }
  if (!MEDIA_TYPES.includes(bundle.mediaType)) {
    throw new InvalidBundle(`it is a bundle of a version that is not known (${bundle.mediaType})`)
  }
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial
  const witnesses = Math.max(tlogEntries.length, timestampVerificationData?.rfc3161Timestamps.length ?? 0)
  if (witnesses > MOST_WITNESSES) {
    throw new InvalidBundle(
      `it has ${witnesses} entries of a log or timestamps, and no more than ${MOST_WITNESSES} are looked at`,
    )
  }
  for (const [what, size, most, unit] of sizesIn(bundle)) {
    if (size > most)
      throw new InvalidBundle(`${what} has ${size} ${unit}, and no more than ${most} are looked at`)
  }
  return bundle
}

/** What an error says to people: a TypeError of a library tells of the library's own code. */
export function saidOfBundle(error: unknown): string {
  return error instanceof TypeError
    ? 'a part of it is not of the form that it has to be of'
    : (error as Error).message
}

type Size = readonly [what: string, size: number, most: number, unit: string]

/** The size of every part whose size is the writer's choice, the statement excepted. */
function sizesIn({ verificationMaterial: material, content }: Bundle): Size[] {
  const part = (what: string, { length }: Uint8Array | string, most = PART_BYTES): Size => [
    what,
    length,
    most,
    'bytes',
  ]
  const list = (what: string, { length }: readonly unknown[]): Size => [what, length, MOST_IN_LIST, 'items']
  const number = (what: string, { length }: string): Size => [what, length, MOST_DIGITS, 'digits']
  const key = material.content
  const chain =
    key.$case === 'x509CertificateChain'
      ? key.x509CertificateChain.certificates
      : key.$case === 'certificate'
        ? [key.certificate]
        : []
  return [
    ...(key.$case === 'publicKey' ? [part('the name of its key', key.publicKey.hint)] : []),
    list('its chain of certificates', chain),
    ...chain.map(({ rawBytes }) => part('its certificate', rawBytes)),
    ...(material.timestampVerificationData?.rfc3161Timestamps ?? []).map(({ signedTimestamp }) =>
      part('its timestamp', signedTimestamp),
    ),
    ...material.tlogEntries.flatMap((entry) => {
      const { inclusionProof: proof, inclusionPromise: promise } = entry
      return [
        part('its entry of a log', entry.canonicalizedBody, ENTRY_BYTES),
        part('the id of its log', entry.logId?.keyId ?? ''),
        part('the kind of its entry', `${entry.kindVersion?.kind}${entry.kindVersion?.version}`),
        number('the index of its entry', entry.logIndex),
        number('the time of its entry', entry.integratedTime),
        part("its log's promise", promise?.signedEntryTimestamp ?? ''),
        number('the index of its proof', proof?.logIndex ?? ''),
        number('the size of its log', proof?.treeSize ?? ''),
        list('its proof', proof?.hashes ?? []),
        ...[...(proof?.hashes ?? []), proof?.rootHash ?? ''].map((hash) => part('its proof', hash)),
        part('its checkpoint', proof?.checkpoint?.envelope ?? ''),
      ]
    }),
    ...(content.$case === 'dsseEnvelope'
      ? [
          part('the type of its payload', content.dsseEnvelope.payloadType),
          list('its list of signatures', content.dsseEnvelope.signatures),
          ...content.dsseEnvelope.signatures.flatMap(({ sig, keyid }) => [
            part('its signature', sig),
            part('the name of its key', keyid),
          ]),
        ]
      : []),
  ]
}
