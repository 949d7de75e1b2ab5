import { warning } from '@actions/core'
import { endChildren } from '../../docker/exec.ts'
import { type OnDisk, openDocker } from '../../docker/index.ts'
import { readBakeInputs } from '../../inputs/bake.ts'
import { withYaml } from '../../inputs/yaml.ts'
import { summarizeBake } from '../../runner/bake-summary.ts'
import { checkOutputFile } from '../../runner/command-files.ts'
import { annotate, runnerInputs, runnerWorld } from '../../runner/runner.ts'
import { rememberForPost } from '../../runner/state.ts'
import { runStep } from '../../runner/step.ts'
import { explain } from '../../shared/errors.ts'
import { MARK_OF_STEP, markChildren } from '../../shared/processes.ts'
import { readOrSummarize } from '../failed.ts'
import type { BakeWorld } from './bake-world.ts'
import { bake } from './run.ts'

/** What is read of the checkout is loaded only with `content-tag`. */
const readContent: BakeWorld['readContent'] = async (plan, more) => {
  const [{ contentTags }, { gitOf }] = await Promise.all([
    import('../../docker/bake/content/tags.ts'),
    import('../../docker/bake/content/git.ts'),
  ])
  const { env } = process
  return contentTags(plan, { ...more, workspace: process.cwd(), env, git: gitOf(env) })
}

/** The one step of bake/: wires the real world. */
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
      docker.begin({ secrets: [] })
      await bake(await readOrSummarize(source, readBakeInputs, true, world), {
        ...world,
        docker,
        readContent,
        summarizeBake,
      })
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
