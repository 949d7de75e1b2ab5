import * as core from '@actions/core'
import { type OnDisk, openDocker } from './docker/index.ts'
import { ActionError, explain, type Place } from './errors.ts'
import { connectGitHub } from './github.ts'
import { readInputs } from './inputs.ts'
import { run, type World } from './main.ts'
import { renderSummary } from './report/summary.ts'
import { rememberForPost } from './state.ts'

/** The main step: wires the real world, and has the one catch. */
export async function main(): Promise<void> {
  rememberForPost(null)
  const docker = openDocker(process.env, (onDisk: OnDisk) => rememberForPost(onDisk), annotate)
  try {
    const inputs = readInputs({
      get: (name) => core.getInput(name, { trimWhitespace: false }),
      env: process.env,
      cwd: process.cwd(),
      mask: core.setSecret,
    })
    const world: World = {
      connectEcr: async (target) => {
        const { connectEcr } = await import('./aws/connect.ts')
        return connectEcr(target, {
          env: process.env,
          workflow: {
            hasIdToken: Boolean(process.env['ACTIONS_ID_TOKEN_REQUEST_URL']),
            idToken: core.getIDToken,
          },
          mask: core.setSecret,
          notice: (line) => core.notice(line),
        })
      },
      docker,
      github: connectGitHub(process.env, core.getInput('github-token')),
      setOutputs: (outputs) => {
        for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value)
      },
      summarize: async (facts) => {
        if (process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(renderSummary(facts)).write()
      },
      log: (line) => core.info(line),
      notice: (line) => core.notice(line),
      warn: (line) => core.warning(line),
      clock: () => performance.now(),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    }
    await run(inputs, world)
  } catch (error) {
    core.setFailed(explain(error))
    if (error instanceof ActionError && error.place !== null) {
      annotate('error', error.place.message, error.place)
    }
    if (error instanceof Error && core.isDebug()) core.debug(error.stack ?? '')
  } finally {
    await docker.close().catch((error) => core.warning(explain(error)))
  }
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message */
function annotate(
  kind: 'error' | 'warning' | 'notice',
  message: string,
  place?: Omit<Place, 'message'>,
): void {
  const properties =
    place === undefined ? {} : { file: place.file, startLine: place.line, endLine: place.endLine }
  if (kind === 'error') core.error(message, properties)
  else if (kind === 'warning') core.warning(message, properties)
  else core.notice(message, properties)
}
