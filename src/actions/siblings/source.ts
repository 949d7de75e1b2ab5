import type { Reader } from '../../inputs/reader.ts'

/** An image, as an input names it. */
export interface SourceImage {
  /** `HOST/NAME` or `NAME`; null: that of the input `repository`. */
  readonly repository: string | null
  readonly tag: string | null
  /** Together with a tag, the digest counts, and the tag only names the copy. */
  readonly digest: string | null
}

const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/
const IMAGE = /^([^@\s]+?)(?::([a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/

/** Reads a tag, a digest, `NAME:TAG`, or a whole image URI. */
export function readSource(reader: Reader, input: 'source' | 'image'): SourceImage {
  const value = reader.text(input)
  const nothing = { repository: null, tag: null, digest: null }
  if (value === '') {
    reader.problem(
      input,
      '',
      'is required: a tag, a digest, or an image URI (HOST/NAME:TAG, HOST/NAME@sha256:…)',
    )
    return nothing
  }
  if (/^sha256:[0-9a-f]{64}$/.test(value)) return { ...nothing, digest: value }
  if (TAG.test(value)) return { ...nothing, tag: value }
  const wrong = mistakeIn(value)
  if (wrong !== null) {
    reader.problem(input, value, wrong)
    return nothing
  }
  const [, repository = null, tag = null, digest = null] = IMAGE.exec(value) ?? []
  if (repository !== null && (tag !== null || digest !== null)) return { repository, tag, digest }
  reader.problem(
    input,
    value,
    'must be a tag, a digest (sha256:…), or an image URI with one of them (HOST/NAME:TAG, HOST/NAME@sha256:…)',
  )
  return nothing
}

/** What looks like NAME:TAG, and is something else. */
function mistakeIn(value: string): string | null {
  const [scheme] = /^[a-z0-9+.-]*:\/\//i.exec(value) ?? []
  if (scheme !== undefined) return `must be without ${scheme}`
  const isDigest = /^sha\d+:[0-9a-f]{32,}$/i.test(value)
  return isDigest ? 'must be a digest with sha256, 64 hexadecimal digits in lower case' : null
}
