import { rm } from 'node:fs/promises'
import { removeKeptLogin } from '../docker/login/kept-login.ts'
import { type Left, recallInPost } from '../runner/state.ts'
import { endProcess } from '../shared/end-process.ts'
import { explain } from '../shared/errors.ts'
import { commandValue } from '../shared/log-line.ts'

/**
 * The post step: puts the user's Docker configuration back and removes the step's own folder, also after a main
 * step that failed or was killed; what that one had started is ended first, as it would go on to push. A failure is
 * a warning: the job's result is not decided here.
 */
export async function post(): Promise<void> {
  const left = recallInPost()
  if (left !== null) await cleanUp(left)
  await endProcess()
}

async function cleanUp(left: Left): Promise<void> {
  const { onDisk, running } = left
  const steps = [
    async () => {
      if (running === null) return
      const { endProcesses, markedProcesses } = await import('../shared/processes.ts')
      await endProcesses(() => markedProcesses(running), 'SIGTERM')
    },
    // The folder first: on a full disk its going makes room for the other.
    async () => onDisk && rm(onDisk.folder, { recursive: true, force: true }),
    async () => onDisk?.kept && removeKeptLogin(onDisk.kept),
  ]
  for (const step of steps) {
    await step().catch((error) => {
      process.stdout.write(`::warning::${commandValue(explain(error))}\n`)
    })
  }
}
