import { readdirSync, readFileSync } from 'node:fs'
import { sleep } from './time.ts'

/** The variable that marks all processes of one step, whichever process started them. */
export const MARK = 'ECR_BUILD_PUSH_STEP'

/**
 * How long a process has to end after the signal, how long SIGKILL has to work, and the pauses between two looks.
 * GitHub kills the step after 10 s.
 */
const DEADLINES = { askedMs: 4000, killedMs: 1000, everyMs: 40 }

/**
 * The ids of the processes whose environment has the mark, also of those whose parent has ended. Only on Linux: on
 * other systems there are none.
 * @param proc the folder in which Linux lists processes
 */
export function markedProcesses(mark: string, proc = '/proc'): number[] {
  const entry = `${MARK}=${mark}`
  let names: string[]
  try {
    names = readdirSync(proc)
  } catch {
    return []
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`${proc}/${pid}/environ`, 'utf8').split('\0').includes(entry)
      } catch {
        // Another user's, or it has ended.
        return false
      }
    })
    .map(Number)
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
  { askedMs, killedMs, everyMs } = DEADLINES,
): Promise<boolean> {
  const told = new Set<number>()
  const started = performance.now()
  for (;;) {
    const pids = alive()
    if (pids.length === 0 && !pending()) return true
    const passed = performance.now() - started
    if (passed >= askedMs + killedMs) return false
    for (const pid of pids) {
      if (passed >= askedMs) send(pid, 'SIGKILL')
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
