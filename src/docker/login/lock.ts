import { randomUUID } from 'node:crypto'
import { link, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { ActionError } from '../../shared/errors.ts'
import { isErrno } from './files.ts'

/** A lock is held for milliseconds: one that is this old has lost its holder. */
const STALE_MS = 20_000
const WAIT_MS = 30_000

/**
 * Runs something while no other job of this machine runs something under the same lock. A lock of a process that
 * has ended, or has held it for longer than the work can take, is broken.
 * Own code, as a lock that many processes wait for is an exclusive file and 40 lines; the package that is known for
 * it (proper-lockfile) has had no release since 2021.
 * @param file is there while the lock is held; its folder exists
 * @throws ActionError where it cannot be had in time
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  { wait = WAIT_MS, stale = STALE_MS } = {},
): Promise<T> {
  const where = await placeOfProcess()
  const mark = JSON.stringify({ pid: process.pid, where, id: randomUUID() })
  const until = performance.now() + wait
  while (!(await take(file, mark))) {
    await breakStale(file, where, stale)
    if (performance.now() > until) {
      throw new ActionError(
        `Another job holds the lock ${file} for longer than ${Math.round(wait / 1000)} s.`,
        'where no job runs on this machine, remove that file; where jobs share a configuration over a network, give each machine its own (DOCKER_CONFIG).',
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
    // Made, and not filled: the disk is full.
    if (isErrno(error, 'ENOSPC', 'EDQUOT')) await rm(file, { force: true })
    throw error
  }
}

/** A process id means something only within its machine and, among containers, its namespace. */
async function placeOfProcess(): Promise<string> {
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '')
  return `${os.hostname()} ${namespace}`
}

async function breakStale(file: string, here: string, stale: number): Promise<void> {
  const [mark, status] = await Promise.all([
    readFile(file, 'utf8').catch(() => null),
    stat(file).catch(() => null),
  ])
  if (mark === null || status === null) return
  if (!hasEnded(mark, here) && Date.now() - status.mtimeMs < stale) return
  // Two may come to this at once, and the slower must not remove the lock that the faster has taken since: what
  // was moved away is looked at, and goes back where it is another one.
  const aside = `${file}.${randomUUID()}`
  try {
    await rename(file, aside)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return
    throw error
  }
  if ((await readFile(aside, 'utf8')) !== mark) await link(aside, file).catch(() => undefined)
  await rm(aside, { force: true })
}

function hasEnded(mark: string, here: string): boolean {
  try {
    const { pid, where } = JSON.parse(mark) as { pid: number; where: string }
    if (where !== here) return false
    process.kill(pid, 0)
    return false
  } catch (error) {
    // EPERM: it runs as another user. What is not JSON is being written.
    return isErrno(error, 'ESRCH')
  }
}
