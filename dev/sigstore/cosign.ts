import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

/** Where a person pastes a command. */
export interface Shell {
  /** The path of cosign, which the command calls by its name. */
  readonly cosign: string
  /** HOME or DOCKER_CONFIG name the logins. */
  readonly env: Readonly<Record<string, string>>
  /** The working folder. */
  readonly folder: string
}

/**
 * Runs a command line as the action printed it.
 * @returns whether cosign accepts, and what it wrote, both streams
 */
export async function runPrinted(
  line: string,
  { cosign, env, folder }: Shell,
): Promise<{ readonly accepted: boolean; readonly said: string }> {
  const all = { ...env, PATH: `${path.dirname(cosign)}:${env['PATH']}`, LINE: line }
  const options = { cwd: folder, env: all, maxBuffer: 1 << 26 }
  try {
    const { stdout } = await promisify(execFile)('sh', ['-c', 'eval "$LINE" 2>&1'], options)
    return { accepted: true, said: stdout.trim() }
  } catch (error) {
    const { stdout, code } = error as { stdout?: string; code?: unknown }
    // A number is what the shell ended with; anything else, that it did not run.
    if (typeof code !== 'number') throw error
    return { accepted: false, said: (stdout ?? '').trim() }
  }
}
