import { isUtf8 } from 'node:buffer'
import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { InputSource } from './reader.ts'
import { insideOf } from './workspace.ts'

/**
 * What no build may be given: the kernel's own folders. In /proc is the environment of every process of the runner's
 * user, and with it the job's secrets and the means to ask for its OIDC token.
 */
const OF_THE_SYSTEM = ['/proc', '/sys', '/dev']
/** Memory that is used as a disk, where some build. */
const SHARED_MEMORY = '/dev/shm'
/** How many links the kernel follows in one path: https://man7.org/linux/man-pages/man7/path_resolution.7.html */
const MOST_LINKS = 40
/** In bytes, with the one that ends it: PATH_MAX of Linux. What is longer would also take long to look at, link by link. */
const LONGEST_PATH = 4096
const TOO_LONG = `is longer than the ${LONGEST_PATH - 1} bytes that a path may have; shorten it`
const isTooLong = (given: string): boolean => Buffer.byteLength(given) >= LONGEST_PATH

/**
 * Whether docker may read a path for the build. Anybody may have written what is checked out: a link in it must not
 * choose a folder of the runner. An absolute path that does not begin in the workspace is the workflow's own word.
 * @param given a path of something that is there, relative to the workspace or absolute
 * @returns what is wrong with it, for a problem; null if nothing is
 */
export function outOfBounds(source: StepPlace, given: string): string | null {
  if (isTooLong(given)) return TOO_LONG
  const isRoot = realOr(path.resolve(source.cwd, given)) === path.parse(source.cwd).root
  return misplaced(source, given, isRoot)
}

/**
 * Whether docker may read or write at a path that may be missing so far: what it writes are files of the Dockerfile's
 * choice. Of what is missing, the nearest folder that exists decides, and no link on the way may lead to nothing.
 * @param given a path, relative to the workspace or absolute
 * @returns what is wrong with it, for a problem; null if nothing is
 */
export function outOfBoundsOrMissing(source: StepPlace, given: string): string | null {
  if (isTooLong(given)) return TOO_LONG
  // What is thrown away is written nowhere.
  if (/^\/dev\/(?:\.?\/)*null$/.test(given) || given === os.devNull || realOrNull(source.cwd) === null)
    return null
  let at = path.isAbsolute(given) ? given : `${source.cwd}${path.sep}${given}`
  let [isWhole, isBack] = [true, false]
  while (realOrNull(at) === null) {
    const link = linkAt(at.replace(/\/+$/, ''))
    if (link !== null) {
      const way = follow(path.resolve(source.cwd, given))
      if (way === 'system') return inSystem('')
      if (way === 'unreadable') return UNREADABLE
      return way === 'endless'
        ? `leads through links in a circle, or more than ${MOST_LINKS} of them (${at} to ${link}); write the path without that link`
        : `leads through a link to nothing (${at} to ${link}), which docker would follow; write the path without that link`
    }
    isWhole = false
    isBack ||= path.basename(at) === '..'
    const above = path.dirname(at)
    // Of a drive that is missing, or a named pipe of Windows, not even the root is a folder.
    if (above === at) return isBack ? BACK_FROM_MISSING : null
    at = above
  }
  if (isBack) return BACK_FROM_MISSING
  return isWhole ? outOfBounds(source, given) : misplaced(source, at, false, given)
}

/** What docker makes in the folder of an OCI layout: https://github.com/moby/buildkit/blob/master/client/ociindex */
const IN_LAYOUT = ['index.json', 'index.json.lock', 'oci-layout', 'blobs', 'ingest']

/**
 * Whether docker may keep an OCI layout at a path, or read one: a local cache, or an image that is no archive. What it
 * makes in there it writes through links. Outside of the workspace, they are those of whoever has the machine.
 * @param given a path, relative to the workspace or absolute
 * @returns what is wrong with it, for a problem; null if nothing is
 */
export function outOfBoundsOrLinked(source: StepPlace, given: string): string | null {
  const problem = outOfBoundsOrMissing(source, given)
  if (problem !== null || !beginsInside(source.cwd, given)) return problem
  // An archive, or what is not there yet: nothing of a layout is in it.
  if (!isFolder(path.resolve(source.cwd, given))) return null
  for (const name of IN_LAYOUT) {
    const inside = path.resolve(source.cwd, given, name)
    try {
      const link = linkWithin(inside)
      if (link !== null)
        return `has a link in it (${link}), through which docker would write; remove that link`
    } catch (error) {
      return `has what cannot be searched for links, through which docker would write (${inside}: ${(error as NodeJS.ErrnoException).code}); remove it`
    }
  }
  return null
}

/**
 * The first symbolic link at a path or, if that is a folder, in it; null if there is none.
 * @throws the file system's error if that cannot be known: a name in it may be no UTF-8, or the path to it too long
 */
function linkWithin(file: string): string | null {
  const stat = lstatSync(file, { throwIfNoEntry: false })
  if (stat?.isSymbolicLink()) return file
  if (!stat?.isDirectory()) return null
  const parts = readdirSync(file, { recursive: true, withFileTypes: true })
  const link = parts.find((part) => part.isSymbolicLink())
  return link === undefined ? null : path.join(link.parentPath, link.name)
}

/** Whether a path leads to a folder; what cannot be asked for is one, as it may be one for docker. */
function isFolder(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOTDIR'
  }
}

type StepPlace = Pick<InputSource, 'cwd' | 'env'>

/**
 * @param there what is there of the path
 * @param isRoot whether it is the root of the file system, as a whole
 * @param given the path as it was given
 */
function misplaced({ cwd, env }: StepPlace, there: string, isRoot: boolean, given = there): string | null {
  const asWritten = path.resolve(cwd, there)
  const real = realOr(asWritten)
  const leads = real === asWritten ? '' : ` (it leads to ${real})`
  const way = follow(asWritten)
  if (way === 'system' || isRoot) return inSystem(leads)
  if (way === 'unreadable') return UNREADABLE
  const commands = env['RUNNER_TEMP'] && path.join(env['RUNNER_TEMP'], '_runner_file_commands')
  if (commands && (isIn(commands, asWritten) || isIn(realOr(commands), real))) {
    return `must be outside of ${commands}${leads}: the runner keeps there what steps say to it`
  }
  // A `..` after a link means another folder to who follows the link first, as docker does, than to who reads the text.
  // Both names are the file system's own: it may know a folder also in other letters than it was given.
  const asFollowed = realOrNull(path.isAbsolute(there) ? there : `${cwd}${path.sep}${there}`)
  const asRead = realOrNull(asWritten)
  if (asFollowed !== asRead) {
    return `goes back by '..' from what is a link or missing, and so leads to ${asFollowed ?? 'nothing'} or to ${asRead ?? 'nothing'}; write the path without that '..'`
  }
  if (insideOf(cwd, there) !== null || !beginsInside(cwd, given)) return null
  return `must be inside of the workspace (${cwd})${leads}; if another place is meant, give its own absolute path`
}

const inSystem = (leads: string) =>
  `must be outside of ${OF_THE_SYSTEM.join(', ')}, and not the root of the file system${leads}: among what the kernel shows there are the secrets of the job`

/** Node shows each such byte as U+FFFD, which may be the name of another file. */
const UNREADABLE =
  'leads through a link whose target is not UTF-8, so that this step cannot see where docker would follow it; write the path without that link'

const BACK_FROM_MISSING = "goes back by '..' from what is missing; write the path without that '..'"

/**
 * Where a path leads by its links, as the kernel follows them. Such a link may lead docker elsewhere than this process,
 * as /proc/self does.
 * @returns `system` if it is, or leads through, a folder of the system's; `endless` if the kernel would give up;
 *   `unreadable` if a link on the way names what is no text
 */
function follow(file: string): 'system' | 'endless' | 'unreadable' | 'elsewhere' {
  let at = path.parse(file).root
  const left = file.slice(at.length).split(path.sep)
  let links = 0
  for (let part = left.shift(); part !== undefined; part = left.shift()) {
    const next = path.join(at, part)
    const isShared = isIn(SHARED_MEMORY, next) || path.join(next, left[0] ?? '') === SHARED_MEMORY
    if (!isShared && OF_THE_SYSTEM.some((folder) => isIn(folder, next))) return 'system'
    const bytes = linkBytesAt(next)
    if (bytes !== null && ++links > MOST_LINKS) return 'endless'
    if (bytes !== null && !isUtf8(bytes)) return 'unreadable'
    const to = bytes?.toString() ?? null
    if (to !== null) left.unshift(...to.split(path.sep))
    at = to === null ? next : path.isAbsolute(to) ? path.parse(to).root : at
  }
  return 'elsewhere'
}

/** @returns what a symbolic link says; null for what is none */
function linkAt(file: string): string | null {
  return linkBytesAt(file)?.toString() ?? null
}

function linkBytesAt(file: string): Buffer | null {
  try {
    return readlinkSync(file, 'buffer')
  } catch {
    return null
  }
}

/** Whether a path is relative, or absolute and through the workspace, from which a link then leads. */
function beginsInside(cwd: string, given: string): boolean {
  if (!path.isAbsolute(given)) return true
  const above = (at: string): string[] => [at, ...(path.dirname(at) === at ? [] : above(path.dirname(at)))]
  return above(path.resolve(given)).some(
    (folder) => realOrNull(folder) !== null && insideOf(cwd, folder) !== null,
  )
}

/** Whether a path is a folder, or in it, by the names alone. */
function isIn(folder: string, file: string): boolean {
  return file === folder || file.startsWith(folder + path.sep)
}

function realOr(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}

/** Where a path leads, by the kernel's rules: a `..` is what is above the folder that a link before it leads to. */
function realOrNull(given: string): string | null {
  try {
    return realpathSync.native(given)
  } catch {
    return null
  }
}
