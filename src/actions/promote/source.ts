import type { Reader } from '../../inputs/reader.ts'

/** The image that is promoted, as the input `source` names it. */
export interface SourceImage {
  /** `HOST/NAME` or `NAME`; null: the repository that it goes to. */
  readonly repository: string | null
  readonly tag: string | null
  /** Together with a tag, the digest counts, and the tag only names the copy. */
  readonly digest: string | null
}

const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/
const IMAGE = /^([^@\s]+?)(?::([a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/

/** Reads `source`: a tag, a digest, `NAME:TAG`, or a whole image URI. */
export function readSource(reader: Reader): SourceImage {
  const value = reader.text('source')
  const nothing = { repository: null, tag: null, digest: null }
  if (value === '') {
    reader.problem(
      'source',
      '',
      'is required: a tag, a digest, or an image URI (HOST/NAME:TAG, HOST/NAME@sha256:…)',
    )
    return nothing
  }
  if (/^sha256:[0-9a-f]{64}$/.test(value)) return { ...nothing, digest: value }
  if (TAG.test(value)) return { ...nothing, tag: value }
  const [, repository = null, tag = null, digest = null] = IMAGE.exec(value) ?? []
  if (repository !== null && (tag !== null || digest !== null)) return { repository, tag, digest }
  reader.problem(
    'source',
    value,
    'must be a tag, a digest (sha256:…), or an image URI with one of them (HOST/NAME:TAG, HOST/NAME@sha256:…)',
  )
  return nothing
}
