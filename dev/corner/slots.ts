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
 * processes. Does nothing while a process of the slot runs, unless it is one itself.
 * @param holder whether this process holds the slot's lock
 */
export function emptySlot(slot: Slot, holder: boolean): void {
  mkdirSync(slot.folder, { recursive: true })
  inSlot(slot, holder, `rm -rf "$1" && mkdir -m 700 "$1"\n${REMOVE_GROUPS}`)
}

/** Removes the control groups of a slot's containers, once these have ended. Its caller holds the slot's lock. */
export function removeGroups(slot: Slot): void {
  inSlot(slot, true, REMOVE_GROUPS)
}

/** A group in which a process is about to end is waited for, for three seconds; then it stays for the next run. */
const REMOVE_GROUPS = `left=30
while find /sys/fs/cgroup -depth -type d -path "*$2*" -exec rmdir {} ";" &&
  [ -n "$(find /sys/fs/cgroup -type d -path "*$2*" -print -quit)" ] && [ "$left" -gt 0 ]
do left=$((left - 1)); sleep 0.1; done`

function inSlot(slot: Slot, holder: boolean, script: string): void {
  const shell = ['sh', '-c', script, 'sh', slot.temp, slot.cgroup]
  const [program = '', ...args] = holder ? shell : ['flock', '--nonblock', slot.lock, ...shell]
  spawnSync(program, args, { stdio: 'ignore' })
}

/** The control groups that runs of this checkout have left whose processes have all ended. */
export function groupsLeft(): string[] {
  return slots().flatMap((slot) => {
    const find = ['find', '/sys/fs/cgroup', '-type', 'd', '-path', `*${slot.cgroup}*`]
    const { status, stdout } = spawnSync('flock', ['--nonblock', slot.lock, ...find], { encoding: 'utf8' })
    return status === 0 ? stdout.split('\n').filter((line) => line !== '') : []
  })
}
