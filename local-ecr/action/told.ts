import { readFileSync } from 'node:fs'

/** The file in the action's folder that tells the background process what to start. */
export const ORDER = 'order.json'

/** The socket in the action's folder by which the post step ends the background process. */
export const SOCKET = 'control.sock'

/** What the main step tells the background process. */
export interface StartOrder {
  readonly mode: 'tls' | 'localhost'
  readonly accounts: readonly string[]
  readonly regions: readonly string[]
  /** The program that keeps the layers; null keeps them in memory. */
  readonly registryBinary: string | null
  /** The user and the group of the steps, which may differ from that of the process. */
  readonly owner: { readonly uid: number; readonly gid: number }
  /** The runner's process, without which there is no job; null if it cannot be seen from here. */
  readonly job: ProcessMark | null
}

/** The one line that the background process prints. */
export type Started =
  | {
      readonly pid: number
      readonly apiUrl: string
      readonly registries: Readonly<Record<string, string>>
      readonly env: Readonly<Record<string, string>>
    }
  | {
      readonly refused: string
      /** Whether the machine or the inputs do not allow it, and the text says what to do; else it is a defect. */
      readonly known: boolean
    }

/** What the background process answers when it is told to end. */
export interface Ended {
  /** How many requests it has answered in all. */
  readonly requests: number
}

/** What the main step tells the post step. */
export interface Left {
  /** The background process; null if it ended at once. */
  readonly process: ProcessMark | null
  /** The script that it runs. */
  readonly script: string
  /** What a command has to begin with to do what the process may. */
  readonly through: readonly string[]
  /** Whether it has changed the machine's names of hosts. */
  readonly hostNames: boolean
}

/** A process, told from a later one that got its number. */
export interface ProcessMark {
  readonly pid: number
  /** When it began, in the kernel's ticks; null where the system does not tell. */
  readonly began: string | null
}

/** @returns null if there is no such process, or if it is not seen from here */
export function markOf(pid: number): ProcessMark | null {
  return pid > 1 && exists(pid) ? { pid, began: beganAt(pid) } : null
}

/** Whether the very process still runs; one that has ended and was not waited for does not. */
export function runs({ pid, began }: ProcessMark): boolean {
  return exists(pid) && (began === null || beganAt(pid) === began)
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // That of another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: state is the field (3), starttime (22). */
function beganAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? null)
  } catch {
    return null
  }
}
