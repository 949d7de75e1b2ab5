import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { interruption } from '../command/interruption.ts'

export type Log = (line: string) => void

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>> // added to this process's environment
  readonly timeout?: number // milliseconds; 10 minutes unless told
  readonly whenever?: boolean // also after an interruption of the command
}

/**
 * Runs a program to its end, without a shell.
 * @returns its standard output
 * @throws with the end of what it wrote to standard error, if it fails, takes too long, or the command is interrupted
 */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { cwd, env, timeout = 600_000, whenever = false } = options
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...args],
      {
        cwd,
        env: { ...process.env, ...env },
        timeout,
        maxBuffer: 1 << 26,
        encoding: 'utf8',
        ...(whenever ? {} : { signal: interruption }),
      },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout)
        const why = error.killed ? `no end after ${timeout / 1000} s` : lastLines(stderr || error.message, 15)
        reject(new Error(`${program} ${args.join(' ')}: ${why}`))
      },
    )
    child.stdin?.end()
  })
}

/**
 * Whether a program can be run with these arguments and ends within thirty seconds.
 * @throws the reason of the interruption, if the command is interrupted: the program may work all the same
 */
export async function works(program: string, args: readonly string[]): Promise<boolean> {
  return run(program, args, { timeout: 30_000 }).then(
    () => true,
    () => {
      interruption.throwIfAborted()
      return false
    },
  )
}

/** Debian's folders for programs, of which a user's PATH may lack some. */
const FOLDERS_OF_DEBIAN = ['/usr/bin', '/usr/sbin', '/sbin', '/bin']

/**
 * The programs of this name, as absolute paths: those on PATH in its order, then those in other folders.
 * @param others folders that are looked in although PATH may lack them
 */
export async function allOnPath(
  name: string,
  others: readonly string[] = FOLDERS_OF_DEBIAN,
): Promise<string[]> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'))
  const candidates = [...folders, ...others].map((folder) => join(folder, name))
  const found = await Promise.all(candidates.map(isProgram))
  return [...new Set(candidates.filter((_, index) => found[index]))]
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK)
    .then(() => stat(path))
    .then(
      (found) => found.isFile(),
      () => false,
    )
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
