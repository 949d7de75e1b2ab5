import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { local } from './paths.ts'

const folder = join(local, 'packages')

/** Where {@link madeOnce} puts a folder. */
export function madePath(name: string): string {
  return join(folder, name)
}

/**
 * A folder that is filled once and then kept: a run that is killed leaves none half-filled under its name.
 * @param fill fills the new folder (to be created by it); `work` is for what is not kept
 * @returns its absolute path
 */
export async function madeOnce(
  name: string,
  fill: (unfinished: string, work: string) => Promise<void>,
): Promise<string> {
  const made = madePath(name)
  if (existsSync(made)) return made
  const work = await workFolder(name)
  try {
    const unfinished = join(work, 'root')
    await fill(unfinished, work)
    // Another process may have made it meanwhile.
    await rename(unfinished, made).catch((error: unknown) => {
      if (!existsSync(made)) throw error
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return made
}

/** A new folder for this process, on the same file system; those of processes that were killed go. */
export async function workFolder(name: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  for (const other of await readdir(folder)) {
    const pid = /^\.(\d+)-/.exec(other)?.[1]
    if (pid && !isRunning(Number(pid))) await rm(join(folder, other), { recursive: true, force: true })
  }
  return mkdtemp(join(folder, `.${process.pid}-${name}-`))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
