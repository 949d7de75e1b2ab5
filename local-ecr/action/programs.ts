import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ACTION_LIMITS } from './limits.ts'

const execute = promisify(execFile)

/**
 * Runs a program to its end.
 * @param limit in milliseconds; a program that takes longer is killed
 * @returns what it has printed on standard output
 * @throws Error with its last line if it fails, cannot be started, or takes too long
 */
export async function run(
  program: string,
  args: readonly string[],
  limit: number,
  cwd?: string,
): Promise<string> {
  try {
    const options = {
      env: process.env,
      timeout: limit,
      killSignal: 'SIGKILL',
      ...(cwd === undefined ? {} : { cwd }),
    } as const
    const { stdout } = await execute(program, args, options)
    return stdout
  } catch (error) {
    const { killed, stderr = '', message } = error as Error & { killed?: boolean; stderr?: string }
    const said = stderr.trim().split('\n').at(-1) || message.split('\n')[0]
    throw new Error(`${program}: ${killed ? `not done within ${limit / 1000} s` : said}`, { cause: error })
  }
}

/**
 * What a command has to begin with to run as root: nothing for root itself, else sudo.
 * @returns null if this user cannot without a password
 */
export async function wayToRoot(): Promise<readonly string[] | null> {
  if (process.getuid?.() === 0) return []
  try {
    await run('sudo', ['-n', 'true'], ACTION_LIMITS.programMs)
    return ['sudo', '-n', '--']
  } catch {
    return null
  }
}
