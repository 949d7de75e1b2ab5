import { failStep, runnerInputs, runnerWorld } from '../runner.ts'

/** The one step of merge/ and of promote/. */
export async function main(which: 'merge' | 'promote'): Promise<void> {
  try {
    const source = runnerInputs()
    if (which === 'merge') {
      const { merge, readMergeInputs } = await import('./merge.ts')
      await merge(readMergeInputs(source), runnerWorld())
    } else {
      const { promote, readPromoteInputs } = await import('./promote.ts')
      await promote(readPromoteInputs(source), runnerWorld())
    }
  } catch (error) {
    failStep(error)
  }
}
