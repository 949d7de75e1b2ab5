import { rm } from 'node:fs/promises'
import { removeKeptLogin } from './docker/config.ts'
import { explain } from './errors.ts'
import { recallInPost } from './state.ts'

/**
 * The post step: puts the user's Docker configuration back and removes the step's own folder, also after a main
 * step that failed or was killed; what that one had started is ended first, as it would go on to push. A failure is
 * a warning: the job's result is not decided here.
 */
export async function post(): Promise<void> {
  const left = recallInPost()
  if (left === null) return
  const { onDisk, running } = left
  try {
    if (running !== null) {
      const { endProcesses, markedProcesses } = await import('./processes.ts')
      await endProcesses(() => markedProcesses(running), 'SIGTERM')
    }
    if (onDisk === null) return
    if (onDisk.kept !== null) await removeKeptLogin(onDisk.kept)
    await rm(onDisk.folder, { recursive: true, force: true })
  } catch (error) {
    const text = explain(error).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
    process.stdout.write(`::warning::${text}\n`)
  }
}
