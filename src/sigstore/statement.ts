import { isObject } from '../shared/is-object.ts'
import { isTooDeep } from '../shared/nesting.ts'

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
/** The type of a statement in a DSSE envelope. */
export const STATEMENT_PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** What is said of an image, and in which form. */
export interface Predicate {
  /** Its type, a URI: `https://slsa.dev/provenance/v1`. */
  readonly type: string
  readonly content: unknown
}

/** The image that something is said of. */
export interface Subject {
  /** `HOST/NAME`, without a tag. */
  readonly name: string
  /** `sha256:…`. */
  readonly digest: string
}

/** An in-toto statement, as far as it is read here. */
export interface InTotoStatement {
  readonly predicateType: string
  readonly subject: readonly { readonly name?: string; readonly digest: Readonly<Record<string, string>> }[]
  readonly predicate: unknown
}

/**
 * The statement about an image as actions/attest writes it, to the byte.
 * https://github.com/actions/toolkit/blob/main/packages/attest/src/intoto.ts
 */
export function statementBytes({ name, digest }: Subject, { type, content }: Predicate): Buffer {
  const [algorithm = '', value = ''] = digest.split(':')
  return Buffer.from(
    JSON.stringify({
      _type: STATEMENT_TYPE,
      subject: [{ name, digest: { [algorithm]: value } }],
      predicateType: type,
      predicate: content,
    }),
  )
}

/**
 * Parses a statement.
 * @returns null if the bytes are none of version 1, or nested too deeply
 */
export function parseStatement(bytes: Uint8Array): InTotoStatement | null {
  if (isTooDeep(bytes)) return null
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return null
  }
  if (!isObject(value) || value['_type'] !== STATEMENT_TYPE) return null
  const { predicateType, subject, predicate } = value
  const valid =
    typeof predicateType === 'string' &&
    (predicate === undefined || isObject(predicate)) &&
    Array.isArray(subject) &&
    subject.every((one) => isObject(one) && isObject(one['digest']))
  return valid ? (value as unknown as InTotoStatement) : null
}

/** Whether a statement is about the image with this digest. */
export function isAbout({ subject }: InTotoStatement, digest: string): boolean {
  const [algorithm = '', value = ''] = digest.split(':')
  return value !== '' && subject.some((one) => one.digest[algorithm] === value)
}
