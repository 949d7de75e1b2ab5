import { runnerInputs, runnerWorld } from '../../runner/runner.ts'
import { runStep } from '../../runner/step.ts'

/** The one step of merge/ and of promote/, which start no process and put nothing on disk. */
export async function main(which: 'merge' | 'promote'): Promise<void> {
  await runStep(async () => {
    const source = runnerInputs()
    if (which === 'merge') {
      const [{ merge }, { readMergeInputs }] = await Promise.all([
        import('../merge/run.ts'),
        import('../merge/inputs.ts'),
      ])
      await merge(readMergeInputs(source), runnerWorld())
    } else {
      const [{ promote }, { readPromoteInputs }] = await Promise.all([
        import('../promote/run.ts'),
        import('../promote/inputs.ts'),
      ])
      await promote(readPromoteInputs(source), runnerWorld())
    }
  })
}
