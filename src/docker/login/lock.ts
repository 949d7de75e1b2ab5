import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { ActionError } from '../../shared/errors.ts'
import { LIMITS } from '../../shared/limits.ts'
import { sleep } from '../../shared/time.ts'
import { isErrno } from './files.ts'
import { homeOfProcess, temporaryName } from './temporary.ts'

/**
 * Runs some work while no other job of this machine runs work under the same lock. The lock is broken if its process
 * has ended, or has held it for longer than the work can take.
 * Own code, as a lock that many processes wait for is an exclusive file and 40 lines; the package that is known for
 * it (proper-lockfile) has had no release since 2021.
 * @param file exists while the lock is held; its folder has to exist
 * @param options how long to wait for the lock, and how old a stale one is, in milliseconds
 * @throws ActionError if the lock stays taken for that long
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  { wait = LIMITS.lockMs, stale = LIMITS.staleLockMs } = {},
): Promise<T> {
  const home = homeOfProcess()
  // Other versions of this action on the same machine read it.
  const mark = JSON.stringify({ pid: process.pid, where: home, id: randomUUID() })
  const until = performance.now() + wait
  while (!(await take(file, mark))) {
    await breakStale(file, home, stale)
    if (performance.now() > until) {
      throw new ActionError(
        `Another job holds the lock ${file} for longer than ${Math.round(wait / 1000)} s.`,
        'if no job runs on this machine, remove that file; if jobs share a configuration over a network, give each machine its own (DOCKER_CONFIG).',
        { page: 'runners.md#dockers-configuration' },
      )
    }
    await sleep(5 + Math.random() * 30)
  }
  try {
    return await work()
  } finally {
    if ((await readFile(file, 'utf8').catch(() => '')) === mark) await rm(file, { force: true })
  }
}

async function take(file: string, mark: string): Promise<boolean> {
  try {
    await writeFile(file, mark, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    // The disk is full: the file was made, but not filled.
    if (isErrno(error, 'ENOSPC', 'EDQUOT')) await rm(file, { force: true })
    throw error
  }
}

async function breakStale(file: string, home: string, stale: number): Promise<void> {
  const [mark, status] = await Promise.all([
    readFile(file, 'utf8').catch(() => null),
    stat(file).catch(() => null),
  ])
  if (mark === null || status === null) return
  if (!hasEnded(mark, home) && Date.now() - status.mtimeMs < stale) return
  // Two processes may do this at once, and the slower must not remove the lock that the faster has taken since: if
  // what was moved away is another lock, it goes back.
  const aside = temporaryName(file)
  try {
    await rename(file, aside)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return
    throw error
  }
  if ((await readFile(aside, 'utf8')) !== mark) await link(aside, file).catch(() => undefined)
  await rm(aside, { force: true })
}

function hasEnded(mark: string, home: string): boolean {
  try {
    const { pid, where } = JSON.parse(mark) as { pid: number; where: string }
    if (where !== home) return false
    process.kill(pid, 0)
    return false
  } catch (error) {
    // EPERM: it runs as another user. A mark that is not JSON is still being written.
    return isErrno(error, 'ESRCH')
  }
}
