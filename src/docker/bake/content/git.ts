import { LIMITS } from '../../../shared/limits.ts'
import { execute } from '../../exec.ts'

/**
 * Runs git.
 * @param args without the program
 * @param folder where it runs
 * @param input for its standard input
 * @returns its whole standard output
 * @throws ProcessError, TimedOut
 */
export type RunGit = (args: readonly string[], folder: string, input?: string) => Promise<string>

/** What git would run or fetch by itself, and a folder in the checkout that only looks like a repository. */
const GIT_SETTINGS = ['-c', 'safe.bareRepository=explicit', '-c', 'core.fsmonitor=false']
const GIT_OFFLINE = { GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1', GIT_OPTIONAL_LOCKS: '0' }

/**
 * The machine's own git. Another user's checkout is left to what its settings say of `safe.directory`: the ids of files
 * that git converts are asked for, and a repository's settings can name programs for that.
 * @param env the job's environment, of which git gets what its settings are found by
 */
export function gitOf(env: Readonly<Record<string, string | undefined>>): RunGit {
  const settings = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      /^(?:PATH|HOME|XDG_CONFIG_HOME|GIT_CONFIG_.*|SystemRoot|USERPROFILE)$/.test(entry[0]) &&
      entry[1] !== undefined,
  )
  return async (args, folder, input) => {
    const { stdout } = await execute('git', [...GIT_SETTINGS, '-C', folder, ...args], {
      env: { ...Object.fromEntries(settings), ...GIT_OFFLINE, LC_ALL: 'C' },
      shownAs: `git ${args[0] ?? ''}`,
      limit: LIMITS.processMs,
      kept: LIMITS.gitListBytes,
      ...(input === undefined ? {} : { input }),
    })
    return stdout
  }
}
