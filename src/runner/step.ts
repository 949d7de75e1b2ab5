import { endProcess } from '../shared/end-process.ts'
import { ending } from '../shared/ending.ts'
import { failStep } from './runner.ts'

/**
 * Runs a step to its end, with the one catch. A signal, or an error that nobody waited for, ends it too: the work is
 * dropped, and what it has left is cleaned up. In any case the process ends then, whatever still keeps it.
 * @param endProcesses ends what the work has started, before anything is said
 * @param close removes what the work has put on disk; throws nothing
 */
export async function runStep(
  work: () => Promise<void>,
  endProcesses: (signal: NodeJS.Signals) => Promise<void> = async () => undefined,
  close: () => Promise<void> = async () => undefined,
): Promise<void> {
  const unlisten = ending.listen()
  let failed = false
  try {
    await ending.before(work())
  } catch (error) {
    failed = true
    if (ending.reason !== null) await endProcesses(ending.reason.signal)
    failStep(error)
  }
  await close()
  const { reason } = ending
  if (reason !== null) {
    if (!failed) failStep(reason.error)
    process.exitCode = reason.exitCode
  } else unlisten()
  await endProcess()
}
