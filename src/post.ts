import { rm } from 'node:fs/promises'
import { removeKeptLogin } from './docker/config.ts'
import type { OnDisk } from './docker/index.ts'
import { explain } from './errors.ts'
import { commandValue } from './report/log-line.ts'

/**
 * The post step: puts the user's Docker configuration back and removes the step's own folder, also after a main
 * step that failed or was killed. A failure is a warning: the job's result is not decided here.
 */
export async function post(onDisk: OnDisk | null): Promise<void> {
  if (onDisk === null) return
  try {
    if (onDisk.kept !== null) await removeKeptLogin(onDisk.kept)
    await rm(onDisk.folder, { recursive: true, force: true })
  } catch (error) {
    process.stdout.write(`::warning::${commandValue(explain(error))}\n`)
  }
}
