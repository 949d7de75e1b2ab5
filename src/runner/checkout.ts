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

/** A partial clone would fetch what it lacks. https://git-scm.com/docs/git#Documentation/git.txt-codeGITALLOWPROTOCOLcode */
const OFFLINE = { GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1' }

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
      env: { PATH, HOME, ...OFFLINE },
      limit: LIMITS.processMs,
    })
    return stdout.trim()
  }
  try {
    const [time, sha] = (await git('rev-list', '--max-count=1', '--timestamp', 'HEAD', '--')).split(' ')
    if (!sha) return null
    return {
      sha,
      date: new Date(Number(time) * 1000),
      dateOf: (other) => dateOf(git, other),
      origin: () => originOf(git),
      ref: () => refOf(git),
    }
  } catch {
    return null
  }
}

async function dateOf(git: (...args: string[]) => Promise<string>, sha: string): Promise<Date | null> {
  if (!/^[0-9a-f]{40,64}$/i.test(sha)) return null
  const found = await git('rev-list', '--max-count=1', '--timestamp', sha, '--').catch(() => '')
  const time = Number(found.split(' ')[0] || Number.NaN)
  return Number.isFinite(time) ? new Date(time * 1000) : null
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
