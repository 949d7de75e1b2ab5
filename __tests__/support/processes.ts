import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process of this machine, as Linux tells of it. */
export interface Process {
  readonly pid: number
  readonly command: string
  /** `NAME=value`. */
  readonly env: readonly string[]
}

/** All that run now; those that ended while they were looked at are left out, as are zombies. */
export function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        const env = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
        return command === '' ? [] : [{ pid: Number(pid), command, env }]
      } catch {
        return []
      }
    })
}

/** Waits for what has to become true. @throws Error where it does not */
export async function eventually(holds: () => boolean, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not so within ${seconds} s: ${holds}`)
    await sleep(20)
  }
}
