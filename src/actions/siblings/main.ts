import { checkOutputFile } from '../../runner/command-files.ts'
import { runnerInputs, runnerWorld } from '../../runner/runner.ts'
import { runStep } from '../../runner/step.ts'
import { endDescendants, markChildren } from '../../shared/processes.ts'
import { readOrSummarize } from '../failed.ts'

/**
 * The one step of merge/, of promote/ and of verify/. It starts no process but for a `credential_process`; on disk it puts
 * nothing but, for `require-provenance`, a trust root.
 */
export async function main(which: 'merge' | 'promote' | 'verify'): Promise<void> {
  markChildren()
  const endProcesses = async (signal: NodeJS.Signals) => {
    await endDescendants(signal)
  }
  await runStep(async () => {
    checkOutputFile(process.env)
    const source = runnerInputs()
    const world = runnerWorld()
    if (which === 'merge') {
      const [{ merge }, { readMergeInputs }] = await Promise.all([
        import('../merge/run.ts'),
        import('../merge/inputs.ts'),
      ])
      await merge(await readOrSummarize(source, readMergeInputs, true, world), world)
    } else if (which === 'verify') {
      const [{ verify }, { readVerifyInputs }] = await Promise.all([
        import('../verify/run.ts'),
        import('../verify/inputs.ts'),
      ])
      await verify(await readOrSummarize(source, readVerifyInputs, false, world), world)
    } else {
      const [{ promote }, { readPromoteInputs }] = await Promise.all([
        import('../promote/run.ts'),
        import('../promote/inputs.ts'),
      ])
      await promote(await readOrSummarize(source, readPromoteInputs, true, world), world)
    }
  }, endProcesses)
}
