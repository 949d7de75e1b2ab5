import { warning } from '@actions/core'
import { endChildren } from '../docker/exec.ts'
import { type OnDisk, openDocker } from '../docker/index.ts'
import type { InputSource } from '../inputs/index.ts'
import { withYaml } from '../inputs/yaml.ts'
import { checkOutputFile } from '../runner/command-files.ts'
import { annotate, runnerInputs, runnerWorld } from '../runner/runner.ts'
import { rememberForPost } from '../runner/state.ts'
import { runStep } from '../runner/step.ts'
import { explain } from '../shared/errors.ts'
import { MARK_OF_STEP, markChildren } from '../shared/processes.ts'
import type { World } from '../world.ts'

/** What the runner and docker give to a step. */
interface DockerStep {
  readonly source: InputSource
  readonly world: Omit<World, 'docker'>
  readonly docker: ReturnType<typeof openDocker>
}

/**
 * Runs a step that works with docker: what docker leaves on the disk, and that a process of it runs, is remembered for
 * the post step before it is so, and docker is closed at the end, however the step ends.
 */
export async function runDockerStep(work: (step: DockerStep) => Promise<void>): Promise<void> {
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
      await work({ source: await withYaml(runnerInputs()), world, docker })
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
