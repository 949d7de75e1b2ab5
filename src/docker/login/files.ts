import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import {
  chmod,
  chown,
  lstat,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import path from 'node:path'
import { ActionError } from '../../shared/errors.ts'
import { temporaryName } from './temporary.ts'

/**
 * @returns null if there is no such file
 * @throws ActionError if it cannot be read
 */
export async function readIfExists(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null
    throw new ActionError(
      `${file} cannot be read: ${(error as Error).message}`,
      "let the runner's user read it, or set DOCKER_CONFIG to another folder.",
      { cause: error },
    )
  }
}

/**
 * Replaces a file as a whole: another process reads the old content or the new, never half, and a full disk leaves the
 * old. A symbolic link stays, and so does the owner, which root would change otherwise. What a killed process leaves
 * beside the file, `removeLeftovers` finds.
 * @param expected what the file is to hold; if it holds something else by now, nothing is written
 * @returns whether it was written
 */
export async function replaceFile(
  file: string,
  content: string | Buffer,
  mode: number,
  expected?: Buffer | null,
): Promise<boolean> {
  const target = await followLinks(file)
  const former = await stat(target).catch(() => null)
  const temporary = temporaryName(target)
  try {
    await writeFile(temporary, content, { mode, flag: 'wx' })
    // The umask takes from the mode of a new file.
    await chmod(temporary, mode)
    if (former !== null && former.uid !== process.getuid?.()) {
      await chown(temporary, former.uid, former.gid).catch(() => undefined)
    }
    if (expected === undefined) await rename(temporary, target)
    else if (!swap(temporary, target, expected)) return false
    return true
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}

/** Compares and renames without a pause: a program that writes the file without our lock has next to no time to. */
function swap(temporary: string, target: string, expected: Buffer | null): boolean {
  if (!sameBytes(expected, existsSync(target) ? readFileSync(target) : null)) {
    rmSync(temporary, { force: true })
    return false
  }
  renameSync(temporary, target)
  return true
}

export function sameBytes(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other)
}

/** The file that a path leads to, even if it, or the end of a link, does not exist yet. */
export async function followLinks(file: string): Promise<string> {
  const found = await realpath(file).catch(() => null)
  if (found !== null) return found
  if ((await lstat(file).catch(() => null))?.isSymbolicLink()) {
    return path.resolve(path.dirname(file), await readlink(file))
  }
  const folder = await realpath(path.dirname(file)).catch(() => path.dirname(file))
  return path.join(folder, path.basename(file))
}

export function isErrno(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | null)?.code ?? '')
}

/** Whether a write failed because the disk, or the user's share of it, is full. */
export function isDiskFull(error: unknown): boolean {
  return isErrno(error, 'ENOSPC', 'EDQUOT')
}

/**
 * Writes into the step's own folder.
 * @throws ActionError that names the folder, if its disk is full or it cannot be written
 */
export async function writingUnder<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof ActionError) throw error
    if (isDiskFull(error)) {
      throw new ActionError(
        `The disk of ${folder} is full: ${(error as Error).message}`,
        `free space there: RUNNER_TEMP holds what steps leave behind until the job ends; df -h ${shellWord(folder)} shows how much is left.`,
        { cause: error },
      )
    }
    throw new ActionError(
      `The runner's temporary folder cannot be used: ${(error as Error).message}`,
      `let the runner's user write ${folder}, or set RUNNER_TEMP to a folder that exists and can be written.`,
      { cause: error },
    )
  }
}

/** As a person can paste it into a shell. */
function shellWord(file: string): string {
  return /^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`
}
