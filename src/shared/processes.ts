import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { LIMITS } from './limits.ts'
import { sleep } from './time.ts'

/** The variable that marks all processes of one step, whichever process started them. */
export const MARK = 'ECR_BUILD_PUSH_STEP'

/** The mark of this step's processes, by which they are found even if the process that started them has ended. */
export const MARK_OF_STEP = randomUUID()

/** Between two looks at the processes that are to end. */
const CHECK_MS = 40

/**
 * Marks every process that this one starts from now on, also those that a library starts, such as the AWS SDK's
 * `credential_process`. This process itself stays unmarked: Linux shows the environment that it was started with.
 */
export function markChildren(): void {
  process.env[MARK] = MARK_OF_STEP
}

/**
 * The ids of the processes whose environment has the mark, also of those whose parent has ended. Only on Linux: on
 * other systems there are none.
 * @param proc the folder in which Linux lists processes
 */
export function markedProcesses(mark: string, proc = '/proc'): number[] {
  const entry = `${MARK}=${mark}`
  return processIds(proc).filter((pid) => {
    try {
      return readFileSync(`${proc}/${pid}/environ`, 'utf8').split('\0').includes(entry)
    } catch {
      // Another user's, or it has ended.
      return false
    }
  })
}

/**
 * The ids of the processes that descend from one, without it and without those that have ended and wait for their
 * parent. Only on Linux: on other systems there are none.
 * @param proc the folder in which Linux lists processes
 */
export function descendantsOf(ancestor: number, proc = '/proc'): number[] {
  const children = new Map<number, number[]>()
  const ended = new Set<number>()
  for (const pid of processIds(proc)) {
    try {
      // `PID (NAME) STATE PARENT …`; the name may hold anything. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
      const stat = readFileSync(`${proc}/${pid}/stat`, 'utf8')
      const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (/[ZX]/.test(state)) ended.add(pid)
      children.set(Number(parent), [...(children.get(Number(parent)) ?? []), pid])
    } catch {
      // It has ended.
    }
  }
  const found: number[] = []
  for (const waiting = [ancestor]; waiting.length > 0; ) {
    const own = children.get(waiting.pop() as number) ?? []
    found.push(...own)
    waiting.push(...own)
  }
  return found.filter((pid) => !ended.has(pid))
}

/**
 * Ends every process that descends from this one, with its own descendants, and every one that has the step's mark.
 * @param signal sent to them before they are killed
 * @param more the ids of others, for systems that do not list processes
 * @param pending whether another one may still appear, or the output of one has not been read to its end
 * @returns whether all have ended
 */
export function endDescendants(
  signal: NodeJS.Signals,
  more: () => readonly number[] = () => [],
  pending: () => boolean = () => false,
): Promise<boolean> {
  const alive = () => [
    ...new Set([...more(), ...descendantsOf(process.pid), ...markedProcesses(MARK_OF_STEP)]),
  ]
  return endProcesses(alive, signal, pending)
}

/**
 * Ends one process and all that descend from it, also if those outlive it.
 * @returns whether all have ended
 */
export function endTree(pid: number, signal: NodeJS.Signals): Promise<boolean> {
  const tree = new Set<number>([pid])
  const alive = () => {
    for (const one of [...tree]) for (const child of descendantsOf(one)) tree.add(child)
    // What has ended has no children either: to ask about it each time would cost more and more.
    for (const one of [...tree]) if (!isAlive(one)) tree.delete(one)
    return [...tree]
  }
  return endProcesses(alive, signal)
}

/** A process that has ended and that its parent has not asked about does not count. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !/[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3))
  } catch (error) {
    if (process.platform === 'linux' && (error as NodeJS.ErrnoException).code === 'ENOENT') return false
  }
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function processIds(proc: string): number[] {
  try {
    return readdirSync(proc)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

/**
 * Ends processes: each gets the signal once, and is killed if it does not end in time.
 * @param alive the ids of those that have not ended; it is called repeatedly, as more of them may appear
 * @param pending whether another one may still appear, or the output of one has not been read to its end
 * @returns whether all have ended
 */
export async function endProcesses(
  alive: () => readonly number[],
  signal: NodeJS.Signals,
  pending: () => boolean = () => false,
  { askedMs = LIMITS.processEndMs, killedMs = LIMITS.processKillMs, everyMs = CHECK_MS } = {},
): Promise<boolean> {
  const told = new Set<number>()
  const started = performance.now()
  let killed: number | null = null
  for (;;) {
    const pids = alive()
    if (pids.length === 0 && !pending()) return true
    const now = performance.now()
    // On a machine that is busy, both limits may be over before any process was killed.
    if (killed !== null && now - killed >= killedMs) return false
    if (now - started >= askedMs) killed ??= now
    for (const pid of pids) {
      if (killed !== null) send(pid, 'SIGKILL')
      else if (!told.has(pid)) send(pid, signal)
      told.add(pid)
    }
    await sleep(everyMs)
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended, or has become another user's.
  }
}
