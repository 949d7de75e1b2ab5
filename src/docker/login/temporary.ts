import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { LIMITS } from '../../shared/limits.ts'

/** Machine and PID namespace of this process: a process id means something only there. */
export function homeOfProcess(): string {
  return `${os.hostname()} ${namespace()}`
}

function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/**
 * A new name beside a file, for what is about to replace it. It says which process it belongs to:
 * `FILE.tmp-PID-STARTED-HOME-RANDOM`, so that others can tell what a killed process has left.
 */
export function temporaryName(file: string): string {
  const { pid } = process
  return `${file}.tmp-${pid}-${startOf(pid)}-${homeMark()}-${randomBytes(6).toString('hex')}`
}

const OWNER = /^tmp-(\d+)-(\d+)-([0-9a-f]{8})-[0-9a-f]{12}$/

/**
 * Removes what killed processes have left beside files: the temporary files of processes that have ended, and old ones
 * of processes elsewhere. Those of a living process stay. What cannot be removed stays too, without an error.
 * @param files absolute paths in one folder
 */
export async function removeLeftovers(files: readonly string[]): Promise<void> {
  const [first] = files
  if (first === undefined) return
  const folder = path.dirname(first)
  const beginnings = files.map((file) => `${path.basename(file)}.`)
  for (const name of await readdir(folder).catch(() => [])) {
    const left = beginnings.some(
      (beginning) => name.startsWith(beginning) && OWNER.test(name.slice(beginning.length)),
    )
    const file = path.join(folder, name)
    if (left && (await isLeftBehind(file))) await rm(file, { force: true }).catch(() => undefined)
  }
}

async function isLeftBehind(file: string): Promise<boolean> {
  const [, pid, started, home] = OWNER.exec(file.slice(file.lastIndexOf('.tmp-') + 1)) ?? []
  if (home === homeMark()) return !lives(Number(pid), Number(started))
  // Of a process elsewhere (another machine or container) nobody here can see whether it lives.
  const written = await stat(file).catch(() => null)
  return written !== null && Date.now() - written.mtimeMs > LIMITS.staleFileMs
}

/** @param started as {@link startOf} says it: another process may have got the id since */
function lives(pid: number, started: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs as another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const now = startOf(pid)
  return now === 0 || started === 0 || now === started
}

/**
 * When a process was started, in clock ticks since the machine was; 0 if nobody says it.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html (starttime, the 22nd field; the second may hold anything)
 */
function startOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(fields.slice(fields.lastIndexOf(')') + 2).split(' ')[19]) || 0
  } catch {
    return 0
  }
}

/** The machine's name is nobody else's business. */
function homeMark(): string {
  return createHash('sha256').update(homeOfProcess()).digest('hex').slice(0, 8)
}
