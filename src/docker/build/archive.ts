import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { constants, gunzipSync } from 'node:zlib'

/** A file that ADD unpacks, as far as its name says it. */
const NAMED_SO = /\.(?:tar|tar\.(?:gz|bz2|xz|zst|lzma|Z)|tgz|tbz2?|txz)$/i

/** Of a file so much is read: enough for the header of a first file in it, compressed. */
const HEAD_BYTES = 16 * 1024

/** Where tar has its mark, and what that is. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html */
const TAR_MARK = { at: 257, text: 'ustar' }

/**
 * Whether ADD would unpack a file: a tar archive, also a compressed one, whatever its name is. What is not gzip is judged
 * by its name, and so is a file that cannot be read.
 * https://docs.docker.com/reference/dockerfile/#adding-local-tar-archives
 * @param file a path; null if only its name is known
 * @param name by which the Dockerfile calls it
 */
export function isArchive(file: string | null, name: string): boolean {
  const head = file === null ? null : headOf(file)
  if (head === null) return NAMED_SO.test(name)
  if (hasMark(head)) return true
  if (head.subarray(0, 2).toString('hex') !== '1f8b') return isCompressed(head) && NAMED_SO.test(name)
  try {
    return hasMark(
      gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: HEAD_BYTES * 1100 }),
    )
  } catch {
    return NAMED_SO.test(name)
  }
}

const hasMark = (bytes: Buffer) =>
  bytes.toString('latin1', TAR_MARK.at, TAR_MARK.at + TAR_MARK.text.length) === TAR_MARK.text

/** bzip2, xz, zstd. */
const isCompressed = (head: Buffer) => /^(?:425a68|fd377a585a00|28b52ffd)/.test(head.toString('hex', 0, 6))

/** The first bytes of a file; null if it is none, or cannot be read. */
function headOf(file: string): Buffer | null {
  try {
    if (!statSync(file).isFile()) return null
    const handle = openSync(file, 'r')
    try {
      const head = Buffer.alloc(HEAD_BYTES)
      return head.subarray(0, readSync(handle, head))
    } finally {
      closeSync(handle)
    }
  } catch {
    return null
  }
}
