import { execute } from '../docker/exec.ts'
import type { Checkout } from '../metadata/index.ts'
import { LIMITS } from '../shared/limits.ts'

/**
 * Protects against what lies in the folder. The owner of a checkout is often another user than the one of a job's
 * container; but a folder that only looks like a repository, settings and all, is not taken for one, and rev-list,
 * for-each-ref and symbolic-ref run no program that a repository's settings name.
 * https://git-scm.com/docs/git-config#Documentation/git-config.txt-safebareRepository
 */
const CAREFUL = ['-c', 'safe.directory=*', '-c', 'safe.bareRepository=explicit', '-c', 'core.fsmonitor=false']

/**
 * Reads the commit that is checked out.
 * @param folder within the checkout
 * @param env the job's environment
 * @returns null if the folder is in no checkout, or there is no git
 */
export async function readCheckout(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Checkout | null> {
  const git = async (...args: string[]): Promise<string> => {
    const { PATH = '', HOME = '' } = env
    const { stdout } = await execute('git', [...CAREFUL, '-C', folder, ...args], {
      env: { PATH, HOME },
      limit: LIMITS.processMs,
    })
    return stdout.trim()
  }
  try {
    const [time, sha] = (await git('rev-list', '--max-count=1', '--timestamp', 'HEAD', '--')).split(' ')
    if (!sha) return null
    return { sha, date: new Date(Number(time) * 1000), origin: () => originOf(git), ref: () => refOf(git) }
  } catch {
    return null
  }
}

/** A submodule has one of its own. Reading the setting runs nothing. */
async function originOf(git: (...args: string[]) => Promise<string>): Promise<string | null> {
  return (await git('config', '--get', 'remote.origin.url').catch(() => '')) || null
}

/** The branch that is checked out, or the first tag of the commit. */
async function refOf(git: (...args: string[]) => Promise<string>): Promise<string | null> {
  const branch = await git('symbolic-ref', '--quiet', 'HEAD').catch(() => '')
  if (branch !== '') return branch
  const tags = await git(
    'for-each-ref',
    '--points-at=HEAD',
    '--sort=-version:refname',
    '--format=%(refname)',
    'refs/tags',
  )
  return tags.split('\n')[0] || null
}
