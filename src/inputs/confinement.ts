import { readlinkSync, realpathSync } from 'node:fs'
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

/**
 * Whether docker may read a path for the build. Anybody may have written what is checked out: a link in it must not
 * choose a folder of the runner. An absolute path that does not begin in the workspace is the workflow's own word.
 * @param given a path of something that is there, relative to the workspace or absolute
 * @returns what is wrong with it, for a problem; null if nothing is
 */
export function outOfBounds(source: StepPlace, given: string): string | null {
  const isRoot = realpathSync(path.resolve(source.cwd, given)) === path.parse(source.cwd).root
  return misplaced(source, given, isRoot)
}

/**
 * Whether docker may read or write at a path that may be missing so far: what it writes are files of the Dockerfile's
 * choice. Of what is missing, the nearest folder that is there decides, and no link on the way may lead to nothing.
 * @param given a path, relative to the workspace or absolute
 * @returns what is wrong with it, for a problem; null if nothing is
 */
export function outOfBoundsOrMissing(source: StepPlace, given: string): string | null {
  // What is thrown away is written nowhere.
  if (given === os.devNull || realOrNull(source.cwd) === null) return null
  let at = path.isAbsolute(given) ? given : `${source.cwd}${path.sep}${given}`
  let [isWhole, isBack] = [true, false]
  while (realOrNull(at) === null) {
    const link = linkAt(at.replace(/\/+$/, ''))
    if (link !== null) {
      if (passesSystem(path.resolve(source.cwd, given))) return inSystem('')
      return `leads through a link to nothing (${at} to ${link}), which docker would follow; write the path without that link`
    }
    isWhole = false
    isBack ||= path.basename(at) === '..'
    at = path.dirname(at)
  }
  if (isBack) return "goes back by '..' from what is missing; write the path without that '..'"
  return isWhole ? outOfBounds(source, given) : misplaced(source, at, false, given)
}

type StepPlace = Pick<InputSource, 'cwd' | 'env'>

/**
 * @param there what is there of the path
 * @param isRoot whether it is the root of the file system, as a whole
 * @param given the path as it was given
 */
function misplaced({ cwd, env }: StepPlace, there: string, isRoot: boolean, given = there): string | null {
  const asWritten = path.resolve(cwd, there)
  const real = realpathSync(asWritten)
  const leads = real === asWritten ? '' : ` (it leads to ${real})`
  if (passesSystem(asWritten) || isRoot) {
    return inSystem(leads)
  }
  const commands = env['RUNNER_TEMP'] && path.join(env['RUNNER_TEMP'], '_runner_file_commands')
  if (commands && (isIn(commands, asWritten) || isIn(realOr(commands), real))) {
    return `must be outside of ${commands}${leads}: the runner keeps there what steps say to it`
  }
  // A `..` after a link means another folder to who follows the link first, as docker does, than to who reads the text.
  const asFollowed = realOrNull(path.isAbsolute(there) ? there : `${cwd}${path.sep}${there}`)
  if (asFollowed !== real) {
    return `goes back by '..' from what is a link or missing, and so leads to ${asFollowed ?? 'nothing'} or to ${real}; write the path without that '..'`
  }
  if (insideOf(cwd, there) !== null || !beginsInside(cwd, given)) return null
  return `must be inside of the workspace (${cwd})${leads}; if another place is meant, give its own absolute path`
}

const inSystem = (leads: string) =>
  `must be outside of ${OF_THE_SYSTEM.join(', ')}, and not the root of the file system${leads}: among what the kernel shows there are the secrets of the job`

/**
 * Whether a path, or a link that it leads through, is in a folder of the system's. Such a link may lead docker
 * elsewhere than this process, as /proc/self does.
 */
function passesSystem(file: string): boolean {
  let at = path.parse(file).root
  const left = file.slice(at.length).split(path.sep)
  for (let part = left.shift(); part !== undefined; part = left.shift()) {
    const next = path.join(at, part)
    const isShared = isIn(SHARED_MEMORY, next) || path.join(next, left[0] ?? '') === SHARED_MEMORY
    if (!isShared && OF_THE_SYSTEM.some((folder) => isIn(folder, next))) return true
    const to = linkAt(next)
    if (to !== null) left.unshift(...to.split(path.sep))
    at = to === null ? next : path.isAbsolute(to) ? path.parse(to).root : at
  }
  return false
}

/** @returns what a symbolic link says; null for what is none */
function linkAt(file: string): string | null {
  try {
    return readlinkSync(file)
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
