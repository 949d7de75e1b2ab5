import { readBakeInputs } from '../../inputs/bake.ts'
import { summarizeBake } from '../../runner/bake-summary.ts'
import { runDockerStep } from '../docker-step.ts'
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

/** Loads what asks AWS while docker says what the definition builds; nothing is asked by that. */
function loadAhead(): void {
  const loading = import('../../aws/connect.ts').then(({ loadPrivateEcr }) => loadPrivateEcr())
  // What cannot be loaded is told by who needs it.
  loading.catch(() => undefined)
}

/** The one step of bake/: wires the real world. */
export function main(): Promise<void> {
  return runDockerStep(async ({ source, world, docker }) => {
    docker.begin({ secrets: [] })
    const inputs = await readOrSummarize(source, readBakeInputs, true, world)
    if (!inputs.matrix) loadAhead()
    await bake(inputs, { ...world, docker, readContent, summarizeBake })
  })
}
