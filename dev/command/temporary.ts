import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const PREFIX = 'ecr-build-push-'

/**
 * A new folder for temporary files of a child, to be its TMPDIR. What earlier commands have left goes: a command that
 * was killed could not remove its own.
 * @returns the variables for the child, and what removes the folder
 */
export function temporaryFolder(): { env: Record<string, string>; remove: () => void } {
  const base = os.tmpdir()
  for (const name of readdirSync(base)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]
    if (pid && !isRunning(Number(pid))) rmSync(path.join(base, name), { recursive: true, force: true })
  }
  const folder = mkdtempSync(path.join(base, `${PREFIX}${process.pid}-`))
  // As in /tmp, other users get to what is theirs in it.
  chmodSync(folder, 0o711)
  return { env: { TMPDIR: folder }, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
