import { asksForPush, readInputs } from '../../inputs/index.ts'
import { runDockerStep } from '../docker-step.ts'
import { readOrSummarize } from '../failed.ts'
import { run } from './run.ts'

/** The main step: wires the real world. */
export function main(): Promise<void> {
  return runDockerStep(async ({ source, world, docker }) => {
    const inputs = await readOrSummarize(source, readInputs, asksForPush(source), world)
    await run(inputs, { ...world, docker })
  })
}
