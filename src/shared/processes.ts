import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** The variable by which the processes of one step know each other, whoever has started them. */
export const MARK = 'ECR_BUILD_PUSH_STEP'

/** How long a process has to end by itself, and how long for SIGKILL to work; GitHub kills the step after 10 s. */
const PATIENCE = { askedMs: 4000, killedMs: 1000, everyMs: 40 }

/**
 * The processes whose environment has the mark, also those whose parent has ended. Only Linux tells.
 * @param proc where Linux tells of processes
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
 * Ends processes: each gets the signal once, and is killed where it does not end in time.
 * @param alive those that have not ended, asked again and again: others may come
 * @param pending whether one may still come, or has not been read to its end
 * @returns whether all have ended
 */
export async function endProcesses(
  alive: () => readonly number[],
  signal: NodeJS.Signals,
  pending: () => boolean = () => false,
  { askedMs, killedMs, everyMs } = PATIENCE,
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
