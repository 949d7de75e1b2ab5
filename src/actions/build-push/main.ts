import { warning } from '@actions/core'
import { endChildren } from '../../docker/exec.ts'
import { type OnDisk, openDocker } from '../../docker/index.ts'
import { asksForPush, readInputs } from '../../inputs/index.ts'
import { withYaml } from '../../inputs/yaml.ts'
import { checkOutputFile } from '../../runner/command-files.ts'
import { annotate, runnerInputs, runnerWorld } from '../../runner/runner.ts'
import { rememberForPost } from '../../runner/state.ts'
import { runStep } from '../../runner/step.ts'
import { explain } from '../../shared/errors.ts'
import { MARK_OF_STEP, markChildren } from '../../shared/processes.ts'
import { readOrSummarize } from '../failed.ts'
import { run } from './run.ts'

/** The main step: wires the real world. */
export async function main(): Promise<void> {
  markChildren()
  let onDisk: OnDisk | null = null
  const remember = (running: string | null) => rememberForPost({ onDisk, running })
  const docker = openDocker(
    process.env,
    (now) => {
      onDisk = now
      remember(MARK_OF_STEP)
    },
    annotate,
  )
  await runStep(
    async () => {
      checkOutputFile(process.env)
      remember(MARK_OF_STEP)
      const world = runnerWorld()
      const source = await withYaml(runnerInputs())
      const inputs = await readOrSummarize(source, readInputs, asksForPush(source), world)
      await run(inputs, { ...world, docker })
    },
    endChildren,
    async () => {
      try {
        await docker.close()
        remember(null)
      } catch (error) {
        warning(explain(error))
      }
    },
  )
}
