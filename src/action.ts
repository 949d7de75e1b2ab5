import { warning } from '@actions/core'
import { type OnDisk, openDocker } from './docker/index.ts'
import { explain } from './errors.ts'
import { readInputs } from './inputs.ts'
import { run } from './main.ts'
import { annotate, failStep, runnerInputs, runnerWorld } from './runner.ts'
import { rememberForPost } from './state.ts'

/** The main step: wires the real world, and has the one catch. */
export async function main(): Promise<void> {
  const docker = openDocker(process.env, (onDisk: OnDisk) => rememberForPost(onDisk), annotate)
  try {
    rememberForPost(null)
    await run(readInputs(runnerInputs()), { ...runnerWorld(), docker })
  } catch (error) {
    failStep(error)
  } finally {
    await docker.close().catch((error) => warning(explain(error)))
  }
}
