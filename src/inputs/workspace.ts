import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'

/**
 * A file of the workspace, as it is behind symbolic links.
 * @param given a path, relative to the workspace or absolute
 * @returns its real path; null if that is outside of the workspace
 * @throws the file system's error if there is no such file
 */
export function insideOf(workspace: string, given: string): string | null {
  const file = realpathSync(path.resolve(workspace, given))
  const relative = path.relative(realpathSync(workspace), file)
  return relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative) ? null : file
}

/**
 * A file that is to be written below a folder, as it is behind symbolic links: neither it nor its folders have to exist.
 * @param folder the folder that it has to be in
 * @param file an absolute path
 * @returns its path, without a link in it; null if that is outside of the folder
 */
export function insideOfNew(folder: string, file: string): string | null {
  const missing: string[] = []
  for (let at = path.resolve(file); ; at = path.dirname(at)) {
    const real = realPathIfAny(at)
    if (real !== null) return insideOf(folder, real) === null ? null : path.join(real, ...missing)
    // What is there and leads nowhere is a link to a file that somebody else may create.
    if (isThere(at) || path.dirname(at) === at) return null
    missing.unshift(path.basename(at))
  }
}

function realPathIfAny(file: string): string | null {
  try {
    return realpathSync(file)
  } catch {
    return null
  }
}

function isThere(file: string): boolean {
  try {
    lstatSync(file)
    return true
  } catch {
    return false
  }
}

/** Far more than any such file has, blanks and all; a device or a pipe has no end. In bytes. */
const LARGEST_FILE = 1 << 20

/** Text that an input names or holds, or what is wrong with it. */
export type TextReading = { readonly text: string } | { readonly problem: string }

/**
 * Reads a small file of the workspace.
 * @param given a path, relative to the workspace or absolute
 * @param largest in bytes, a whole number of MiB
 * @param must what the input has to be, for the problem: `must be the path of a file in the workspace`
 */
export function readInside(
  workspace: string,
  given: string,
  must: string,
  largest = LARGEST_FILE,
): TextReading {
  try {
    const file = insideOf(workspace, given)
    if (file === null) return { problem: `must be inside of the workspace (${workspace})` }
    const stat = statSync(file)
    const wrong = stat.isDirectory()
      ? 'this is a folder'
      : !stat.isFile()
        ? 'this is not a regular file'
        : stat.size > largest
          ? `it has over ${largest >> 20} MiB`
          : null
    if (wrong !== null) return { problem: `${must}: ${wrong}` }
    const text = textOf(readFileSync(file))
    return text === null ? { problem: `${must}: it is not text in UTF-8` } : { text }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`
    return { problem: `${must}: ${why}` }
  }
}

/**
 * Some editors begin a file with a byte order mark, which JSON does not know, and some write UTF-16, half of which are
 * zeros: a text has none. @returns null if it is no UTF-8
 */
function textOf(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
