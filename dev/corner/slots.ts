import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { local } from '../engine/paths.ts'

/** What the runs of one checkout cannot share: the storage of the engines, and a folder for temporary files. */
export interface Slot {
  readonly folder: string
  /** Held by the processes of a corner for as long as one of them runs. */
  readonly lock: string
  /** The engines' images and logs, which stay from run to run. */
  readonly engines: string
  /** What `/tmp` is in the corner. */
  readonly temp: string
  /** Of the corner's containers, below the root of each hierarchy. */
  readonly cgroup: string
}

/** The slots of this checkout in the order in which they are tried. */
export function slots(): Slot[] {
  return Array.from({ length: 16 }, (_, number) => {
    const folder = join(local, 'corners', String(number))
    return {
      folder,
      lock: join(folder, 'lock'),
      engines: join(folder, 'engines'),
      temp: join(folder, 'tmp'),
      cgroup: `/ecr-build-push-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`,
    }
  })
}

/**
 * A new temporary folder, and nothing of what an earlier run has left: files, and control groups, which outlive their
 * processes; a group in which a process is about to end is waited for, for three seconds. Does nothing while a process
 * of the slot runs, unless it is one itself.
 * @param holder whether this process holds the slot's lock
 */
export function emptySlot(slot: Slot, holder: boolean): void {
  mkdirSync(slot.folder, { recursive: true })
  const script = `rm -rf "$1" && mkdir -m 700 "$1"
left=30
while find /sys/fs/cgroup -depth -type d -path "*$2*" -exec rmdir {} ";" &&
  [ -n "$(find /sys/fs/cgroup -type d -path "*$2*" -print -quit)" ] && [ "$left" -gt 0 ]
do left=$((left - 1)); sleep 0.1; done`
  const shell = ['sh', '-c', script, 'sh', slot.temp, slot.cgroup]
  const locked = holder ? shell : ['flock', '--nonblock', slot.lock, ...shell]
  spawnSync(locked[0] as string, locked.slice(1), { stdio: 'ignore' })
}
